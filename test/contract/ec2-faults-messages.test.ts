import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reconcileLab } from '../../shared/reconcile/reconcile-lab.ts';
import type { Mishap } from '../support/manual-queue.ts';
import { ask, inSchool, isReadyOnce, nameOf } from './ec2-faults-ground.ts';

describe('messages of a lab on EC2', () => {
  test('lost, doubled, in any order and worked off many at once: launched once, gone in time', async () => {
    const mishaps = fc.array(fc.constantFrom<Mishap | undefined>(undefined, 'lost', 'duplicated'), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(
        mishaps,
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 20_000 }),
        async (planned, losesEvents, concurrency, instancesMs) => {
          const plan = [...planned];
          const options = {
            concurrency,
            losesEvents,
            mishap: () => plan.shift(),
            fake: { lag: { instancesMs, groupsMs: Math.floor(instancesMs / 4) } },
          };
          await inSchool(options, async (school) => {
            const labId = await ask(school);
            await isReadyOnce(school, labId);
          });
        },
      ),
      {
        numRuns: 12,
        examples: [
          [Array.from({ length: 6 }, () => 'lost' as const), true, 1, 0],
          [Array.from({ length: 40 }, () => 'duplicated' as const), false, 4, 15_000],
        ],
      },
    );
  }, 120_000);

  test('of two runs at the same moment, again and again, one launch comes', async () => {
    await inSchool({}, async (school) => {
      const labId = await ask(school);
      const drivers = [school.openDriver(), school.openDriver(), school.openDriver()];
      // Each a process of its own; those that are overtaken write nothing.
      for (let round = 0; round < 4; round += 1) {
        await Promise.all(drivers.map((driver) => reconcileLab({ ...school.deps, driver }, labId)));
        school.clock.advance(2);
      }
      await isReadyOnce(school, labId);
    });
  }, 60_000);

  test('that come hours late find a lab that has long gone, and launch nothing', async () => {
    await inSchool({}, async (school) => {
      const labId = await ask(school);
      await isReadyOnce(school, labId);
      const [event] = school.fake.instances();
      await school.delete(labId);
      await school.untilPhase(labId, 'deleted');
      await school.pass(3600);
      const launches = school.fake.calls('RunInstances').length;
      await school.queue.enqueue(labId, 0);
      school.queue.send({ instanceId: event?.id ?? '' });
      school.queue.send({ instanceId: 'i-0123456789abcdef0' });
      await school.pass(600);
      expect(school.fake.calls('RunInstances')).toHaveLength(launches);
      expect(school.queue.errors).toEqual([]);
    });
  }, 60_000);

  test('a delete that comes while the launch is under way ends all of it', async () => {
    await inSchool({}, async (school) => {
      const labId = await ask(school);
      const release = school.fake.hang('RunInstances', 'after');
      const run = reconcileLab(school.deps, labId);
      await expect.poll(() => school.fake.calls('RunInstances').length).toBe(1);
      await school.delete(labId);
      release();
      await run;
      await school.untilPhase(labId, 'deleted', 1800);
      expect(school.leftovers()).toEqual([]);
    });
  }, 60_000);
});

test('a machine’s credits are taken back once, ten minutes after its engine came up, and again after it is made anew', async () => {
  await inSchool({}, async (school) => {
    const labId = await ask(school);
    await isReadyOnce(school, labId);
    const calls = () => school.fake.calls('ModifyInstanceCreditSpecification').length;
    await school.pass(590);
    expect(calls()).toBe(0);
    await school.pass(40);
    expect(calls()).toBe(1);
    await school.pass(3000);
    expect(calls()).toBe(1);
    const worker = school.fake.instances().find((instance) => nameOf(instance) === 'LINUXtips-03');
    school.fake.terminateOutside([worker?.id ?? '']);
    await school.pass(1200);
    await isReadyOnce(school, labId, { launched: 4 });
    expect(calls()).toBe(2);
    const running = school.fake.instances().filter(({ state }) => state === 'running');
    expect(running.map(({ credits }) => credits)).toEqual(Array(3).fill('standard'));
  });
}, 60_000);
