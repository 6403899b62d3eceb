import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSlipwayError } from '../../../../../shared/core/errors.ts';
import type { Placement } from '../../../../../shared/ports/driver.ts';
import { openEc2Driver } from '../../../../support/ec2-ground.ts';
import { aLauncher, instancesOf } from '../../../../support/ec2-launches.ts';
import { type FakeEc2, startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

/** What happens to one run of the reconciler: how many calls its process lives, and what EC2 does to its launch. */
const run = fc.record({
  calls: fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 5 })),
  fault: fc.constantFrom('none', 'cut', 'cut after', '500', '500 after', 'throttled', 'short'),
  passSeconds: fc.integer({ min: 0, max: 20 }),
  /** Is another run of the same lab under way at once? */
  twin: fc.boolean(),
});

function provoke(fake: FakeEc2, fault: string, { zone = '', type = '' }: Placement): void {
  const when = fault.endsWith('after') ? 'after' : 'before';
  if (fault.startsWith('cut')) fake.failNext('RunInstances', { cut: true, when });
  if (fault.startsWith('500')) fake.failNext('RunInstances', { status: 500, when });
  if (fault === 'throttled') fake.failNext('RunInstances', { code: 'RequestLimitExceeded', status: 503 });
  // Some zone has room, always: the settings have six places.
  if (fault === 'short' && zone !== 'us-east-1c') fake.setCapacity({ zone, type, machines: 0 });
}

test('one attempt is launched once, whatever dies when, and the last attempt alone is left', async () => {
  let deaths = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(run, { maxLength: 6 }),
      fc.integer({ min: 0, max: 8 }),
      async (runs, lagSeconds) => {
        const clock = new ManualClock(Date.UTC(2026, 10, 1));
        const fake = await startFakeEc2({
          clock,
          requestLimits: { start: 'off' },
          lag: { instancesMs: lagSeconds * 1000 },
        });
        try {
          const { labId, launch, plan } = await aLauncher(openEc2Driver(fake, { clock }));
          let attempt = 1;
          const short: Placement[] = [];
          let placement = await plan();
          const createBy = async (diesAfterCalls?: number) =>
            openEc2Driver(fake, {
              clock,
              ...(diesAfterCalls === undefined ? {} : { diesAfterCalls }),
            }).create(await launch({ attempt, placement }));
          /** One run; on `short` the next is planned elsewhere, as the reconciler does. */
          const act = async (processes: (number | undefined)[]) => {
            const outcomes = await Promise.allSettled(processes.map(createBy));
            const errors = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
            deaths += errors.length;
            if (errors.some((error) => isSlipwayError(error) && error.facts.reason === 'short')) {
              short.push(placement);
              attempt += 1;
              placement = await plan({ attempt, short });
            }
            return errors.length === 0;
          };
          for (const { calls, fault, passSeconds, twin } of runs) {
            provoke(fake, fault, placement);
            await act(twin ? [calls, undefined] : [calls]);
            clock.advance(passSeconds);
          }
          // At most every place of the settings is short, and each fault strikes once.
          let isDone = false;
          for (let tries = 0; tries < 12 && !isDone; tries += 1) isDone = await act([undefined]);
          expect(isDone).toBe(true);

          const made = instancesOf(fake, labId).map(({ tags, launchIndex }) => [
            tags.get('slipway:attempt'),
            tags.get(`slipway:machine-${launchIndex}`),
          ]);
          expect(new Set(made.map((one) => one.join())).size).toBe(made.length);
          clock.advance(600);
          const listed = await openEc2Driver(fake, { clock }).list(labId);
          expect(listed.map(({ name }) => name).sort()).toEqual(['m1', 'm2', 'm3']);
          expect(new Set(listed.map((one) => one.attempt)).size).toBe(1);
          const alive = instancesOf(fake, labId).filter(({ state }) => state === 'running');
          expect(alive).toHaveLength(3);
        } finally {
          await fake.close();
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(deaths).toBeGreaterThan(20);
});
