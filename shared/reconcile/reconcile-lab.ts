import { iso } from '../core/clock.ts';
import { isSlipwayError, messageOf } from '../core/errors.ts';
import { CONDITION_NAMES, type ConditionName } from '../lab/conditions.ts';
import { fairKeyOf } from '../lab/fair-key.ts';
import type { Lab } from '../lab/lab.ts';
import { isLaunched, launchedAt, WAITS_FOR_ROOM } from '../lab/launched.ts';
import { CONVERGE_DEADLINE, isReady, mustGoDown } from '../lab/phase.ts';
import { powerAt } from '../lab/power.ts';
import { BACKSTOP_SECONDS, keepsDue, nextDue } from '../lab/schedule.ts';
import type { Deps } from '../ports/deps.ts';
import { hasConverged } from '../stack/converge.ts';
import { driverWait, THROTTLED } from './driver-trouble.ts';
import { reckonUsage } from './reckon-usage.ts';
import { commitRun, forgetLater, observeMachines, type Run, setCondition, startRun, tell } from './run.ts';
import { settleLaunch } from './settle-launch.ts';
import { failed, type Step, type StepResult, type Wait, wait } from './step.ts';
import { awaitEngines } from './steps/await-engines.ts';
import { checkHealth } from './steps/check-health.ts';
import { deployStacks } from './steps/deploy-stacks.ts';
import { ensureNetwork } from './steps/ensure-network.ts';
import { formSwarm } from './steps/form-swarm.ts';
import { forget, removeNetwork, terminateMachines } from './steps/go-down.ts';
import { launchMachines } from './steps/launch-machines.ts';
import { letMachinesGo } from './steps/let-machines-go.ts';
import { powerMachines } from './steps/power-machines.ts';
import { leaveOldSwarm, recoverSwarm } from './steps/recover-swarm.ts';
import { stopMachines } from './steps/stop-machines.ts';
import { tendMachines } from './steps/tend-machines.ts';
import { watchOwnSwarm } from './steps/watch-own-swarm.ts';
import { tellClass } from './tell-class.ts';
import { tellNews } from './tell-news.ts';
import { watchIdleness } from './watch-idleness.ts';
import { hasNothing, noteOff, waitForStart } from './while-off.ts';

const UP: Step[] = [
  ensureNetwork,
  recoverSwarm,
  letMachinesGo,
  launchMachines,
  powerMachines,
  awaitEngines,
  tendMachines,
  leaveOldSwarm,
  formSwarm,
  watchOwnSwarm,
  deployStacks,
  checkHealth,
];
const OFF: Step[] = [stopMachines];
const DOWN: Step[] = [terminateMachines, removeNetwork, forget];
/** Of a lab whose moment never came: there is nothing of it but its record. */
const FORGOTTEN: Step[] = [forget];

/**
 * Brings one lab a step nearer to what its spec asks. Level-triggered: called any number of times, at any moment,
 * twice at once or after a crash, it looks at what is and does what is missing. Enqueues the lab's next look itself.
 * @throws only what the queue should retry: the store being away, or a bug.
 */
export async function reconcileLab(deps: Deps, labId: string): Promise<void> {
  const found = await deps.labs.load(labId);
  if (found === undefined) return;
  if (found.lab.status.deletedAt !== undefined) return await seeOut(deps, found.lab);

  const run = startRun(deps, found.lab, found.enrolments);
  try {
    const result = await walk(run);
    await save(run, result);
  } catch (error) {
    // Someone wrote first: what they want or saw counts, so look again.
    if (!isSlipwayError(error, 'version_conflict')) throw error;
    await deps.queue.enqueue(labId, 0, fairKeyOf(found.lab));
  }
  await tellClass(deps, found.lab, run.lab);
}

function pathOf(run: Run): Step[] {
  if (mustGoDown(run.lab, run.now)) return hasNothing(run) ? FORGOTTEN : DOWN;
  return powerAt(run.lab, run.now) === 'off' ? OFF : UP;
}

