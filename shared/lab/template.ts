import { z } from 'zod';
import { MachineName, MachineRole } from './machine.ts';

const Name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);

/** A lab's layout as data: shared/catalogue/templates/<name>.yml. */
export const Template = z.strictObject({
  name: Name,
  /** For a student, in a sentence. */
  description: z.string(),
  swarm: z.enum(['formed', 'none']),
  machines: z.array(z.strictObject({ name: MachineName, role: MachineRole })).min(1),
  /** Names in the catalogue; a stack is deployed under its own name unless `as` says another. */
  stacks: z.array(z.strictObject({ from: Name, as: Name.optional() })).default([]),
  hours: z.number().positive().optional(),
});
export type Template = z.infer<typeof Template>;

/** A stack the course knows, but for its files: shared/catalogue/stacks/<name>/stack.yml. */
export const StackManifest = z.strictObject({
  name: Name,
  description: z.string(),
  /** Published ports worth a click. */
  links: z.array(
    z.strictObject({ port: z.number().int(), path: z.string().default('/'), label: z.string() }),
  ),
  notes: z.string().optional(),
});

export type StackEntry = z.infer<typeof StackManifest> & {
  /** The Compose file's text. */
  compose: string;
};

export interface Catalogue {
  templates: ReadonlyMap<string, Template>;
  stacks: ReadonlyMap<string, StackEntry>;
}
