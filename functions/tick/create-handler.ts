import type { Deps } from '../../shared/ports/deps.ts';
import { tick } from '../../shared/reconcile/tick.ts';
import { tellMetrics } from '../metrics.ts';
import { countStuck } from './count-stuck.ts';
import { type Chores, createHourly } from './hourly.ts';

export type TickDeps = Pick<Deps, 'clock' | 'log' | 'labs' | 'classes' | 'policy' | 'queue'>;

export interface TickWork {
  /** Has the account swept by who may list it. */
  sendSweep(): Promise<void>;
  /** What is learned of the account and kept in it, once an hour. */
  chores: Chores;
  tell?: typeof tellMetrics;
}

const SWEEP_EVERY_MINUTES = 5;

/** Once a minute by EventBridge: hands over what is due, and sees to what has no lab. */
export function createTickHandler(deps: TickDeps, work: TickWork): (event: unknown) => Promise<void> {
  const { sendSweep, chores, tell = tellMetrics } = work;
  const hourly = createHourly(chores, deps);
  return async (event) => {
    const minute = Math.floor(scheduledAt(event, deps.clock.now()) / 60_000);
    const stuck = await countStuck(deps);
    const handed = await tick(deps);
    tell(deps.policy.deployment, { LabsStuck: stuck }, deps.clock.now());
    deps.log.debug({ handed }, 'tick');
    const isSweep = minute % SWEEP_EVERY_MINUTES === 0;
    await Promise.all([hourly(), isSweep ? sendSweep() : undefined]);
  };
}

/** The minute that the event is of: one that comes late or twice is of the same. */
function scheduledAt(event: unknown, now: number): number {
  const { time } = (event ?? {}) as { time?: unknown };
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? now : at;
}
