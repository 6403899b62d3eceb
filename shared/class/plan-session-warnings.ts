import type { PlannedOccurrence } from './calendar.ts';
import type { PlanWarning, PlanWarningCode } from './class-plan.ts';
import { localTime } from './local-time.ts';
import type { PlanInput } from './plan.ts';
import type { SessionTiming } from './plan-session.ts';
import { labsEnd } from './session-times.ts';

/** Of one kind no more are told. */
const MOST_TOLD = 3;

/** What is odd about the sessions that are still to come, and about those that are not. */
export function sessionWarnings(
  input: PlanInput,
  occurrences: PlannedOccurrence[],
  timing: SessionTiming,
): PlanWarning[] {
  return [
    ...pastWarnings(input, occurrences),
    ...clockWarnings(input, occurrences),
    ...neighbourWarnings(input, occurrences, timing),
  ];
}

function pastWarnings({ spec }: PlanInput, occurrences: PlannedOccurrence[]): PlanWarning[] {
  const coming = new Set(occurrences.map(({ index }) => index));
  const past = spec.sessions.filter((_, index) => !coming.has(index));
  return told('session_past', past, ({ start, weekly }) => {
    const what = weekly ? `the weekly session from ${start} on` : `the session of ${start}`;
    return `${what} has no time left to come: no lab is made for it`;
  });
}

function clockWarnings({ spec }: PlanInput, occurrences: PlannedOccurrence[]): PlanWarning[] {
  const local = (moment: number) => localTime(moment, spec.timeZone);
  const changed = (change: PlannedOccurrence['clockChange']) =>
    occurrences.filter(({ clockChange }) => clockChange === change);
  return [
    ...told('local_time_skipped', changed('skipped'), ({ index, start }) => {
      const time = spec.sessions[index]?.start.slice(11);
      return `the clocks skip ${time} on the day of ${local(start)}: the session begins then`;
    }),
    ...told('local_time_twice', changed('twice'), ({ start }) => {
      return `the clocks show ${local(start).slice(0, 16)} twice: the session begins the first time, ${local(start)}`;
    }),
    ...told('clock_change_within', changed('within'), ({ start, end }) => {
      return `the clocks change during the session of ${local(start)}: it lasts as long as ever and ends at ${local(end)}`;
    }),
  ];
}

type Pair = { before: PlannedOccurrence; after: PlannedOccurrence };

function neighbourWarnings(
  { spec }: PlanInput,
  occurrences: PlannedOccurrence[],
  timing: SessionTiming,
): PlanWarning[] {
  const local = (moment: number) => localTime(moment, spec.timeZone);
  const pairs = pairsOf(occurrences);
  const overlap = ({ before, after }: Pair) => after.start < before.end;
  const close = ({ before, after }: Pair) => after.start - timing.leadMs <= labsEnd(spec, before);
  return [
    ...told('sessions_overlap', pairs.filter(overlap), ({ before, after }) => {
      const [first, second] = [local(before.start), local(after.start)];
      const change = first.slice(16) === second.slice(16) ? '' : ' across a clock change';
      return `the sessions of ${first} and ${second} overlap${change}: move one of them`;
    }),
    ...told(
      'sessions_close',
      pairs.filter((pair) => !overlap(pair) && close(pair)),
      ({ before, after }) =>
        `the sessions of ${local(before.start)} and ${local(after.start)} are so close that the same labs serve both, and run in between too`,
    ),
  ];
}

/** Each with the one before it that lasts longest. */
function pairsOf(occurrences: PlannedOccurrence[]): Pair[] {
  let longest: PlannedOccurrence | undefined;
  return occurrences.flatMap((after) => {
    const before = longest;
    if (before === undefined || after.end > before.end) longest = after;
    return before === undefined ? [] : [{ before, after }];
  });
}

function told<Odd>(code: PlanWarningCode, odd: Odd[], words: (one: Odd) => string): PlanWarning[] {
  const more = odd.length - MOST_TOLD;
  return odd.slice(0, MOST_TOLD).map((one, index) => {
    const rest = more > 0 && index === MOST_TOLD - 1 ? `; and ${more} more like this` : '';
    return { code, message: `${words(one)}${rest}` };
  });
}
