import { iso } from '../../core/clock.ts';
import { ensureLabSecrets, labSshKey, machineToken } from '../../engine/lab-secrets.ts';
import type { LaunchIntent } from '../../lab/lab.ts';
import { launchedAt } from '../../lab/launched.ts';
import { LAUNCH_BACKSTOP_SECONDS } from '../../lab/schedule.ts';
import type { Placement } from '../../ports/driver.ts';
import { publishedPorts } from '../../stack/published-ports.ts';
import { NO_ROOM_SECONDS } from '../driver-trouble.ts';
import { catalogueStacks, commitRun, observeMachines, type Run, tell } from '../run.ts';
import { done, listed, lookSeconds, type Step, type StepResult, wait } from '../step.ts';
import { launchTrouble } from './launch-trouble.ts';

/** How long a driver's list may lag behind its `create` before a machine that never showed counts as lost. */
const LIST_LAG_SECONDS = 60;
/** The longest pause between two launches of a lab whose machines keep vanishing. */
const LONGEST_PAUSE_SECONDS = 300;
/** So many places are tried one right after the other; a driver's memory is its process's, and may be short. */
const PLACES_AT_ONCE = 6;

/**
 * Launches every machine that the spec has and the driver has not, in one go. The intent is saved first; only a run
 * whose save succeeded, or a later one, carries it out, unchanged, so that a crash can never launch twice.
 */
export const launchMachines: Step = {
  name: 'launchMachines',
  condition: 'MachinesRunning',
  async run(run) {
    try {
      return await launch(run);
    } catch (error) {
      return launchTrouble(run, error);
    }
  },
};

async function launch(run: Run): Promise<StepResult> {
  const open = run.status.intent;
  if (open !== undefined && open.launchedAt === undefined && open.abandonedAt === undefined) {
    await carryOut(run, open);
  }
  const missing = run.lab.spec.machines
    .map(({ name }) => name)
    .filter((name) => !run.listed.some((machine) => machine.name === name));
  if (missing.length === 0) return done();

  const last = run.status.intent;
  const lagging = missing.filter((name) => mayStillShow(run, name, last));
  if (lagging.length > 0) {
    return wait(lookSeconds(run, 0.25), 'Launching', `${listed(lagging)} launched, not listed yet`);
  }
  const areAsked = missing.every((name) => isAskedSince(run, name, last));
  const pauseSeconds = areAsked && last?.abandonedAt === undefined ? 0 : secondsBeforeNext(last, run.now);
  if (pauseSeconds > 0 && last?.abandonedAt !== undefined) {
    return wait(pauseSeconds, 'NoRoom', `no room in ${last.short.length} places; tried again`);
  }
  if (pauseSeconds > 0) {
    return wait(
      pauseSeconds,
      'MachinesLost',
      `${listed(missing)} gone; launched again in ${Math.ceil(pauseSeconds)} s`,
    );
  }
  const abandoned = last?.abandonedAt !== undefined;
  const attempt = (last?.attempt ?? 0) + 1;
  const short = abandoned ? last.short : [];
  const intent = {
    attempt,
    machines: missing,
    placement: await planLaunch(run, { attempt, missing, short }),
    short,
    savedAt: iso(run.now),
    ...(abandoned ? { askedAt: last.askedAt ?? last.savedAt } : {}),
  };
  if (last !== undefined && !abandoned) {
    if (areAsked) tell(run, 'MachinesAdded', `launching ${listed(missing)}`);
    else tell(run, 'MachinesLost', `${listed(missing)} gone; launching anew`);
  }
  await ensureLabSecrets(run.deps, run.lab.id, run.now);
  await saveIntent(run, intent);
  await carryOut(run, intent);
  return done();
}

async function planLaunch(
  run: Run,
  { attempt, missing, short }: { attempt: number; missing: string[]; short: Placement[] },
): Promise<Placement> {
  const { lab, status, deps } = run;
  const machines = lab.spec.machines.filter(({ name }) => missing.includes(name));
  // What is left of an earlier launch is where the others must be.
  const beside = status.machines.length > 0 ? status.intent?.placement : undefined;
  return await deps.driver.plan({
    labId: lab.id,
    attempt,
    machines: machines.map(({ name, role }) => ({ name, role })),
    ...(beside === undefined ? {} : { beside }),
    short,
    mayStop: lab.spec.stoppable !== false,
  });
}

async function saveIntent(run: Run, intent: LaunchIntent): Promise<void> {
  run.status.intent = intent;
  const firstManager = run.lab.spec.machines.find(({ role }) => role === 'manager');
  if (run.lab.spec.swarm === 'formed' && run.status.swarm === undefined && firstManager !== undefined) {
    run.status.swarm = { firstManager: firstManager.name, nodes: [] };
  }
  // A run that dies in its launch is soon taken up again, long before the queue brings its message back.
  const backstop = run.now + LAUNCH_BACKSTOP_SECONDS * 1000;
  await commitRun(run, Math.min(run.lab.dueAt ?? backstop, backstop));
}

async function carryOut(run: Run, intent: LaunchIntent): Promise<void> {
  const { deps, lab } = run;
  const [ssh, ...tokens] = await Promise.all([
    labSshKey(deps, lab.id),
    ...intent.machines.map((name) => machineToken(deps, lab.id, name, intent.attempt)),
  ]);
  await deps.driver.create({
    labId: lab.id,
    attempt: intent.attempt,
    machines: intent.machines.map((name, index) => ({ name, token: tokens[index] ?? '' })),
    placement: intent.placement,
    sshPublicKey: ssh.publicKey,
    ports: catalogueStacks(run).flatMap(publishedPorts),
  });
  const now = deps.clock.now();
  const since = launchedAt(run.status);
  // The time that a later launch waited for its turn, a quota or room is not the lab's own.
  const waited = now - Date.parse(intent.askedAt ?? intent.savedAt);
  run.status.launchedAt = iso(since === undefined ? now : Math.min(now, since + waited));
  run.status.intent = { ...intent, launchedAt: iso(now) };
  await observeMachines(run);
}

/** Launched a moment ago and never seen since: the list lags. Seen once and gone is gone. */
function mayStillShow(run: Run, name: string, intent: LaunchIntent | undefined): boolean {
  if (intent?.launchedAt === undefined || !intent.machines.includes(name)) return false;
  const seen = run.lab.status.machines.some(
    (machine) => machine.name === name && machine.attempt === intent.attempt,
  );
  return !seen && run.deps.clock.now() - Date.parse(intent.launchedAt) < LIST_LAG_SECONDS * 1000;
}

/** Added, or to be made anew, since the last launch: nothing of it is lost. */
function isAskedSince(run: Run, name: string, last: LaunchIntent | undefined): boolean {
  const askedAt = run.lab.spec.machines.find((machine) => machine.name === name)?.askedAt;
  return last !== undefined && askedAt !== undefined && Date.parse(askedAt) > Date.parse(last.savedAt);
}

/** The first repair is at once; after that each launch waits twice as long as the one before. */
function secondsBeforeNext(last: LaunchIntent | undefined, now: number): number {
  if (last?.abandonedAt !== undefined) {
    if (last.short.length < PLACES_AT_ONCE) return 0;
    return Math.max(0, NO_ROOM_SECONDS - (now - Date.parse(last.abandonedAt)) / 1000);
  }
  if (last === undefined || last.attempt < 2) return 0;
  const pauseSeconds = Math.min(2 ** last.attempt, LONGEST_PAUSE_SECONDS);
  return Math.max(0, pauseSeconds - (now - Date.parse(last.savedAt)) / 1000);
}
