import { expect, test } from 'vitest';
import type { Driver } from '../../shared/ports/driver.ts';
import { tick } from '../../shared/reconcile/tick.ts';
import { ask, DEATH, inSchool, isReadyOnce } from './ec2-faults-ground.ts';

/** Between two ticks, and from being due to a launch. */
const TICK_SECONDS = 62;
/** The queue's visibility timeout is 180 s: what comes by then came by the tick. */
const SOON_SECONDS = 100;

test('a run that dies in its launch is taken up again by the tick a minute later', async () => {
  let deaths = 0;
  const wrapDriver = (driver: Driver): Driver =>
    new Proxy(driver, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          if (name !== 'create' || deaths === 1) return value.apply(target, given);
          deaths += 1;
          throw new Error(DEATH);
        };
      },
    });
  await inSchool({ wrapDriver }, async (school) => {
    const labId = await ask(school);
    // Handed over: its due time is as far away as it may be.
    await tick(school.deps);
    const isLaunched = () => school.fake.calls('RunInstances').length > 0;
    expect(await school.until(isLaunched, TICK_SECONDS)).toBe(true);
    expect(deaths).toBe(1);
    await isReadyOnce(school, labId, { withinSeconds: SOON_SECONDS - TICK_SECONDS });
  });
}, 30_000);

test('a lab whose every message is lost is handed over anew when it was to have been looked at', async () => {
  let lost = 0;
  const mishap = () => {
    if (lost === 2) return undefined;
    lost += 1;
    return 'lost' as const;
  };
  await inSchool({ mishap }, async (school) => {
    const labId = await ask(school);
    await tick(school.deps);
    expect(lost).toBe(2);
    const isLaunched = () => school.fake.calls('RunInstances').length > 0;
    expect(await school.until(isLaunched, TICK_SECONDS)).toBe(true);
    await isReadyOnce(school, labId, { withinSeconds: SOON_SECONDS - TICK_SECONDS });
  });
}, 30_000);
