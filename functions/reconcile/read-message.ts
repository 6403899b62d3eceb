import { z } from 'zod';

/** What the queue carries: a lab to look at, or a class by its wake id, an instance that changed, or work that is of no one lab. */
const Message = z.union([
  z.strictObject({ labId: z.string().min(1).max(80) }),
  z.strictObject({ instanceId: z.string().regex(/^i-[0-9a-f]{8,32}$/) }),
  z.strictObject({ task: z.literal('sweep') }),
]);
export type Message = z.infer<typeof Message>;

/** @returns undefined for what is none of ours: a message that nobody understands would only come back. */
export function readMessage(body: string): Message | undefined {
  try {
    return Message.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
