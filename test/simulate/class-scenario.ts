import { priceTableOf } from '../../shared/class/price-tables.ts';
import { HANDED_OVER_SECONDS } from '../../shared/lab/schedule.ts';
import type { Policy } from '../../shared/ports/deps.ts';
import { instructorOf, rosterOf } from '../support/class-school.ts';
import { anEc2School, type Ec2School } from '../support/ec2-school.ts';
import type { FakeEc2 } from '../support/fake-ec2/start-fake-ec2.ts';
import { leastPaidSeconds } from './class-bound.ts';
import { type FaultCounts, faultsOf } from './class-faults.ts';
import { countDuplicates, tally } from './figures.ts';
import { PaidTime } from './paid-time.ts';

/** Reconcile's `maximumConcurrency`. */
const CONCURRENCY = 50;
/** For so long EC2 does not tell of what it launched. */
const LAG_MS = 3_000;
const MACHINES_EACH = 3;
const HOUR = 3600;
/** Tuesdays at 19:00 in Berlin, four weeks: a holiday on the second, and summer time from 29 March on. */
const LOCAL_START = '2026-03-10T19:00';
const HOLIDAY = '2026-03-17';
const BELLS = ['2026-03-10T18:00:00Z', '2026-03-24T18:00:00Z', '2026-03-31T17:00:00Z'].map((at) =>
  Date.parse(at),
);
const SESSION_SECONDS = 4 * HOUR;
const GRACE_SECONDS = 15 * 60;
/** What is launched so long before a bell is for it. */
const BEFORE_MS = 3_600_000;
/** AWS's month of prices. */
const HOURS_OF_A_MONTH = 730;
const COURSE_SECONDS = 40 * 86_400;
/** A tick hands over what is due within so long. */
const LOOK_AHEAD_MS = HANDED_OVER_SECONDS * 1000;

export interface ClassScenario {
  students: number;
  after: 'delete' | 'stop';
  /** Faults by this seed; none without. */
  seed?: number;
}

export interface SessionFigures {
  /** Labs that were ready in the session, or on the way to it. */
  ready: number;
  /** Seconds from the last lab's being ready to the bell; negative where it was late. */
  spareSeconds: number;
  /** Labs that were ready later than the bell, or never. */
  late: number;
  /** From the first launch to the bell. */
  leadSeconds: number;
  /** From the end and its grace until the last machine was gone or stopped. */
  endSeconds: number;
  /** Machine-hours paid, as part of the least that anybody could do with. */
  ratio: number;
  /** The same, as part of the session alone. */
  plainRatio: number;
}

export interface ClassFigures {
  scenario: ClassScenario;
  sessions: SessionFigures[];
  /** From the first session's first launch: as the plan had it, and as it was, to the last lab's being ready. */
  time: { plannedSeconds: number; actualSeconds: number };
  /** USD of all sessions: the plan's, what the class was told it cost, and what the fake's own records come to. */
  price: { plannedUsd: number; toldUsd: number; paidUsd: number };
  plannedLeadSeconds: number;
  duplicates: number;
  /** Machine-hours paid at other times than around a session, the holiday among them. */
  strayHours: number;
  orphans: number;
  leftovers: string[];
  faults: FaultCounts | undefined;
  errors: Record<string, number>;
  runs: number;
  ended: boolean;
  wallSeconds: number;
}

const POLICY: Partial<Policy> = {
  // What a lab takes here: EC2's launch, a boot of 20 s, the swarm, and looks a second apart.
  readySeconds: 30,
  spareSeconds: 240,
  // Looks at labs that stand still, and sweeps, would be most of what a simulation of four weeks does.
  observeSeconds: 2 * HOUR,
  launchPace: { requests: { burst: 5, perSecond: 2 }, machines: { burst: 1000, perSecond: 2 } },
  machine: { type: 't3.small', vcpus: 2, memoryMiB: 2048, diskGigabytes: 12 },
};

/** A class of a course from its making to its end, on the records-only fake of EC2 and a manual clock. */
export async function runClass(scenario: ClassScenario): Promise<ClassFigures> {
  const started = performance.now();
  const { students, after, seed } = scenario;
  const paid = new PaidTime();
  let fake: FakeEc2 | undefined;
  const faults = seed === undefined ? undefined : faultsOf(seed, () => fake as FakeEc2);
  const prices = priceTableOf('us-east-1');
  const school = await anEc2School({
    concurrency: CONCURRENCY,
    ...faults?.options,
    policy: { ...POLICY, ...faults?.options.policy, ...(prices === undefined ? {} : { prices }) },
    sweepSeconds: 2 * HOUR,
    onEvent: (event, at) => paid.hear(event, at),
    fake: {
      lag: { instancesMs: LAG_MS },
      quotas: { onDemandVcpus: students * 12, securityGroups: students * 2 + 100 },
    },
  });
  fake = school.fake;
  try {
    const ask = instructorOf(school);
    const definition = definitionOf(students, after);
    const plan = await ask('POST', '/classes?plan=true', definition);
    await ask('POST', '/classes', definition);
    const ended = await playToTheEnd(school, definition.name);
    const cost = await ask('GET', `/classes/${definition.name}/cost`);
    const sessions = await Promise.all(
      BELLS.map((bell) => figuresOf(school, paid, { bell, students, name: definition.name })),
    );
    const [first] = sessions;
    return {
      scenario,
      sessions,
      time: {
        plannedSeconds: (Date.parse(plan.waves.readyAt) - Date.parse(plan.waves.firstLaunchAt)) / 1000,
        actualSeconds: (first?.leadSeconds ?? 0) - (first?.spareSeconds ?? 0),
      },
      price: { plannedUsd: plan.price.totalUsd, toldUsd: cost.usd, paidUsd: paidUsd(school, paid) },
      plannedLeadSeconds: plan.waves.leadSeconds,
      duplicates: countDuplicates(school.fake),
      orphans: school.orphans.size,
      strayHours: strayHours(paid),
      leftovers: school.leftovers(),
      faults: faults?.counts,
      errors: tally(
        school.queue.errors.map((error) =>
          (error instanceof Error ? error.message : String(error)).replace(/lab \w{26}/, 'a lab'),
        ),
      ),
      runs: school.queue.runs,
      ended,
      wallSeconds: (performance.now() - started) / 1000,
    };
  } finally {
    await school.close();
  }
}

