import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { Integer } from './numbers.ts';
import { section } from './section.ts';

const Refused = z.unknown().transform((_, context): never => {
  refuse(context, [], 'must be a whole number, without a point');
  return z.NEVER;
});
const Both = section({ soft: Integer, hard: Integer });

/** One number for both limits, or each its own. */
export const Ulimits = byKind({
  mapping: z.record(
    z.string(),
    byKind({
      number: Integer.transform((both) => ({ soft: both, hard: both })),
      float: Refused,
      mapping: Both,
    }),
  ),
});
