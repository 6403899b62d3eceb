import { z } from 'zod';
import { readDuration } from '../core/duration.ts';
import { SlipwayError } from '../core/errors.ts';
import type { Deps } from '../ports/deps.ts';
import { type Caller, Role, Subject } from './caller.ts';
import { classOfStudent } from './classes/class-of-student.ts';
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
  class: z.string().optional().describe('Whose student it is, where an instructor gave it'),
  expiresAt: z.iso.datetime(),
});
export type IssuedToken = z.infer<typeof IssuedToken>;

/**
 * A token for somebody else: an operator may make any, an instructor those of students on a roster of theirs, as a join code
 * would give it.
 * @throws SlipwayError `forbidden` with the reason for everybody else.
 */
export async function grantToken(
  deps: TokenDeps & Pick<Deps, 'classes'>,
  caller: Caller,
  { role, subject, expiresIn }: TokenRequest,
): Promise<IssuedToken> {
  const expiresInSeconds = readDuration(expiresIn) ?? SHORTEST_SECONDS;
  if (caller.role === 'operator') {
    const { token, expiresAt } = await issueToken(deps, { role, subject, expiresInSeconds });
    return { token, role, subject, expiresAt };
  }
  if (caller.role !== 'instructor') {
    throw new SlipwayError('forbidden', 'a student makes no tokens; ask your instructor');
  }
  if (role !== 'student') {
    throw new SlipwayError(
      'forbidden',
      `an instructor makes tokens for students only, not for the role ${role}; ask an operator`,
    );
  }
  // As it is on the roster: labs are theirs by it.
  const email = subject.toLowerCase();
  const classId = await classOfStudent(deps, caller.subject, email);
  if (classId === undefined) {
    throw new SlipwayError(
      'forbidden',
      `an instructor makes tokens for the students of their classes, and "${subject}" is in none; ask an operator`,
    );
  }
  const { token, expiresAt } = await issueToken(deps, { role, subject: email, classId, expiresInSeconds });
  return { token, role, subject: email, class: classId, expiresAt };
}
