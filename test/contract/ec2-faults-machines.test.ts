import { describe, expect, test } from 'vitest';
import { iso } from '../../shared/core/clock.ts';
import type { Ec2School } from '../support/ec2-school.ts';
import {
  ask,
  change,
  eventsOf,
  inSchool,
  instancesOf,
  isReadyOnce,
  nameOf,
  paidFor,
} from './ec2-faults-ground.ts';

const NO_DOCKER =
  "this machine's image has no dockerd, and it could not be installed: Curl error (7): Couldn't connect to server for https://cdn.amazonlinux.com";

/** As the install script posts it, after its tries. */
async function reportFailure(school: Ec2School, labId: string, machine: string): Promise<void> {
  const failure = { message: NO_DOCKER, at: iso(school.clock.now()) };
  await school.deps.labs.saveEnrolment(labId, { machine, failure });
  await school.queue.enqueue(labId, 0);
}

async function idsOf(school: Ec2School, labId: string, names: string[]): Promise<string[]> {
  return paidFor(school, labId)
    .filter((instance) => names.includes(nameOf(instance)))
    .map(({ id }) => id);
}

describe('machines that vanish', () => {
  test.each([
    ['by a hand in the console', (school: Ec2School, ids: string[]) => school.fake.terminateOutside(ids)],
    ['without a trace or an event', (school: Ec2School, ids: string[]) => school.fake.vanish(ids)],
  ])(
    'half of them, %s: made anew, once, beside the others',
    async (_, vanish) => {
      await inSchool({}, async (school) => {
        const labId = await ask(school, { machines: { managers: 3, workers: 3 } });
        await school.untilPhase(labId, 'ready');
        const doomed = await idsOf(school, labId, ['LINUXtips-02', 'LINUXtips-04', 'LINUXtips-06']);
        expect(doomed).toHaveLength(3);
        vanish(school, doomed);
        await school.until(() => instancesOf(school, labId).length > 6, 1200);
        await school.untilPhase(labId, 'ready', 1200);
        expect(instancesOf(school, labId)).toHaveLength(9);
        expect(new Set(paidFor(school, labId).map(nameOf)).size).toBe(6);
        expect(paidFor(school, labId)).toHaveLength(6);
        expect(new Set(paidFor(school, labId).map(({ subnet }) => subnet.zone)).size).toBe(1);
        expect((await eventsOf(school, labId)).map(({ type }) => type)).toContain('MachinesLost');
      });
    },
    60_000,
  );

  test('while they boot, half of them: made anew', async () => {
    await inSchool({}, async (school) => {
      const labId = await ask(school);
      await school.until(() => instancesOf(school, labId).some(({ state }) => state === 'running'));
      school.fake.terminateOutside(
        (await idsOf(school, labId, ['LINUXtips-01', 'LINUXtips-03'])).slice(0, 2),
      );
      await isReadyOnce(school, labId, { launched: 5 });
    });
  }, 60_000);
});

describe('EC2 says yes, and the instances end at once', () => {
  test.each(['Client.InternalError', 'Server.InternalError'] as const)(
    'all of them once, by %s: the lab heals',
    async (code) => {
      await inSchool({}, async (school) => {
        school.fake.doomLaunches(3, code);
        const labId = await ask(school);
        await isReadyOnce(school, labId, { launched: 6 });
      });
    },
    60_000,
  );

  test('one of them, three times: the lab heals, and the others stay', async () => {
    await inSchool({}, async (school) => {
      school.fake.doomLaunches(1);
      const labId = await ask(school);
      await school.until(() => instancesOf(school, labId).length === 3);
      school.fake.doomLaunches(2);
      await isReadyOnce(school, labId, { launched: 6 });
    });
  }, 60_000);

  test('always: after a bounded number of launches the lab says why, and nothing is paid for', async () => {
    await inSchool({}, async (school) => {
      school.fake.doomLaunches(10_000);
      const labId = await ask(school);
      await school.untilPhase(labId, 'failed', 1800);
      const view = await school.view(labId);
      expect(view.failure?.message).toMatch(/not up after 900 s: .*gone/);
      expect(school.fake.calls('RunInstances').length).toBeLessThan(12);
      await school.until(async () => (await school.load(labId)).status.deletedAt !== undefined, 600);
      expect(school.leftovers()).toEqual([]);
    });
  }, 60_000);
});