/** Walks the path to the first step that is not done. @returns that step's result, or the last one's. */
async function walk(run: Run): Promise<StepResult> {
  const path = pathOf(run);
  const isDown = path === DOWN || path === FORGOTTEN;
  // Nothing was ever launched: there is nothing to look at, and nothing to be done until its moment.
  if (path === OFF && hasNothing(run) && run.lab.spec.power === 'on') {
    tellNews(run, false);
    return waitForStart(run);
  }
  const look = async () => {
    if (path !== FORGOTTEN) await observeMachines(run);
    return undefined;
  };
  const unobserved = await attempt(run, look);
  tellNews(run, isDown);
  if (path === OFF) noteOff(run);
  if (unobserved?.kind === 'wait') {
    if (saysNothing(run, 'MachinesRunning', unobserved)) return unobserved;
    setCondition(run, 'MachinesRunning', 'Unknown', unobserved.reason, unobserved.message);
    forgetLater(run, 'MachinesRunning');
    return unobserved;
  }
  let result: StepResult = { kind: 'done', message: '' };
  for (const [index, step] of path.entries()) {
    result = (await attempt(run, () => step.run(run))) ?? result;
    run.deps.log.debug({ lab: run.lab.id, step: step.name, result: result.kind }, result.message);
    const last = !path.slice(index + 1).some(({ condition }) => condition === step.condition);
    note(run, step, result, last);
    if (result.kind !== 'done') break;
  }
  if (path === UP) {
    settle(run);
    await settleLaunch(run);
    result = (await watchIdleness(run)) ?? result;
  }
  return result;
}

/**
 * Runs a step. A driver that says for how long it may not be asked is waited for exactly that long; any other error that
 * may pass is a wait that grows with the time it has lasted, and what cannot pass is words too.
 */
async function attempt(
  run: Run,
  act: () => Promise<StepResult | undefined>,
): Promise<StepResult | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!isSlipwayError(error) || error.code === 'version_conflict' || error.code === 'store_unavailable')
      throw error;
    run.deps.log.warn({ lab: run.lab.id, code: error.code }, messageOf(error));
    if (error.code === 'driver_failed' && !error.retryable && !mustGoDown(run.lab, run.now)) {
      return failed(error.code, error.message);
    }
    return driverWait(error) ?? wait(patienceSeconds(run), error.code, error.message);
  }
}

/** A tenth of the time that the first unmet condition has lasted, between 0.25 and 30 s. */
function patienceSeconds(run: Run): number {
  const unmet = CONDITION_NAMES.map((name) => run.lab.status.conditions[name]).find(
    ({ status }) => status !== 'True',
  );
  const since = Math.max(startOf(run.lab), Date.parse(unmet?.since ?? iso(run.now)));
  const lastedSeconds = (run.now - since) / 1000;
  return Math.min(30, Math.max(0.25, lastedSeconds / 10));
}

/** Until its moment came it waited for nothing but that. */
function startOf({ spec, createdAt }: Lab): number {
  return Date.parse(spec.startsAt ?? createdAt);
}

function note(run: Run, step: Step, result: StepResult, last: boolean): void {
  if (result.kind === 'failed') fail(run, result.code, result.message);
  else if (result.kind === 'wait') noteWait(run, step, result);
  else if (step.condition !== undefined && last)
    setCondition(run, step.condition, 'True', 'Ready', result.message);
}

function noteWait(run: Run, step: Step, result: Wait): void {
  // Before anything is launched whatever keeps it is what its machines wait for.
  const early = pathOf(run) === UP && !isLaunched(run.status) ? 'MachinesRunning' : undefined;
  const condition = step.condition ?? early;
  if (condition === undefined) return;
  const { readyWithinSeconds } = run.deps.policy;
  const begunAt = Math.max(launchedAt(run.status) ?? run.now, startOf(run.lab));
  const late = run.now - begunAt > readyWithinSeconds * 1000;
  const isOwnFault = condition !== 'StacksConverged' && !WAITS_FOR_ROOM.has(result.reason);
  if (late && run.status.readyAt === undefined && isOwnFault) {
    fail(run, 'deadline', `not up after ${readyWithinSeconds} s: ${result.message}`);
  }
  const reason = condition === 'StacksConverged' && isOverdue(run) ? CONVERGE_DEADLINE : result.reason;
  setCondition(run, condition, 'False', reason, result.message);
  forgetLater(run, condition);
}

/** A look that may not be taken yet tells nothing of what is there: a condition that was looked at keeps its last truth. */
function saysNothing(run: Run, condition: ConditionName, { reason }: { reason: string }): boolean {
  const isKnown = run.status.conditions[condition].status !== 'Unknown';
  return reason === THROTTLED && isKnown && isLaunched(run.status);
}

