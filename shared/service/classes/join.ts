import { z } from 'zod';
import type { Class } from '../../class/class.ts';
import type { Student } from '../../class/student.ts';
import { iso } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import { phaseOf } from '../../lab/phase.ts';
import type { ApiDeps, Deps } from '../../ports/deps.ts';
import { ownRange } from '../allow-from.ts';
import { type Caller, Role, Subject } from '../caller.ts';
import { issueToken, type TokenDeps } from '../tokens.ts';
import { writeSpec } from '../write-spec.ts';
import { changeStudent } from './change-student.ts';
import { isLive } from './find-class.ts';
import { hashOfCode } from './join-code.ts';
import { limitTries } from './limit-tries.ts';

export type JoinDeps = TokenDeps &
  Pick<Deps, 'log' | 'classes' | 'labs' | 'requests' | 'queue'> &
  Pick<ApiDeps, 'driver'>;

/** A lesson and the evening after it; then the code is exchanged again. */
const TOKEN_SECONDS = 12 * 3600;

export const JoinRequest = z.strictObject({
  code: z.string().min(1).max(100).describe('Of the link: what follows its #'),
});

export const Joined = z
  .object({
    token: z.string(),
    role: Role,
    subject: Subject,
    class: z.string(),
    expiresAt: z.iso.datetime().describe('Then join again: the code stays good'),
    allowFrom: z.array(z.string()).describe('Who may reach your labs'),
    note: z.string().optional(),
  })
  .meta({ id: 'Joined' });
export type Joined = z.infer<typeof Joined>;

/**
 * Exchanges a student's code for a token, and moves the addresses that may reach their labs to where they are. The code stays
 * good: asked again, the same.
 * @param address of the caller's connection
 * @throws SlipwayError `unauthenticated`, the same for every code that opens nothing; `rate_limited`.
 */
export async function join(deps: JoinDeps, code: string, address: string | undefined): Promise<Joined> {
  const allowFrom = ownRange(address);
  return await limitTries(deps, address, async () => {
    const { found, student } = await ownerOf(deps, code);
    const caller: Caller = { subject: student.email, role: 'student', classId: found.id };
    const joined = await noteJoined(deps, found, student, allowFrom);
    await moveLab(deps, caller, joined);
    const issued = await issueToken(deps, { ...caller, expiresInSeconds: TOKEN_SECONDS });
    deps.log.info({ class: found.id, student: student.email }, 'a student joined');
    const unknown = deps.driver.enforcesAllowFrom && allowFrom.length === 0;
    return {
      ...issued,
      role: caller.role,
      subject: caller.subject,
      class: found.id,
      allowFrom: joined.allowFrom,
      ...(unknown ? { note: NO_IPV4 } : {}),
    };
  });
}

const NO_IPV4 =
  'you came by IPv6, and labs are reached by IPv4: from a network that has it, join again, or PATCH your lab with {"allowFrom": ["your IPv4 address"]}';

/** Whose code it is. What an old code left behind is told from the student's own item, the one place that counts. */
async function ownerOf(
  { classes }: Pick<Deps, 'classes'>,
  code: string,
): Promise<{ found: Class; student: Student }> {
  const hash = hashOfCode(code);
  const owner = await classes.findCode(hash);
  const [found, student] =
    owner === undefined
      ? []
      : await Promise.all([classes.load(owner.classId), classes.student(owner.classId, owner.email)]);
  const isGood = student?.codeHash === hash && student.removedAt === undefined;
  if (isGood && found !== undefined && isLive(found)) return { found, student };
  throw opensNothing();
}

function opensNothing(): SlipwayError {
  return new SlipwayError(
    'unauthenticated',
    'this code opens nothing: it may be mistyped, replaced by a newer one, or of a class that is over; ask your instructor for a new link',
  );
}

async function noteJoined(
  deps: JoinDeps,
  { id }: Class,
  { email, codeHash }: Student,
  allowFrom: string[],
): Promise<Student> {
  const now = iso(deps.clock.now());
  const saved = await changeStudent(deps, id, email, (student) => {
    // Its code was replaced, or it was removed, while this was under way.
    if (student.codeHash !== codeHash) return undefined;
    return { ...student, joinedAt: now, allowFrom: allowFrom.length === 0 ? student.allowFrom : allowFrom };
  });
  if (saved !== undefined && saved.codeHash === codeHash) return saved;
  throw opensNothing();
}

/** The present lab lets its student in; one that is only announced takes the addresses from the student's item. */
async function moveLab(deps: JoinDeps, caller: Caller, { lab, allowFrom }: Student): Promise<void> {
  const found = lab === undefined ? undefined : await deps.labs.load(lab.id);
  const isTheirs = found?.lab.owner === caller.subject;
  const phase = found === undefined ? 'deleted' : phaseOf(found.lab, deps.clock.now());
  if (found === undefined || !isTheirs || phase === 'deleting' || phase === 'deleted') return;
  const write = { caller, labId: found.lab.id, method: 'POST', path: '/v1/join', key: undefined };
  await writeSpec(deps, write, ({ spec }) =>
    JSON.stringify(spec.allowFrom) === JSON.stringify(allowFrom) ? undefined : { ...spec, allowFrom },
  );
}
