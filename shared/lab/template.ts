import { z } from 'zod';
import { MachineName, MachineRole } from './machine.ts';
import type { StackSource } from './stack-source.ts';

const Name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);

/** A lab's layout as data: shared/catalogue/templates/<name>.yml. */
export const Template = z.strictObject({
  name: Name,
  /** For a student, in a sentence. */
  description: z.string(),
  /** For who gives the course: its chapters, and what it is made for. */
  instructor: z.string().optional(),
  swarm: z.enum(['formed', 'none']),
  machines: z.array(z.strictObject({ name: MachineName, role: MachineRole })).min(1),
  /** Names in the catalogue; a stack is deployed under its own name unless `as` says another. */
  stacks: z.array(z.strictObject({ from: Name, as: Name.optional() })).default([]),
  hours: z.number().positive().optional(),
});
export type Template = z.infer<typeof Template>;

/** Something a stack asks its owner for; `${NAME}` in its Compose file stands for it. */
export const StackParameter = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be capitals, digits and underscores, as a variable is'),
  /** For a student, in a sentence. */
  description: z.string(),
  required: z.boolean().default(false),
  default: z.string().optional(),
  /** Not to be shown again: who displays it hides it. */
  secret: z.boolean().default(false),
  kind: z.enum(['text', 'url']).default('text'),
  /** Regular expression that all of a value must match; `description` says it in words. */
  pattern: z.string().optional(),
});
export type StackParameter = z.infer<typeof StackParameter>;

/** A stack the course knows, but for its files: shared/catalogue/stacks/<name>/stack.yml. */
export const StackManifest = z.strictObject({
  name: Name,
  /** For a student, in a sentence. */
  description: z.string(),
  /** Published ports worth a click. */
  links: z.array(
    z.strictObject({ port: z.number().int(), path: z.string().default('/'), label: z.string() }),
  ),
  /** What all its tasks together use of a lab's memory once they are up. */
  memoryMiB: z.number().int().positive(),
  /** What differs from the course's printed file, and why. */
  notes: z.string().optional(),
  /** Every image of the Compose file, as written there. */
  images: z
    .array(
      z.strictObject({
        reference: z.string(),
        /** The day it was last known to be in its registry. */
        lastKnown: z.iso.date(),
      }),
    )
    .min(1),
  parameters: z.array(StackParameter).default([]),
});
export type StackManifest = z.infer<typeof StackManifest>;

export type StackEntry = StackManifest & {
  /** With its parameters' defaults for variables; stackFromCatalogue puts in what was given. */
  source: StackSource;
};

export interface Catalogue {
  templates: ReadonlyMap<string, Template>;
  stacks: ReadonlyMap<string, StackEntry>;
}
