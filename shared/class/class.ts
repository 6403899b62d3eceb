import { z } from 'zod';
import { readDuration } from '../core/duration.ts';

/** A class's id is its name: one for the whole deployment, short enough to type. */
export const ClassName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be lower-case letters, digits and hyphens, at most 63, such as docker-2026',
  );

function duration(least: string, most: string) {
  return z.string().refine((text) => {
    const seconds = readDuration(text);
    return (
      seconds !== undefined && seconds >= (readDuration(least) ?? 0) && seconds <= (readDuration(most) ?? 0)
    );
  }, `must be an ISO 8601 duration from ${least} to ${most}`);
}

/** A day of the calendar, in the class's time zone. */
const Day = z.iso.date('must be a day such as 2026-03-02');

/** When a class meets, in its own time zone's wall-clock time, whatever summer time does. */
export const Session = z.strictObject({
  start: z
    .string()
    .regex(
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/,
      'must be local time without an offset, such as 2026-03-02T19:00; the time zone is the class’s',
    )
    .describe('The first one, in the class’s time zone: 2026-03-02T19:00'),
  duration: duration('PT1M', 'PT24H').describe('ISO 8601 duration'),
  weekly: z.boolean().default(false).describe('Again each week at the same time of the wall clock'),
  until: Day.optional().describe('The last day on which a weekly session begins'),
  except: z.array(Day).max(366).default([]).describe('Days on which a weekly session is not held'),
});
export type Session = z.output<typeof Session>;

/** What a class may cost. Ours is the guard: AWS's own budgets lag by hours. */
export const Budget = z.strictObject({
  usd: z.number().positive().max(1_000_000),
  /** Once it is spent labs live no longer than their session: no grace, no own hours, no extension. */
  stopAtSessionEnd: z.boolean().default(false),
});
export type Budget = z.output<typeof Budget>;

/** A message of the instructor's to all labs of a class. */
export const Notice = z.object({ id: z.string(), at: z.string(), text: z.string() });
export type Notice = z.infer<typeof Notice>;

/** What is asked of a class; the API alone writes it, under `specVersion`. */
export const ClassSpec = z.object({
  /** In the catalogue. */
  template: z.string(),
  /** Instead of the template's: names in the catalogue. */
  stacks: z.array(z.string()).optional(),
  /** Instead of the template's layout. */
  machines: z.object({ managers: z.number().int(), workers: z.number().int() }).partial().optional(),
  sessions: z.array(Session).min(1).max(100),
  /** IANA name. */
  timeZone: z.string(),
  /** How long before the bell the last lab is launched; absent: as the plan computes it. */
  leadTime: duration('PT0S', 'PT12H').optional(),
  /** What becomes of labs after each session. */
  after: z.enum(['delete', 'stop']),
  /** From a session's end, or a student's removal, until that. */
  grace: duration('PT0S', 'PT24H'),
  /** Hours a week that a student may use outside sessions; absent: none. */
  hoursQuota: duration('PT0S', 'P7D').optional(),
  /** A lab that nobody uses for so long is warned, then stopped; absent: never. */
  idleAfter: duration('PT10M', 'PT24H').optional(),
  budget: Budget.optional(),
  /** The roster that counts, an item of its own: one write makes it count whole. */
  rosterId: z.string(),
  /** How many are on it; absent where its writer did not count. */
  students: z.number().int().nonnegative().optional(),
  /** Those of the last messages that new labs are still told. */
  notices: z.array(Notice).max(10),
  deleted: z.boolean(),
  /** The last keyed requests that are in this spec already, by their marks. */
  applied: z.array(z.string()).max(20).optional(),
});
export type ClassSpec = z.infer<typeof ClassSpec>;

export const ClassEvent = z.object({
  sequence: z.number().int().positive(),
  at: z.string(),
  type: z.string(),
  message: z.string(),
});
export type ClassEvent = z.infer<typeof ClassEvent>;

/** A session, or several that follow on each other so closely that the same labs serve them. */
export const ServedSession = z.object({
  /** By which its labs know it: its start when they were first recorded. */
  key: z.string(),
  start: z.string(),
  end: z.string(),
  /** When its labs go, or stop, unless somebody moved that. */
  labsEnd: z.string(),
  /** When the last lab is launched. */
  lastLaunch: z.string(),
  /** When all its labs were recorded. */
  madeAt: z.string().optional(),
  /** How many were ready at the bell has been told. */
  isBellTold: z.boolean().optional(),
  /** When all labs were first seen ready. */
  readyAt: z.string().optional(),
  /** When its end was told. */
  endedAt: z.string().optional(),
});
export type ServedSession = z.infer<typeof ServedSession>;

/** What has become of it; the class's reconciler alone writes it, under `statusVersion`. */
export const ClassStatus = z.object({
  /** The roster that all students' items follow. */
  rosterId: z.string().optional(),
  /** The session whose labs were last recorded: its start, in UTC. */
  prepared: z.string().optional(),
  /** The session that is served, or was last, as its labs were given it; moments in UTC. */
  session: ServedSession.optional(),
  /** When course labs are gone, as they were given it. */
  courseEnd: z.string().optional(),
  /** Of the last session that was not prepared, and why that was told. */
  refused: z.object({ session: z.string(), reason: z.string() }).optional(),
  /** What all labs with ids before `from` have cost, which are gone: nobody need read them again to know. */
  settled: z.object({ from: z.string(), usd: z.number() }).optional(),
  /** Rosters that students' items follow no more: to be removed. */
  formerRosters: z.array(z.string()).optional(),
  /** The roster that numbers who had labs, while addresses are taken out of its records. */
  numbersRoster: z.string().optional(),
  /** What was spent when it was last reckoned, and what was told of it. */
  budget: z.object({ usd: z.number(), at: z.string(), told: z.enum(['none', 'warned', 'spent']) }).optional(),
  /** The last 50 of its timeline. */
  events: z.array(ClassEvent).max(50),
  /** Its last session is over, or it was deleted, and no lab is left. */
  endedAt: z.string().optional(),
  /** When names and addresses were taken out of its records. */
  anonymisedAt: z.string().optional(),
});
export type ClassStatus = z.infer<typeof ClassStatus>;

export const Class = z.object({
  /** Its name. */
  id: ClassName,
  /** The subject of the token that made it. */
  instructor: z.string(),
  createdAt: z.string(),
  /** Mark of the keyed request that made it. */
  request: z.string().optional(),
  spec: ClassSpec,
  specVersion: z.number().int().nonnegative(),
  status: ClassStatus,
  statusVersion: z.number().int().nonnegative(),
  /** When the tick must wake it, milliseconds since the epoch; absent once nothing is ever due again. */
  dueAt: z.number().int().optional(),
});
export type Class = z.infer<typeof Class>;

/** The most students of a class. */
export const MOST_STUDENTS = 1_000;
