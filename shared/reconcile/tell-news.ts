import { isEarly } from '../lab/power.ts';
import { dueStopWarnings, dueWarnings } from '../lab/schedule.ts';
import { type Run, tell } from './run.ts';

/**
 * Tells the timeline what happened outside the steps: a changed spec, messages of the instructor, warnings of stop and
 * expiry, boots that failed.
 */
export function tellNews(run: Run, goingDown: boolean): void {
  tellSpec(run);
  if (goingDown) {
    tellEnd(run);
  } else {
    tellNotices(run);
    tellWarnings(run);
    tellFailedBoots(run);
  }
}

function tellSpec(run: Run): void {
  const { expiresAt, power, startsAt, stopsAt } = run.lab.spec;
  const told = run.status.toldSpec;
  if (told === undefined)
    tell(run, 'Requested', `lab of template ${run.lab.template} asked for, until ${expiresAt}`);
  else {
    if (told.expiresAt !== expiresAt) tell(run, 'ExpiryMoved', `now expires at ${expiresAt}`);
    if (told.power !== power) tell(run, 'PowerAsked', `switched ${power}`);
    else if (told.startsAt !== startsAt && power === 'on') {
      if (isEarly(run.lab.spec, run.now)) tell(run, 'StartMoved', `now starts at ${startsAt}`);
      else if (startsAt !== undefined) tell(run, 'PowerAsked', 'switched on');
    }
    if (stopsAt !== undefined && told.stopsAt !== stopsAt && run.now < Date.parse(stopsAt))
      tell(run, 'StopMoved', `stops at ${stopsAt}`);
  }
  run.status.toldSpec = {
    expiresAt,
    power,
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(stopsAt === undefined ? {} : { stopsAt }),
  };
}

function tellEnd(run: Run): void {
  const { lab, status, now } = run;
  if (status.goingDown) return;
  status.goingDown = true;
  if (lab.spec.deleted) tell(run, 'Deleting', 'deletion asked for');
  else if (status.failure === undefined && now >= Date.parse(lab.spec.expiresAt)) {
    tell(run, 'Expired', `its time ended at ${lab.spec.expiresAt}`);
  }
}

/** In their order; where the one told last is kept no more, all that are kept came after it. */
function tellNotices(run: Run): void {
  const notices = run.lab.spec.notices ?? [];
  const toldUpTo = notices.findIndex(({ id }) => id === run.status.toldNotice);
  for (const { id, text } of notices.slice(toldUpTo + 1)) {
    tell(run, 'Message', text);
    run.status.toldNotice = id;
  }
}

function tellWarnings(run: Run): void {
  const { spec } = run.lab;
  const { warningMinutes } = run.deps.policy;
  // One that waits for its moment is no nearer to its end than it was asked to be.
  if (isEarly(spec, run.now) && spec.power === 'on') return;
  const { expiresAt, stopsAt } = spec;
  const due = dueWarnings(run.lab, warningMinutes, run.now);
  const given = run.status.warned?.expiresAt === expiresAt ? run.status.warned.minutes : [];
  if (due.length > 0) {
    run.status.warned = { expiresAt, minutes: [...given, ...due] };
    tellWarning(run, { type: 'ExpiryWarning', verb: 'expires', at: expiresAt, due });
  }
  const stopDue = dueStopWarnings(run.lab, warningMinutes, run.now);
  if (stopsAt === undefined || stopDue.length === 0) return;
  const stopGiven = run.status.stopWarned?.stopsAt === stopsAt ? run.status.stopWarned.minutes : [];
  run.status.stopWarned = { stopsAt, minutes: [...stopGiven, ...stopDue] };
  tellWarning(run, { type: 'StopWarning', verb: 'stops', at: stopsAt, due: stopDue });
}

const CURE = {
  expires: 'extend it if you need longer',
  stops: 'what runs is stopped, its disks stay',
};

function tellWarning(
  run: Run,
  { type, verb, at, due }: { type: string; verb: keyof typeof CURE; at: string; due: number[] },
): void {
  // A lab asked for with less time than a warning's was told its end when it was asked for.
  const begun = Math.max(
    Date.parse(run.lab.createdAt),
    Date.parse(run.lab.spec.startsAt ?? run.lab.createdAt),
  );
  if (Date.parse(at) - begun <= (due.at(-1) ?? 0) * 60_000) return;
  const minutes = Math.ceil((Date.parse(at) - run.now) / 60_000);
  tell(run, type, `${verb} in ${minutes} min, at ${at}; ${CURE[verb]}`);
}

function tellFailedBoots(run: Run): void {
  for (const { machine, failure } of run.enrolments) {
    if (failure === undefined || run.status.toldFailures[machine] === failure.at) continue;
    run.status.toldFailures[machine] = failure.at;
    tell(run, 'BootFailed', `${machine}: ${failure.message}`);
  }
}
