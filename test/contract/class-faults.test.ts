import { afterEach, describe, expect, test } from 'vitest';
import { wakeIdOfClass } from '../../shared/core/ids.ts';
import { type Ask, instructorOf, rosterOf } from '../support/class-school.ts';
import { anEc2School, type Ec2School, type Ec2SchoolOptions } from '../support/ec2-school.ts';

const NAME = 'docker-2026';
const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** A t3.small, and one machine a lab. */
const VCPUS_EACH = 2;
const EC2_PACE = { requests: { burst: 5, perSecond: 2 }, machines: { burst: 1000, perSecond: 2 } };

let school: Ec2School;

afterEach(() => school.close());

interface Progress {
  student: string;
  removedAt?: string;
  phase: string;
  lab: string;
  problem: string;
  startsAt: string;
}

interface Lesson {
  ask: Ask;
  /** Milliseconds since the epoch. */
  bell: number;
  /** Students by the phase of their lab, as the class's progress has it. */
  counts(): Promise<Record<string, number>>;
  /** Of the class's timeline. */
  events(): Promise<{ type: string; message: string }[]>;
  /** Lets time pass until then, seconds after the bell. */
  passTo(secondsAfterBell: number): Promise<void>;
}

/** A class of labs of one machine that meets for an hour, two hours from now unless told. */
async function aLesson(
  students: number,
  options: Ec2SchoolOptions = {},
  {
    aheadSeconds = 2 * HOUR,
    duration = 'PT1H',
    grace = 'PT15M',
  }: { aheadSeconds?: number; duration?: string; grace?: string } = {},
): Promise<Lesson> {
  school = await anEc2School({
    concurrency: 8,
    ...options,
    policy: { readySeconds: 40, launchPace: EC2_PACE, ...options.policy },
    fake: { lag: { instancesMs: 3_000 }, ...options.fake },
  });
  const { clock, deps } = school;
  const ask = instructorOf(school);
  const bell = Math.ceil((clock.now() + aheadSeconds * 1000) / (MINUTE * 1000)) * MINUTE * 1000;
  await ask('POST', '/classes', {
    name: NAME,
    template: 'docker-host',
    roster: rosterOf(students),
    timeZone: 'UTC',
    sessions: [{ start: new Date(bell).toISOString().slice(0, 16), duration }],
    grace,
  });
  return {
    ask,
    bell,
    counts: async () => (await ask('GET', `/classes/${NAME}/labs`)).counts,
    events: async () => (await deps.classes.load(NAME))?.status.events ?? [],
    passTo: async (secondsAfterBell) => await school.pass((bell - clock.now()) / 1000 + secondsAfterBell),
  };
}

async function expectAllOver(): Promise<void> {
  expect((await school.deps.classes.load(NAME))?.status.endedAt).toBeDefined();
  expect(school.leftovers()).toEqual([]);
  expect([...school.orphans]).toEqual([]);
}

/** Each machine that there ever was, by the lab that it was of. */
function launchedLabs(): string[] {
  return school.fake.instances().map(({ tags }) => tags.get('slipway:lab') ?? '');
}

describe('a class of 100 in an account with room for 40', () => {
  test('has 40 labs at the bell, and the rest wait in order and say so', async () => {
    const lesson = await aLesson(
      100,
      { fake: { quotas: { onDemandVcpus: 40 * VCPUS_EACH } } },
      { duration: 'PT20M', grace: 'PT1M' },
    );
    await lesson.passTo(MINUTE);
    expect(await lesson.counts()).toEqual({ ready: 40, pending: 60 });
    const told = (await lesson.events()).find(({ type }) => type === 'NotAllReady');
    expect(told?.message).toContain('at the bell 40 of 100 labs are ready');

    const { items } = await lesson.ask('GET', `/classes/${NAME}/labs`);
    const waiting = (items as Progress[]).filter(({ phase }) => phase === 'pending');
    for (const { problem } of waiting) expect(problem).toContain(`room for 0 vCPUs, and this lab needs 2`);
    const students = (items as Progress[])
      .filter(({ phase }) => phase === 'ready')
      .slice(0, 5)
      .map(({ student }) => student);
    await lesson.ask('POST', `/classes/${NAME}/delete-labs`, { students });
    await lesson.passTo(10 * MINUTE);
    expect(await lesson.counts()).toMatchObject({ ready: 40, pending: 55 });
    const { items: later } = await lesson.ask('GET', `/classes/${NAME}/labs`);
    const waited = new Set(waiting.map(({ lab }) => lab));
    const startsOf = (phase: string) =>
      (later as Progress[])
        .filter((one) => one.phase === phase && waited.has(one.lab))
        .map(({ startsAt }) => Date.parse(startsAt));
    expect(startsOf('ready')).toHaveLength(5);
    // To within a launch or two, half a second each: who began to wait first was let in first.
    expect(Math.max(...startsOf('ready')) - Math.min(...startsOf('pending'))).toBeLessThan(1500);
    await lesson.passTo(30 * MINUTE);
    await expectAllOver();
    expect(school.fake.instances()).toHaveLength(45);
  });
});

