import { dueWarnings } from '../lab/schedule.ts';
import { type Run, tell } from './run.ts';

/** Tells the timeline what happened outside the steps: a changed spec, warnings of expiry, boots that failed. */
export function tellNews(run: Run, goingDown: boolean): void {
  tellSpec(run);
  if (goingDown) {
    tellEnd(run);
  } else {
    tellWarnings(run);
    tellFailedBoots(run);
  }
}

function tellSpec(run: Run): void {
  const { expiresAt, power } = run.lab.spec;
  const told = run.status.toldSpec;
  if (told === undefined)
    tell(run, 'Requested', `lab of template ${run.lab.template} asked for, until ${expiresAt}`);
  else {
    if (told.expiresAt !== expiresAt) tell(run, 'ExpiryMoved', `now expires at ${expiresAt}`);
    if (told.power !== power) tell(run, 'PowerAsked', `switched ${power}`);
  }
  run.status.toldSpec = { expiresAt, power };
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

function tellWarnings(run: Run): void {
  const { expiresAt } = run.lab.spec;
  const due = dueWarnings(run.lab, run.deps.policy.warningMinutes, run.now);
  const soonest = due.at(-1);
  if (soonest === undefined) return;
  const given = run.status.warned?.expiresAt === expiresAt ? run.status.warned.minutes : [];
  run.status.warned = { expiresAt, minutes: [...given, ...due] };
  // A lab asked for with less time than a warning's was told its end when it was asked for.
  const life = Date.parse(expiresAt) - Date.parse(run.lab.createdAt);
  if (life <= soonest * 60_000) return;
  const minutes = Math.ceil((Date.parse(expiresAt) - run.now) / 60_000);
  tell(run, 'ExpiryWarning', `expires in ${minutes} min, at ${expiresAt}; extend it if you need longer`);
}

function tellFailedBoots(run: Run): void {
  for (const { machine, failure } of run.enrolments) {
    if (failure === undefined || run.status.toldFailures[machine] === failure.at) continue;
    run.status.toldFailures[machine] = failure.at;
    tell(run, 'BootFailed', `${machine}: ${failure.message}`);
  }
}
