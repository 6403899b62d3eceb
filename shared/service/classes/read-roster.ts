import { z } from 'zod';
import type { Class } from '../../class/class.ts';
import { writeCsv } from '../../class/write-csv.ts';
import type { Deps } from '../../ports/deps.ts';
import { rosterOf } from './put-roster.ts';

/** A student of a class, for who teaches it: no code, and not its hash. */
export const RosterStudent = z
  .object({
    email: z.string(),
    name: z.string().optional(),
    group: z.string().optional(),
    joined: z.string().optional().describe('When its join code was last exchanged for a token'),
    lastSeen: z.string().optional().describe('Its last call, to within minutes'),
  })
  .meta({ id: 'RosterStudent' });
export type RosterStudent = z.infer<typeof RosterStudent>;

/** The roster that counts, in the order in which it was given. */
export async function readRoster(deps: Pick<Deps, 'classes'>, found: Class): Promise<RosterStudent[]> {
  const [roster, students] = await Promise.all([rosterOf(deps, found), deps.classes.students(found.id)]);
  const known = new Map(students.map((student) => [student.email, student]));
  return roster.map((entry) => {
    const { joinedAt, lastSeenAt } = known.get(entry.email) ?? {};
    return {
      ...entry,
      ...(joinedAt === undefined ? {} : { joined: joinedAt }),
      ...(lastSeenAt === undefined ? {} : { lastSeen: lastSeenAt }),
    };
  });
}

/** The same as a file that a spreadsheet opens. */
export function rosterCsv(students: RosterStudent[]): string {
  const rows = students.map(({ email, name = '', group = '', joined = '', lastSeen = '' }) => [
    email,
    name,
    group,
    joined,
    lastSeen,
  ]);
  return writeCsv(['email', 'name', 'group', 'joined', 'lastSeen'], rows);
}
