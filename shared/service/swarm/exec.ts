import { z } from 'zod';
import { engineOfMachine } from '../../machine/manager-engine.ts';
import type { Caller } from '../caller.ts';
import { findLab } from '../find-lab.ts';
import { findMachine } from '../find-machine.ts';
import { requireLive } from '../require-live.ts';
import { inOurWords } from './engine-words.ts';
import { plainText } from './names.ts';
import type { SwarmDeps } from './open-swarm.ts';

/** http-api.md. */
const DEADLINE_SECONDS = 20;
const MOST_OUTPUT_BYTES = 1024 * 1024;
/** Linux takes 128 KiB in one argument. */
const LONGEST_WORD = 64 * 1024;
const MOST_STDIN_CHARACTERS = 128 * 1024;

export const ExecRequest = z.strictObject({
  command: z
    .union([
      plainText(LONGEST_WORD)
        .min(1)
        .transform((line) => ['/bin/sh', '-c', line]),
      z.array(plainText(LONGEST_WORD)).min(1).max(200),
    ])
    .refine((command) => command[0] !== '', 'must begin with a program')
    .describe('A line for the shell, or a program and its arguments'),
  stdin: z.string().max(MOST_STDIN_CHARACTERS).optional(),
});
export type ExecRequest = z.output<typeof ExecRequest>;

export const ExecResult = z
  .object({
    exitCode: z.int().optional().describe('Absent where it was ended by force'),
    stdout: z.string(),
    stderr: z.string(),
    ended: z.enum(['by-itself', 'deadline', 'too-much-output']),
    seconds: z.number(),
  })
  .meta({ id: 'ExecResult' });
export type ExecResult = z.output<typeof ExecResult>;

/**
 * Runs a program on a machine, as root, for 20 s and 1 MiB of output at most.
 * @throws SlipwayError `conflict` where the machine does not run; `not_found`.
 */
export async function execOnMachine(
  deps: SwarmDeps,
  caller: Caller,
  where: { labId: string; machine: string },
  { command, stdin }: ExecRequest,
): Promise<ExecResult> {
  const { lab } = await findLab(deps, caller, where.labId);
  requireLive(lab, deps.clock.now());
  const engine = await engineOfMachine(deps, lab, findMachine(lab, where.machine).status);
  const started = performance.now();
  const result = await inOurWords(
    engine.runOnHost({
      command,
      deadlineSeconds: DEADLINE_SECONDS,
      maximumBytes: MOST_OUTPUT_BYTES,
      ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin) }),
    }),
  );
  return { ...result, seconds: Math.round(performance.now() - started) / 1000 };
}
