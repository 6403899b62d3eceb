import { iso } from '../core/clock.ts';
import type { Lab, LabSpec } from './lab.ts';
import { isLaunched } from './launched.ts';

type Powered = Pick<Lab, 'spec' | 'status'>;

/** Why a lab is not to run at a moment: its switch, its schedule, or that nobody used it. */
export type OffReason = 'switched' | 'early' | 'ended' | 'idle';

/** Is the lab asked to run at this moment? Its schedule counts before its switch. */
export function powerAt(lab: Powered, now: number): 'on' | 'off' {
  return whyOff(lab, now) === undefined ? 'on' : 'off';
}

/** @returns undefined where it is asked to run. A stop, planned or for idleness, holds until a later start is asked for. */
export function whyOff({ spec, status }: Powered, now: number): OffReason | undefined {
  if (spec.power === 'off') return 'switched';
  if (isEarly(spec, now) && !runsSinceStart({ spec, status }, now)) return 'early';
  const stopsAt = stopOf(spec);
  if (stopsAt !== undefined && now >= stopsAt) return 'ended';
  const idleAt = momentOf(status.idle?.stoppedAt);
  return idleAt !== undefined && idleAt > (momentOf(spec.startsAt) ?? 0) ? 'idle' : undefined;
}

/** Its moment came once, and no stop since: a clock that was set back, or another that is behind, takes nothing back. */
function runsSinceStart({ spec, status }: Powered, now: number): boolean {
  const stopsAt = momentOf(spec.stopsAt);
  const isStopOver = stopsAt !== undefined && stopOf(spec) === undefined && now >= stopsAt;
  return isLaunched(status) && status.poweredOffAt === undefined && !isStopOver;
}

/** Is its moment still to come? */
export function isEarly({ startsAt }: Pick<LabSpec, 'startsAt'>, now: number): boolean {
  return now < (momentOf(startsAt) ?? now);
}

/** When it is to stop, milliseconds since the epoch; undefined where no stop is planned, or a later start overruled it. */
export function stopOf({ startsAt, stopsAt }: Pick<LabSpec, 'startsAt' | 'stopsAt'>): number | undefined {
  const stop = momentOf(stopsAt);
  return stop !== undefined && stop >= (momentOf(startsAt) ?? 0) ? stop : undefined;
}

/** The spec by which the lab runs from now on, whatever kept it off; a stop that is still to come stays. */
export function switchedOn({ spec, status }: Powered, now: number): LabSpec {
  const on: LabSpec = { ...spec, power: 'on' };
  if (powerAt({ spec: on, status }, now) === 'on') return on;
  const { stopsAt, ...rest } = on;
  const isToCome = stopsAt !== undefined && Date.parse(stopsAt) > now;
  return { ...rest, startsAt: iso(now), ...(isToCome ? { stopsAt } : {}) };
}

/** Why it is off and what of it is to come, in words; undefined where it is asked to run. */
export function offWords(lab: Powered & Pick<Lab, 'class'>, now: number): string | undefined {
  const { spec, status } = lab;
  const session = lab.class?.session;
  const starts = `starts at ${spec.startsAt}${session === undefined ? '' : `, for the session of ${session}`}`;
  switch (whyOff(lab, now)) {
    case 'switched':
      return 'the lab is switched off';
    case 'early':
      return isLaunched(status) ? `the lab is stopped; ${starts}` : starts;
    case 'ended':
      return `the lab was stopped at ${spec.stopsAt}, as planned`;
    case 'idle':
      return `the lab was stopped at ${status.idle?.stoppedAt}, because nobody used it`;
    default:
      return undefined;
  }
}

function momentOf(at: string | undefined): number | undefined {
  return at === undefined ? undefined : Date.parse(at);
}
