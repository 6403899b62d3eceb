import { z } from 'zod';
import { occurrencesBetween } from '../../class/calendar.ts';
import { Budget, type Class, ClassEvent, Notice, Session } from '../../class/class.ts';
import { localTime } from '../../class/local-time.ts';
import { iso } from '../../core/clock.ts';
import type { ApiDeps } from '../../ports/deps.ts';
import { firstLaunch } from './first-launch.ts';

const NEXT_SESSIONS = 5;
const DAY_MS = 86_400_000;
/** Most classes meet every week: their next five are found without reckoning years of them. */
const LOOKS_MS = [45 * DAY_MS, 800 * DAY_MS];

/** What `GET /classes/{class}` answers: everything its instructor asked and may know, and no secret. */
export const ClassView = z
  .object({
    id: z.string().describe('Its name'),
    instructor: z.string(),
    createdAt: z.string(),
    state: z.enum(['active', 'deleted', 'ended']),
    template: z.string(),
    stacks: z.array(z.string()).optional(),
    machines: z.object({ managers: z.int(), workers: z.int() }).partial().optional(),
    students: z.int().describe('On its roster'),
    sessions: z.array(Session),
    timeZone: z.string(),
    leadTime: z.string().optional(),
    after: z.enum(['delete', 'stop']),
    grace: z.string(),
    hoursQuota: z.string().optional(),
    idleAfter: z.string().optional(),
    next: z
      .array(
        z.object({
          start: z.string().describe('In UTC'),
          end: z.string().describe('In UTC'),
          local: z.string().describe('Its start by the class’s clock'),
          firstLaunch: z.string().describe('UTC; when the first lab is launched or started'),
        }),
      )
      .describe('The one that is on, and those to come, five at most'),
    budget: Budget.extend({
      spent: z.number().optional().describe('USD, as last reckoned'),
      reckonedAt: z.string().optional(),
      told: z.enum(['none', 'warned', 'spent']).describe('warned: 80 % is spent; spent: no new starts'),
    }).optional(),
    notices: z.array(Notice).describe('What was told to its labs last'),
    events: z.array(ClassEvent),
    endedAt: z.string().optional(),
  })
  .meta({ id: 'Class' });
export type ClassView = z.infer<typeof ClassView>;

export type ClassViewDeps = Pick<ApiDeps, 'clock' | 'policy' | 'catalogue'>;

export function viewClass(
  deps: ClassViewDeps,
  { id, instructor, createdAt, spec, status }: Class,
): ClassView {
  const { stacks, machines, leadTime, hoursQuota, idleAfter, budget } = spec;
  return {
    id,
    instructor,
    createdAt,
    state: status.endedAt !== undefined ? 'ended' : spec.deleted ? 'deleted' : 'active',
    template: spec.template,
    ...(stacks === undefined ? {} : { stacks }),
    ...(machines === undefined ? {} : { machines }),
    students: spec.students ?? 0,
    sessions: spec.sessions,
    timeZone: spec.timeZone,
    ...(leadTime === undefined ? {} : { leadTime }),
    after: spec.after,
    grace: spec.grace,
    ...(hoursQuota === undefined ? {} : { hoursQuota }),
    ...(idleAfter === undefined ? {} : { idleAfter }),
    next: spec.deleted ? [] : nextSessions(deps, spec),
    ...(budget === undefined ? {} : { budget: { ...budget, ...budgetState(status) } }),
    notices: spec.notices,
    events: status.events,
    ...(status.endedAt === undefined ? {} : { endedAt: status.endedAt }),
  };
}

function nextSessions(deps: ClassViewDeps, spec: Class['spec']): ClassView['next'] {
  const now = deps.clock.now();
  let found = occurrencesBetween(spec, now, now);
  for (const look of LOOKS_MS) {
    if (found.length < NEXT_SESSIONS) found = occurrencesBetween(spec, now, now + look);
  }
  return found.slice(0, NEXT_SESSIONS).map(({ start, end }) => ({
    start: iso(start),
    end: iso(end),
    local: localTime(start, spec.timeZone),
    firstLaunch: iso(firstLaunch(deps, spec, start)),
  }));
}

function budgetState({
  budget,
}: Class['status']): Pick<NonNullable<ClassView['budget']>, 'spent' | 'reckonedAt' | 'told'> {
  if (budget === undefined) return { told: 'none' };
  return { spent: budget.usd, reckonedAt: budget.at, told: budget.told };
}
