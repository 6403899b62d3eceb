import { z } from 'zod';

/** RFC 9457's body of every error. */
export const Problem = z
  .object({
    type: z.string().describe('Where the code is explained'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('What is wrong with this request, and the cure'),
    instance: z.string().describe('The path that was asked for'),
    code: z.string().describe('For programs; the list is closed'),
    errors: z
      .array(
        z.object({
          pointer: z.string(),
          message: z.string(),
          place: z.object({ file: z.string(), line: z.int(), column: z.int() }).optional(),
        }),
      )
      .optional()
      .describe('Everything wrong with the input, each with a JSON pointer to it'),
  })
  .loose()
  .meta({ id: 'Problem', description: 'Facts such as used, allowed and needed are members of their own' });
