import { CONDITION_NAMES } from '../lab/conditions.ts';
import { isEarly, offWords, whyOff } from '../lab/power.ts';
import { forgetLater, type Run, setCondition } from './run.ts';
import { type Wait, wait } from './step.ts';

/**
 * Was nothing of it ever made? Before its moment, that is; what a crash kept from the record, of a lab that was moved to
 * later since, the sweep finds.
 */
export function hasNothing({ lab, now }: Run): boolean {
  const { intent, network } = lab.status;
  return isEarly(lab.spec, now) && intent === undefined && network === undefined;
}

/** Is switched off, or its schedule or idleness has it so: nothing of it is looked at. */
export function noteOff(run: Run): void {
  const words = offWords(run.lab, run.now) ?? 'the lab is switched off';
  for (const name of CONDITION_NAMES) setCondition(run, name, 'Unknown', 'PoweredOff', words);
  if (whyOff(run.lab, run.now) !== 'idle') delete run.status.idle;
}

/** Its record says when it starts, and that it is nobody's fault that it does not run. */
export function waitForStart(run: Run): Wait {
  const words = offWords(run.lab, run.now) ?? '';
  setCondition(run, 'MachinesRunning', 'Unknown', 'Scheduled', words);
  forgetLater(run, 'MachinesRunning');
  const seconds = (Date.parse(run.lab.spec.startsAt ?? '') - run.now) / 1000;
  return wait(seconds, 'Scheduled', words);
}
