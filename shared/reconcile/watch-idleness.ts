import { iso } from '../core/clock.ts';
import { isSlipwayError, messageOf } from '../core/errors.ts';
import { isOnceAMinute } from './once-a-minute.ts';
import { engineOf, liveMachines, type Run, tell } from './run.ts';
import { type StepResult, wait } from './step.ts';

/** So long before its stop a lab that nobody uses is warned, or half of what it is given, where that is less. */
const WARNED_SECONDS = 600;

/**
 * Warns, then stops, a lab that nobody has used for as long as its spec allows: no call to our API by its student, and
 * nothing that a person does on its engines. Looked at once a minute at most, in ordinary looks. One that may only be
 * deleted is warned, once, and left alone.
 * @returns what is to be done next, where it was stopped.
 */
export async function watchIdleness(run: Run): Promise<StepResult | undefined> {
  const { status, lab, deps, now } = run;
  const { idleAfterSeconds, stoppable } = lab.spec;
  // Its owner has started it again since.
  if (status.idle?.stoppedAt !== undefined) delete status.idle;
  // What comes up, or does not answer, is in somebody's hands.
  const isUp = status.conditions.EnginesReady.status === 'True' && status.failure === undefined;
  if (idleAfterSeconds === undefined || !isUp) {
    delete status.idle;
    return undefined;
  }
  if (status.idle === undefined) {
    // It is ready before its session begins: nobody is expected until then.
    const bells = [lab.class?.session, lab.spec.idleFrom].map((at) => Date.parse(at ?? iso(now)));
    status.idle = { since: iso(Math.max(now, ...bells)) };
    return undefined;
  }
  const { since: sinceText, warnedAt } = status.idle;
  const since = Date.parse(sinceText);
  if (now <= since || !isOnceAMinute(now, deps.policy.observeSeconds)) return undefined;
  const worked = await lastWork(run, since);
  // Who does not answer cannot be said to be idle.
  if (worked === undefined) return undefined;
  if (worked > since) return noteUse(run, worked);

  const warnedSeconds = Math.min(WARNED_SECONDS, idleAfterSeconds / 2);
  const stopsAt = since + idleAfterSeconds * 1000;
  const isLeftAlone = warnedAt !== undefined && stoppable === false;
  const dueAt =
    warnedAt === undefined
      ? stopsAt - warnedSeconds * 1000
      : Math.max(stopsAt, Date.parse(warnedAt) + warnedSeconds * 1000);
  if (isLeftAlone || now < dueAt) return undefined;
  const called = await lastCall(run);
  if (called === undefined) return undefined;
  if (called > since) return noteUse(run, called);

  const idle = `nobody has used it for ${Math.floor((now - since) / 60_000)} min`;
  if (warnedAt === undefined) {
    status.idle = { since: sinceText, warnedAt: iso(now) };
    const end = Math.max(stopsAt, now + warnedSeconds * 1000);
    const next =
      stoppable === false ? 'delete it if you are done with it' : `unless it is used it stops at ${iso(end)}`;
    tell(run, 'IdleWarning', `${idle}; ${next}`);
    return undefined;
  }
  status.idle = { since: sinceText, warnedAt, stoppedAt: iso(now) };
  const words = `${idle}: it is stopped; PATCH /v1/labs/${lab.id} {"power":"on"} starts it again`;
  tell(run, 'IdleStopped', words);
  return wait(0, 'Idle', words);
}

function noteUse(run: Run, at: number): undefined {
  if (run.status.idle?.warnedAt !== undefined) tell(run, 'IdleOver', 'used again: it goes on');
  run.status.idle = { since: iso(at) };
}

/** When somebody last did something on its engines, `since` where nobody did; undefined where no engine tells. */
async function lastWork(run: Run, since: number): Promise<number | undefined> {
  const running = liveMachines(run).filter(({ status }) => status.state === 'Running');
  const answers = await Promise.all(
    running.map(async ({ spec: { name } }) => {
      try {
        return (await (await engineOf(run, name)).lastActivity(since, run.now)) ?? since;
      } catch (error) {
        if (!isSlipwayError(error)) throw error;
        run.deps.log.debug({ lab: run.lab.id, machine: name, reason: messageOf(error) }, 'tells no activity');
        return undefined;
      }
    }),
  );
  const told = answers.filter((at) => at !== undefined);
  return told.length === 0 ? undefined : Math.max(...told);
}

/** When its student last called our API, 0 where that is not known to have happened; undefined where nobody can say. */
async function lastCall({ deps, lab }: Run): Promise<number | undefined> {
  if (lab.class === undefined) return 0;
  try {
    const student = await deps.classes.student(lab.class.id, lab.owner);
    return Date.parse(student?.lastSeenAt ?? iso(0));
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    deps.log.debug({ lab: lab.id, reason: messageOf(error) }, 'nobody knows when its student last called');
    return undefined;
  }
}