describe('a session that is over', () => {
  test('while half of its labs are still coming up takes all of them, and launches none any more', async () => {
    const seen: string[] = [];
    const lesson = await aLesson(
      20,
      {
        // Every other machine never enrols, and for some there is no room before others go.
        bootSeconds({ id }) {
          if (!seen.includes(id)) seen.push(id);
          return seen.indexOf(id) % 2 === 0 ? 20 : undefined;
        },
        fake: { quotas: { onDemandVcpus: 16 * VCPUS_EACH } },
      },
      { aheadSeconds: MINUTE, duration: 'PT8M', grace: 'PT0S' },
    );
    await lesson.passTo(7 * MINUTE);
    expect(await lesson.counts()).toEqual({ ready: 8, provisioning: 8, pending: 4 });
    await lesson.passTo(11 * MINUTE);
    expect(school.leftovers()).toEqual([]);
    await lesson.passTo(20 * MINUTE);
    await expectAllOver();
    expect(launchedLabs()).toHaveLength(16);
  });
});

describe('a tick that is missed for an hour', () => {
  const missed = (from: number, to: number) => (school_: { bell: number }, now: number) =>
    now >= school_.bell + from * 1000 && now < school_.bell + to * 1000;

  test.each([
    ['before labs are recorded', -30 * MINUTE, 30 * MINUTE],
    ['between their records and their launches', -10 * MINUTE, 50 * MINUTE],
  ])('%s makes them late, at once, and gone in time', async (_, from, to) => {
    const during = { bell: Number.POSITIVE_INFINITY };
    const lesson = await aLesson(6, { missesTick: (now) => missed(from, to)(during, now) });
    during.bell = lesson.bell;
    await lesson.passTo(to + 3 * MINUTE);
    expect(await lesson.counts()).toEqual({ ready: 6 });
    await lesson.passTo(90 * MINUTE);
    await expectAllOver();
    expect(new Set(launchedLabs()).size).toBe(6);
  });

  test('when they should go takes them late by no more than that', async () => {
    const during = { bell: Number.POSITIVE_INFINITY };
    const lesson = await aLesson(6, {
      missesTick: (now) => missed(60 * MINUTE, 120 * MINUTE)(during, now),
    });
    during.bell = lesson.bell;
    await lesson.passTo(125 * MINUTE);
    expect(school.leftovers()).toEqual([]);
    await lesson.passTo(135 * MINUTE);
    await expectAllOver();
  });
});

describe('a clock that is set back an hour', () => {
  test('in the middle of a session stops nothing, launches nothing anew, and the labs go in the end', async () => {
    const lesson = await aLesson(6);
    await lesson.passTo(10 * MINUTE);
    expect(await lesson.counts()).toEqual({ ready: 6 });
    school.setBack(HOUR);
    // Messages are delayed by real time, whatever a clock shows.
    for (const labId of new Set(launchedLabs())) await school.queue.enqueue(labId, 0);
    await school.queue.enqueue(wakeIdOfClass(NAME), 0);
    await lesson.passTo(0);
    expect(await lesson.counts()).toEqual({ ready: 6 });
    expect(school.fake.calls('StopInstances')).toEqual([]);
    await lesson.passTo(90 * MINUTE);
    await expectAllOver();
    expect(launchedLabs()).toHaveLength(6);
  });
});

describe('a roster that is changed in the middle of a wave', () => {
  test('gives who came a lab, takes theirs from who left, and touches no other', async () => {
    const lesson = await aLesson(
      12,
      {
        policy: {
          launchPace: { requests: { burst: 2, perSecond: 0.05 }, machines: { burst: 100, perSecond: 2 } },
        },
      },
      { grace: 'PT5M' },
    );
    await lesson.passTo(-2 * MINUTE);
    const before = new Set(launchedLabs());
    expect(before.size).toBeGreaterThan(0);
    expect(before.size).toBeLessThan(12);
    const answer = await lesson.ask('PUT', `/classes/${NAME}/roster`, {
      students: [...rosterOf(9), ...rosterOf(3, 101)],
    });
    expect(answer).toMatchObject({ added: 3, removed: 3, unchanged: 9 });
    await lesson.passTo(4 * MINUTE);
    const { items } = await lesson.ask('GET', `/classes/${NAME}/labs`);
    const ready = (items as Progress[]).filter(
      ({ phase, removedAt }) => phase === 'ready' && removedAt === undefined,
    );
    expect(ready.map(({ student }) => student).sort()).toEqual(
      [...rosterOf(9), ...rosterOf(3, 101)].map(({ email }) => email).sort(),
    );
    await lesson.passTo(80 * MINUTE);
    await expectAllOver();
    // Nobody's lab was made twice.
    expect(new Set(launchedLabs()).size).toBe(launchedLabs().length);
  });
});