test('a spot machine that EC2 takes back is made anew, and the lab is ready again', async () => {
  await inSchool({ settings: { spot: true } }, async (school) => {
    const labId = await ask(school, { stoppable: false, machines: { managers: 3, workers: 0 } });
    await isReadyOnce(school, labId);
    const [taken] = paidFor(school, labId);
    expect(taken?.market).toBe('spot');
    school.fake.interruptSpot([taken?.id ?? '']);
    await school.pass(300);
    await isReadyOnce(school, labId, { launched: 4, withinSeconds: 900 });
    const told = (await eventsOf(school, labId)).map(({ type }) => type);
    expect(told).toContain('MachinesLost');
  });
}, 60_000);

describe('a machine whose user data fails', () => {
  test('one of three, once: told in words, booted anew, and the lab is ready', async () => {
    let boots = 0;
    const bootSeconds = (instance: Parameters<typeof nameOf>[0]) => {
      if (nameOf(instance) !== 'LINUXtips-02') return 20;
      boots += 1;
      return boots === 1 ? undefined : 20;
    };
    await inSchool({ bootSeconds }, async (school) => {
      const labId = await ask(school);
      await school.pass(60);
      await reportFailure(school, labId, 'LINUXtips-02');
      await school.pass(2);
      const view = await school.view(labId);
      expect(view.conditions.EnginesReady.message).toContain('could not be installed');
      await isReadyOnce(school, labId, { withinSeconds: 300 });
      const told = await eventsOf(school, labId);
      expect(told.filter(({ type }) => type === 'BootFailed')).toHaveLength(1);
      expect(told.filter(({ type }) => type === 'BootedAnew').map(({ message }) => message)).toEqual([
        expect.stringMatching(/^LINUXtips-02 /),
      ]);
      expect(school.fake.calls('RebootInstances')).toHaveLength(1);
    });
  }, 60_000);

  test('and never tells: booted anew when its time is over, and the lab is ready', async () => {
    let boots = 0;
    const bootSeconds = (instance: Parameters<typeof nameOf>[0]) => {
      if (nameOf(instance) !== 'LINUXtips-03') return 20;
      boots += 1;
      return boots === 1 ? undefined : 20;
    };
    await inSchool({ bootSeconds }, async (school) => {
      const labId = await ask(school);
      await isReadyOnce(school, labId, { withinSeconds: 500 });
      expect(school.fake.calls('RebootInstances')).toHaveLength(1);
    });
  }, 60_000);

  test('each time, because the image lacks Docker and the mirror is down: fails with those words, nothing left', async () => {
    await inSchool({ bootSeconds: () => undefined }, async (school) => {
      const labId = await ask(school);
      for (let minute = 0; minute < 16; minute += 1) {
        await school.pass(60);
        if (paidFor(school, labId).length > 0) await reportFailure(school, labId, 'LINUXtips-01');
      }
      await school.untilPhase(labId, 'failed', 300);
      expect((await school.view(labId)).failure?.message).toMatch(
        /not up after 900 s: .*could not be installed/,
      );
      expect(school.fake.calls('RebootInstances').length).toBeLessThan(20);
      expect(instancesOf(school, labId)).toHaveLength(3);
    });
  }, 60_000);
});

test('switched off and on again its machines have other addresses, and it is ready', async () => {
  await inSchool({}, async (school) => {
    const labId = await ask(school);
    await isReadyOnce(school, labId);
    const before = paidFor(school, labId).map(({ publicAddress }) => publicAddress);
    await change(school, labId, { power: 'off' });
    await school.untilPhase(labId, 'stopped');
    await school.pass(3600);
    await change(school, labId, { power: 'on' });
    await isReadyOnce(school, labId, { withinSeconds: 600 });
    const after = paidFor(school, labId).map(({ publicAddress }) => publicAddress);
    expect(after.filter((address) => before.includes(address))).toEqual([]);
  });
}, 60_000);
