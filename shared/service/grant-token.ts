import { z } from 'zod';
import { readDuration } from '../core/duration.ts';
import { SlipwayError } from '../core/errors.ts';
import { type Caller, Role, Subject } from './caller.ts';
import { issueToken, type TokenDeps } from './tokens.ts';

const SHORTEST_SECONDS = 60;
/** A year: what outlives a course is a forgotten key. */
const LONGEST_SECONDS = 365 * 86_400;

export const TokenRequest = z.strictObject({
  role: Role,
  subject: Subject,
  expiresIn: z
    .string()
    .refine((text) => {
      const seconds = readDuration(text);
      return seconds !== undefined && seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS;
    }, 'must be an ISO 8601 duration from PT1M to P365D, such as PT12H')
    .describe('ISO 8601 duration, PT1M to P365D'),
});
export type TokenRequest = z.infer<typeof TokenRequest>;

export const IssuedToken = z.object({
  token: z.string(),
  role: Role,
  subject: Subject,
  expiresAt: z.iso.datetime(),
});
export type IssuedToken = z.infer<typeof IssuedToken>;

/**
 * A token for somebody else: an operator may make any.
 * @throws SlipwayError `forbidden` with the reason for everybody else.
 */
export async function grantToken(
  deps: TokenDeps,
  caller: Caller,
  { role, subject, expiresIn }: TokenRequest,
): Promise<IssuedToken> {
  if (caller.role === 'instructor') {
    throw new SlipwayError(
      'forbidden',
      role === 'student'
        ? `an instructor makes tokens for the students of their classes, and "${subject}" is in none; ask an operator`
        : `an instructor makes tokens for students only, not for the role ${role}; ask an operator`,
    );
  }
  if (caller.role !== 'operator') {
    throw new SlipwayError('forbidden', 'a student makes no tokens; ask your instructor');
  }
  const expiresInSeconds = readDuration(expiresIn) ?? SHORTEST_SECONDS;
  const { token, expiresAt } = await issueToken(deps, { role, subject, expiresInSeconds });
  return { token, role, subject, expiresAt };
}