/**
 * A stack had its time on a working swarm, counted from when it was deployed: the lab is usable as it is, and says what is
 * missing.
 */
function isOverdue(run: Run): boolean {
  const { status, since } = run.status.conditions.SwarmReady;
  if (status !== 'True') return false;
  const late = run.status.stacks.filter(({ services }) => !services.every(hasConverged));
  const begun = late.length === 0 ? [since] : late.map(({ deployedAt = since }) => deployedAt);
  const oldest = Math.min(...begun.map((at) => Math.max(Date.parse(at), Date.parse(since))));
  return run.now - oldest > run.deps.policy.convergeWithinSeconds * 1000;
}

function fail(run: Run, code: string, message: string): void {
  if (run.status.failure !== undefined) return;
  run.status.failure = { code, message, at: iso(run.deps.clock.now()) };
  tell(run, 'Failed', message);
}

function settle(run: Run): void {
  if (!isReady({ ...run.lab, status: run.status })) return;
  if (run.status.readyAt === undefined) tell(run, 'Ready', 'the lab is ready');
  else if (run.status.poweredOffAt !== undefined) tell(run, 'Ready', 'the lab is ready again');
  run.status.readyAt ??= iso(run.deps.clock.now());
  delete run.status.poweredOffAt;
}

/** Saves what changed, and asks to be woken at the soonest moment anything is wanted of this lab. */
async function save(run: Run, result: StepResult): Promise<void> {
  const { deps } = run;
  const now = deps.clock.now();
  if (run.status.deletedAt !== undefined) {
    return await commitRun(run, now + deps.policy.recordDays * 86_400_000);
  }
  const goingDown = mustGoDown({ ...run.lab, status: run.status }, now);
  const afterSeconds = goingDown && result.kind !== 'wait' ? 0 : secondsOf(result, observeSecondsOf(run));
  const draft = { ...run.lab, status: run.status };
  const dueByTime = goingDown ? Number.POSITIVE_INFINITY : nextDue(draft, deps.policy.warningMinutes, now);
  const settled = result.kind === 'done';
  const wakeAt = Math.ceil(Math.min(dueByTime, now + afterSeconds * 1000));
  const isFar = wakeAt - now > LONGEST_DELAY_SECONDS * 1000;
  const backstop = isFar ? wakeAt : wakeAt + BACKSTOP_SECONDS * 1000;
  const wanted = settled && !isFar ? dueByTime : Math.min(dueByTime, backstop);
  const dueAt = keepsDue(run.lab.dueAt, wanted, settled, now, wakeAt) ? run.lab.dueAt : wanted;
  reckonUsage(run);
  if (dueAt !== run.lab.dueAt || JSON.stringify(run.status) !== JSON.stringify(run.lab.status)) {
    await commitRun(run, dueAt);
  }
  if (isFar) return;
  const wakeSeconds = Math.min(afterSeconds, Math.max(0, (dueByTime - now) / 1000), LONGEST_DELAY_SECONDS);
  await deps.queue.enqueue(run.lab.id, wakeSeconds, fairKeyOf(run.lab));
}

/** The most SQS delays a message; what is later is the tick's. */
const LONGEST_DELAY_SECONDS = 900;
/** A lab that stands stopped for weeks is looked at so much more seldom: the driver tells of a machine that is started. */
const OFF_LOOKS_APART = 72;

function observeSecondsOf(run: Run): number {
  const { observeSeconds } = run.deps.policy;
  return pathOf(run) === OFF ? observeSeconds * OFF_LOOKS_APART : observeSeconds;
}

function secondsOf(result: StepResult, observeSeconds: number): number {
  return result.kind === 'wait' ? result.afterSeconds : observeSeconds;
}

/** A deleted lab's record is kept for a while, then forgotten whole; its class keeps its own. */
async function seeOut(deps: Deps, lab: Lab): Promise<void> {
  if (!(await tellClass(deps, lab, lab))) return;
  const purgeAt = Date.parse(lab.status.deletedAt ?? '') + deps.policy.recordDays * 86_400_000;
  if (deps.clock.now() >= purgeAt) await deps.labs.purge(lab.id);
}
