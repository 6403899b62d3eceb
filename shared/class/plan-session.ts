import type { Occurrence } from './calendar.ts';
import type { ClassPlan } from './class-plan.ts';
import { lastLeadSeconds } from './last-lead.ts';
import type { PlanInput } from './plan.ts';
import { labsEnd } from './session-times.ts';
import { type LaunchPace, launchMoments, STOP_PACE, TERMINATE_PACE } from './waves.ts';

/** When a class's labs come and go around a session; moments are milliseconds since the epoch. */
export interface SessionTiming {
  /** From the last launch to the bell. */
  lastLeadSeconds: number;
  /** From the first launch to the bell. */
  leadMs: number;
  /** The moments of its launches, if nothing were late. */
  firstLaunch(session: Occurrence): number;
  /** Is it all still to be done? If not, labs that run now are its own. */
  isAhead(session: Occurrence): boolean;
  waves(session: Occurrence): NonNullable<ClassPlan['waves']>;
  /** Seconds from now on that the session's labs run, all labs together, until they are deleted or stopped. */
  labSeconds(session: Occurrence, after: 'delete' | 'stop'): number;
  /** Seconds from now on that all labs are there, if made for `first` and kept to the end of `last`. */
  keptSeconds(first: Occurrence, last: Occurrence): number;
}

/** @param students who each have a lab in every session */
export function planSession({ now, spec, labs, lab, policy }: PlanInput, students: number): SessionTiming {
  const { launchPace: pace } = policy;
  const lastLead = lastLeadSeconds(spec, policy);
  const offsets = offsetsOf(students, lab.machines, pace);
  const offsetsTotal = sum(offsets);
  const endings = {
    delete: -sum(pace === undefined ? [] : offsetsOf(students, lab.machines, TERMINATE_PACE)),
    stop: -sum(pace === undefined ? [] : offsetsOf(students, lab.machines, STOP_PACE)),
  };

  const lastLaunch = ({ start }: Occurrence) => start - lastLead * 1000;
  const firstLaunch = (session: Occurrence) => lastLaunch(session) + (offsets[0] ?? 0);
  const isAhead = (session: Occurrence) => firstLaunch(session) >= now;
  /** Of all labs but so many. */
  const launches = (session: Occurrence, there: number) =>
    launchMoments({
      labs: Math.max(0, students - there),
      machinesPerLab: lab.machines,
      pace,
      readyBy: lastLaunch(session),
      notBefore: isAhead(session) ? undefined : now,
    });

  return {
    lastLeadSeconds: lastLead,
    leadMs: lastLead * 1000 - (offsets[0] ?? 0),
    firstLaunch,
    isAhead,
    waves(session) {
      const moments = launches(session, isAhead(session) ? 0 : labs.running);
      const first = moments[0] ?? lastLaunch(session);
      const last = moments.at(-1) ?? first;
      return {
        labs: moments.length,
        leadSeconds: (session.start - first) / 1000,
        firstLaunchAt: new Date(first).toISOString(),
        lastLaunchAt: new Date(last).toISOString(),
        readyAt: new Date(last + policy.readySeconds * 1000).toISOString(),
        perMinute: perMinute(moments, first),
      };
    },
    labSeconds(session, after) {
      const end = labsEnd(spec, session);
      if (isAhead(session)) {
        return (students * (end - lastLaunch(session)) - offsetsTotal + endings[after]) / 1000;
      }
      const running = Math.min(labs.running, students) * Math.max(0, end - now);
      return (running + lengthTo(end, launches(session, labs.running)) + endings[after]) / 1000;
    },
    keptSeconds(first, last) {
      const end = labsEnd(spec, last);
      const there = Math.min(labs.kept, students) * Math.max(0, end - now);
      return (there + lengthTo(end, launches(first, labs.kept)) + endings.delete) / 1000;
    },
  };
}

/** Milliseconds before the last moment, ascending, none above 0. */
function offsetsOf(count: number, machinesPerLab: number, pace: LaunchPace | undefined): number[] {
  return launchMoments({ labs: count, machinesPerLab, pace, readyBy: 0 });
}

function lengthTo(end: number, moments: number[]): number {
  return sum(moments.map((moment) => Math.max(0, end - moment)));
}

function perMinute(moments: number[], first: number): number[] {
  const minutes: number[] = [];
  for (const moment of moments) {
    const minute = Math.floor((moment - first) / 60_000);
    while (minutes.length <= minute) minutes.push(0);
    minutes[minute] = (minutes[minute] ?? 0) + 1;
  }
  return minutes;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
