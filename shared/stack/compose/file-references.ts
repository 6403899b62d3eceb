import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { Truncated } from './numbers.ts';
import { section } from './section.ts';
import { Text } from './texts.ts';

/** A service's use of a secret or config. Where it is put, whose it is and who may read it have defaults. */
const Reference = section(
  {
    source: Text.optional(),
    target: Text.optional(),
    uid: Text.optional(),
    gid: Text.optional(),
    // Go cuts it to 32 bits.
    mode: Truncated.transform((mode) => mode % 2 ** 32).optional(),
  },
  { open: true },
);
export type FileReference = z.output<typeof Reference>;

/** Short form or long. Two for one target are refused, as by the CLI. */
export const FileReferences = byKind({
  list: z
    .array(
      byKind({ text: z.string().transform((source): FileReference => ({ source })), mapping: Reference }),
    )
    .superRefine((references, context) => {
      const targets = references.map(targetOf);
      for (const [index, target] of targets.entries()) {
        if (targets.indexOf(target) < index) refuse(context, [index], `another is at ${target} already`);
      }
    }),
});

/** The file's name in the container; under /run/secrets for a secret that has no path. */
export function targetOf({ source = '', target }: FileReference): string {
  return target || source;
}
