import type { Driver } from '../../shared/ports/driver.ts';
import type { Ec2SchoolOptions } from '../support/ec2-school.ts';
import type { FakeEc2 } from '../support/fake-ec2/start-fake-ec2.ts';

/** What goes wrong, as shares of what could. */
const SHARES = {
  /** Messages that never come, or come twice: SQS, and the rules of EventBridge. */
  lost: 0.01,
  duplicated: 0.03,
  /** Launches of which the run dies in the middle: before or after EC2 took it. */
  crashed: 0.02,
  /** Launches that find no room in their zone. */
  short: 0.02,
};
/** From running to enrolled: an image with Docker in it, at times on a slow disk. */
const BOOT_SECONDS = { least: 15, most: 45 };
/** What an operator with such machines would set: the slowest boot, and from its launch to that, and from that to ready. */
const READY_SECONDS = BOOT_SECONDS.most + 12;

/** Mulberry32: the same seed draws the same numbers; which message meets which depends on the order of answers. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface FaultCounts {
  lost: number;
  duplicated: number;
  crashed: number;
  short: number;
}

/** Options of a school in which things go wrong, and how often they did. `fake` is asked once the school is there. */
export function faultsOf(
  seed: number,
  fake: () => FakeEc2,
): { options: Ec2SchoolOptions; counts: FaultCounts } {
  const random = randomOf(seed);
  const counts: FaultCounts = { lost: 0, duplicated: 0, crashed: 0, short: 0 };
  const wrapDriver = (driver: Driver): Driver =>
    new Proxy(driver, {
      get(target, name) {
        if (name !== 'create') {
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async (launch: Parameters<Driver['create']>[0]) => {
          const draw = random();
          if (draw < SHARES.crashed / 2) {
            counts.crashed += 1;
            throw new Error('the function died before its launch');
          }
          if (draw > SHARES.crashed && draw < SHARES.crashed + SHARES.short) {
            counts.short += 1;
            fake().failNext('RunInstances', { code: 'InsufficientInstanceCapacity' });
          }
          await target.create(launch);
          if (draw >= SHARES.crashed / 2 && draw < SHARES.crashed) {
            counts.crashed += 1;
            throw new Error('the function died after its launch');
          }
        };
      },
    });
  return {
    counts,
    options: {
      wrapDriver,
      policy: { readySeconds: READY_SECONDS },
      bootSeconds: () => BOOT_SECONDS.least + random() * (BOOT_SECONDS.most - BOOT_SECONDS.least),
      mishap: () => {
        const draw = random();
        if (draw < SHARES.lost) {
          counts.lost += 1;
          return 'lost';
        }
        if (draw > 1 - SHARES.duplicated) {
          counts.duplicated += 1;
          return 'duplicated';
        }
        return undefined;
      },
    },
  };
}
