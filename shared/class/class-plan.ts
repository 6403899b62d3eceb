import { z } from 'zod';

const Moment = z.string().describe('UTC');
const Local = z.string().describe('As the clock of the class’s zone shows it, with its offset');
const Usd = z.number().nonnegative();

/** What of the account's room the next session takes. */
const Room = z.object({
  needed: z.int().describe('By labs that do not run yet'),
  quota: z.int(),
  used: z.int().describe('By everybody, when it was last looked at'),
  missing: z.int().describe('0 where all labs get in'),
  admittedLabs: z.int().describe('How many of the class get in; the rest wait in order'),
});
export type Room = z.output<typeof Room>;

/** Codes are for programs; their messages say what to do. */
export const PlanWarningCode = z.enum([
  'two_managers',
  'machine_too_small',
  'sessions_overlap',
  'sessions_close',
  'local_time_skipped',
  'local_time_twice',
  'clock_change_within',
  'session_past',
  'too_near',
  'lead_too_short',
  'vcpu_quota',
  'addresses',
  'security_groups',
  'budget',
  'no_price',
]);
export type PlanWarningCode = z.output<typeof PlanWarningCode>;

export const PlanWarning = z.object({ code: PlanWarningCode, message: z.string() });
export type PlanWarning = z.output<typeof PlanWarning>;

/** What a class would come to, before anything of it is done. */
export const ClassPlan = z
  .object({
    students: z.object({
      total: z.int(),
      added: z.int(),
      removed: z.int(),
      changed: z.int(),
      unchanged: z.int(),
    }),
    labs: z.object({
      create: z.int().describe('For the next session, by students who have none'),
      keep: z.int(),
      remove: z.int().describe('Of students who are on the roster no more'),
      machines: z.int().describe('Of each lab'),
    }),
    sessions: z.int().describe('Still to come, the one that is on included'),
    next: z
      .array(
        z.object({
          start: Moment,
          end: Moment,
          localStart: Local,
          localEnd: Local,
          launchFrom: z.string().describe('UTC; the first lab’s launch'),
        }),
      )
      .max(5),
    waves: z
      .object({
        labs: z.int().describe('To be launched or started'),
        leadSeconds: z.number().describe('From the first launch to the bell'),
        firstLaunchAt: Moment,
        lastLaunchAt: Moment,
        readyAt: z.string().describe('UTC; when the last is ready, as reckoned'),
        perMinute: z.array(z.int()).describe('Labs launched in each minute from the first launch on'),
      })
      .optional()
      .describe('Of the next session; absent where none is left'),
    vcpus: Room.optional().describe('Absent where it is not known, as on one machine'),
    addresses: Room.optional(),
    securityGroups: Room.optional(),
    price: z
      .object({
        currency: z.literal('USD'),
        priced: z.boolean().describe('False: nothing is known of prices here, and every figure is 0'),
        firstSessionUsd: Usd.describe(
          'The next session, or what is left of the one that is on; with those so close that the same labs serve them',
        ),
        perWeekUsd: Usd.describe('The mean of the weeks that have sessions'),
        totalUsd: Usd.describe('Everything still to come, as `after` says'),
        deleteUsd: Usd.describe('The same, were labs deleted after each session'),
        stopUsd: Usd.describe('The same, were labs stopped after each session, their disks included'),
        withOwnHoursUsd: Usd.optional().describe('With all hours of one’s own used up by everybody'),
        table: z.object({ region: z.string(), date: z.string() }).optional(),
      })
      .describe('Without traffic and taxes'),
    assumptions: z.array(z.string()),
    warnings: z.array(PlanWarning),
  })
  .meta({ id: 'ClassPlan' });
export type ClassPlan = z.output<typeof ClassPlan>;