function definitionOf(students: number, after: 'delete' | 'stop') {
  return {
    name: 'docker-2026',
    template: 'swarm',
    stacks: [],
    timeZone: 'Europe/Berlin',
    sessions: [
      { start: LOCAL_START, duration: 'PT4H', weekly: true, until: '2026-03-31', except: [HOLIDAY] },
    ],
    after,
    grace: 'PT15M',
    roster: rosterOf(students),
  };
}

/** @returns whether the class says that it has ended. */
async function playToTheEnd(school: Ec2School, name: string): Promise<boolean> {
  const { clock, deps, fake, queue } = school;
  const deadline = clock.now() + COURSE_SECONDS * 1000;
  const hasEnded = async () => (await deps.classes.load(name))?.status.endedAt !== undefined;
  while (clock.now() < deadline) {
    await school.until(() => queue.nextAt() === undefined && fake.nextDueAt() === undefined, 86_400);
    if (await hasEnded()) return true;
    const lab = (await deps.labs.listDue({ until: Number.MAX_SAFE_INTEGER, limit: 1 })).items[0];
    const course = (await deps.classes.listDue({ until: Number.MAX_SAFE_INTEGER, limit: 1 })).items[0];
    const due = Math.min(lab?.dueAt ?? deadline, course?.dueAt ?? deadline);
    school.leap(due - LOOK_AHEAD_MS);
    await school.pass(60);
  }
  return await hasEnded();
}

async function figuresOf(
  { deps }: Ec2School,
  { spans }: PaidTime,
  { bell, students, name }: { bell: number; students: number; name: string },
): Promise<SessionFigures> {
  const end = bell + (SESSION_SECONDS + GRACE_SECONDS) * 1000;
  const before = bell - BEFORE_MS;
  const its = spans.filter(({ from }) => from >= before && from < end);
  const firstLaunch = Math.min(...its.map(({ from }) => from));
  const readyAt = await readyMoments(deps, name, before, end);
  const lastReady = Math.max(...readyAt);
  const paidSeconds = its.reduce((sum, { from, until }) => sum + (until - from) / 1000, 0);
  const least = leastPaidSeconds(students, MACHINES_EACH, {
    sessionSeconds: SESSION_SECONDS,
    graceSeconds: GRACE_SECONDS,
  });
  return {
    ready: readyAt.length,
    spareSeconds: (bell - lastReady) / 1000,
    late: students - readyAt.filter((at) => at <= bell).length,
    leadSeconds: (bell - firstLaunch) / 1000,
    endSeconds: (Math.max(...its.map(({ until }) => until)) - end) / 1000,
    ratio: paidSeconds / least,
    plainRatio: paidSeconds / (students * MACHINES_EACH * SESSION_SECONDS),
  };
}

function strayHours({ spans }: PaidTime): number {
  const isOfSession = ({ from }: { from: number }) =>
    BELLS.some((bell) => from >= bell - BEFORE_MS && from < bell + SESSION_SECONDS * 1000);
  const strays = spans.filter((span) => !isOfSession(span));
  return strays.reduce((sum, { from, until }) => sum + (until - from) / 3_600_000, 0);
}

/** When each student's lab first was ready for the session. */
async function readyMoments(
  deps: Ec2School['deps'],
  name: string,
  from: number,
  until: number,
): Promise<number[]> {
  const moments = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page = await deps.classes.listLabs(name, {
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { labId, student } of page.items) {
      const events = await deps.labs.listEvents(labId, { after: 0, limit: 1000 });
      for (const { at, type } of events) {
        const moment = Date.parse(at);
        if (type !== 'Ready' || moment < from || moment >= until) continue;
        moments.set(student, Math.min(moment, moments.get(student) ?? moment));
      }
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return [...moments.values()];
}

/** What the fake's records come to at the table's prices. */
function paidUsd({ deps, fake, clock }: Ec2School, { spans, disks }: PaidTime): number {
  const { prices, machine } = deps.policy;
  if (prices === undefined || machine === undefined) return 0;
  const types = new Map(fake.instances().map(({ id, type }) => [id, type.name]));
  const running = spans.reduce((sum, { instanceId, from, until }) => {
    const hour = (prices.machineHour[types.get(instanceId) ?? ''] ?? 0) + prices.addressHour;
    return sum + ((until - from) / 3_600_000) * hour;
  }, 0);
  const diskHour = (prices.diskGigabyteMonth / HOURS_OF_A_MONTH) * machine.diskGigabytes;
  const disk = [...disks.values()].reduce((sum, { from, until }) => {
    return sum + ((Math.min(until, clock.now()) - from) / 3_600_000) * diskHour;
  }, 0);
  return running + disk;
}
