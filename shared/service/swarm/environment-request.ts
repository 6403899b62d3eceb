import { z } from 'zod';
import { plainText } from './names.ts';

const MOST_VARIABLES = 200;

const name = /^[^=\0]+$/;
const variable = plainText(32_768).regex(/^[^=]/, 'must be NAME=value, or NAME alone');
const value = z.union([plainText(32_768), z.number(), z.boolean(), z.null()]);

/** Environment of a container as the Engine takes it, `NAME=value` each; a name without a value stays bare. */
export const Environment = z
  .union([
    z.array(variable),
    z
      .record(z.string().max(1024).regex(name, 'must be a name, without ='), value)
      .transform((map) => Object.entries(map).map(([key, each]) => (each === null ? key : `${key}=${each}`))),
  ])
  .refine((variables) => variables.length <= MOST_VARIABLES, `must hold at most ${MOST_VARIABLES}`)
  .describe('["NAME=value"] or {"NAME": "value"}');

/** Sets some variables over those that are there, and takes others out; each keeps its place. */
export function changeEnvironment(
  before: string[],
  { set = [], unset = [] }: { set?: string[] | undefined; unset?: string[] | undefined },
): string[] {
  const variables = new Map(before.map((each) => [nameOf(each), each]));
  for (const each of unset) variables.delete(each);
  for (const each of set) variables.set(nameOf(each), each);
  return [...variables.values()];
}

function nameOf(variable: string): string {
  return variable.split('=', 1)[0] ?? '';
}
