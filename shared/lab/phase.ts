import { z } from 'zod';
import { CONDITION_NAMES } from './conditions.ts';
import type { Lab } from './lab.ts';
import { isLaunched } from './launched.ts';
import { powerAt, whyOff } from './power.ts';

export const Phase = z.enum([
  'pending',
  'provisioning',
  'ready',
  'degraded',
  'stopping',
  'stopped',
  'starting',
  'deleting',
  'deleted',
  'failed',
]);
export type Phase = z.infer<typeof Phase>;

/** Is the lab to be torn down: asked to, expired, or given up? */
export function mustGoDown(lab: Lab, now: number): boolean {
  return lab.spec.deleted || lab.status.failure !== undefined || now >= Date.parse(lab.spec.expiresAt);
}

/** The phase a lab is in, derived from its record alone; never stored. */
export function phaseOf(lab: Lab, now: number): Phase {
  const { status } = lab;
  if (status.failure !== undefined) return 'failed';
  if (status.deletedAt !== undefined) return 'deleted';
  if (mustGoDown(lab, now)) return 'deleting';
  if (powerAt(lab, now) === 'off') {
    if (whyOff(lab, now) === 'early' && !isLaunched(status)) return 'pending';
    return status.machines.every((machine) => machine.state === 'Stopped') ? 'stopped' : 'stopping';
  }
  if (isReady(lab)) return 'ready';
  if (status.conditions.StacksConverged.reason === CONVERGE_DEADLINE) return 'degraded';
  if (status.readyAt !== undefined) return status.poweredOffAt === undefined ? 'degraded' : 'starting';
  return isLaunched(status) ? 'provisioning' : 'pending';
}

/** Set on `StacksConverged` when a stack had its time and did not come up: the lab is usable, but degraded. */
export const CONVERGE_DEADLINE = 'ConvergeDeadline';
export function isReady(lab: Lab): boolean {
  return CONDITION_NAMES.every((name) => lab.status.conditions[name].status === 'True');
}

/** How far a lab is on its way up, 0 … 100: each condition is a quarter, running machines and tasks count in part. */
export function progressOf(lab: Lab): number {
  const { spec, status } = lab;
  const partOf: Record<(typeof CONDITION_NAMES)[number], number> = {
    MachinesRunning: share(
      status.machines.filter((machine) => machine.state === 'Running').length,
      spec.machines.length,
    ),
    EnginesReady: share(
      status.machines.filter((machine) => machine.engine !== undefined).length,
      spec.machines.length,
    ),
    SwarmReady: share(
      status.machines.filter((machine) => machine.joinedAttempt === machine.attempt).length,
      spec.machines.length,
    ),
    StacksConverged: share(
      sum(status.stacks.flatMap((stack) => stack.services.map((service) => service.running))),
      sum(status.stacks.flatMap((stack) => stack.services.map((service) => service.desired))),
    ),
  };
  const done = CONDITION_NAMES.map((name) =>
    // 0.99: only the condition itself says that it is done.
    status.conditions[name].status === 'True' ? 1 : Math.min(partOf[name], 0.99),
  );
  return Math.floor((sum(done) / CONDITION_NAMES.length) * 100);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
