import { iso } from '../../core/clock.ts';
import { WAITS_FOR_ROOM } from '../../lab/launched.ts';
import type { MachineSpec, MachineStatus } from '../../lab/machine.ts';
import { driverWait, THROTTLED } from '../driver-trouble.ts';
import { commitRun, observeMachines, type Run, tell } from '../run.ts';
import { done, listed, lookSeconds, type Step, type Wait, wait } from '../step.ts';

type Verb = 'start' | 'stop' | 'kill' | 'restart';

/** docker-machine's own sentence for each verb. */
const SENTENCE: Record<Verb, (name: string) => string> = {
  start: (name) => `Machine "${name}" was started.`,
  stop: (name) => `Machine "${name}" was stopped.`,
  kill: (name) => `Machine "${name}" was killed.`,
  restart: (name) => `Machine "${name}" was restarted.`,
};

const BOOTS: Verb[] = ['start', 'restart'];
/** So long a machine waits for room before its owner is told what else can be done; aws-facts.md, "RunInstances". */
const CURE_MINUTES = 10;

/** What the spec asks of a machine that the driver has in another state; undefined where they agree. */
function neededVerb(spec: MachineSpec, status: MachineStatus): Verb | undefined {
  if (spec.power !== 'on') {
    if (status.state !== 'Running') return undefined;
    return spec.power === 'killed' ? 'kill' : 'stop';
  }
  if (status.state === 'Stopped') return 'start';
  return status.state === 'Running' && status.restarts < spec.restarts ? 'restart' : undefined;
}

/** Starts, stops, kills and restarts machines until the driver has them as the spec does. */
export const powerMachines: Step = {
  name: 'powerMachines',
  condition: 'MachinesRunning',
  async run(run) {
    const { deps, lab } = run;
    const needs = lab.spec.machines.flatMap((spec) => {
      const status = run.status.machines.find(({ name }) => name === spec.name);
      const verb = status && neededVerb(spec, status);
      return status && verb ? [{ spec, verb }] : [];
    });
    const waits = await Promise.all(
      (['start', 'stop', 'kill', 'restart'] as const).map((verb) =>
        carryOut(
          run,
          verb,
          needs.filter((need) => need.verb === verb).map(({ spec }) => spec.name),
        ),
      ),
    );
    const [later] = waits.filter((each) => each !== undefined);
    if (later !== undefined) return later;
    if (needs.length > 0) await observeMachines(run);
    for (const { spec, verb } of needs) {
      tell(run, verb, SENTENCE[verb](spec.name));
      const machine = run.status.machines.find(({ name }) => name === spec.name);
      if (machine && BOOTS.includes(verb)) {
        machine.bootedAt = iso(deps.clock.now());
        delete machine.engine;
      }
    }
    // One that was switched off before it ever was ready has its time anew.
    if (run.status.poweredOffAt !== undefined && run.status.readyAt === undefined && needs.length > 0) {
      run.status.launchedAt = iso(deps.clock.now());
    }
    for (const machine of run.status.machines) {
      const wanted = lab.spec.machines.find(({ name }) => name === machine.name)?.restarts ?? 0;
      // A start or a launch is a restart too: what was asked before it is carried out.
      if (machine.state === 'Running') machine.restarts = wanted;
    }
    // Told now: what comes after may wait for engines that say nothing since.
    if (needs.length > 0) await commitRun(run, run.lab.dueAt);
    return verdict(run, lab.spec.machines, run.status.machines);
  },
};

/** @returns why machines that are to run cannot be started now. */
async function carryOut(run: Run, verb: Verb, names: string[]): Promise<Wait | undefined> {
  if (names.length === 0) return undefined;
  try {
    await run.deps.driver[verb](run.lab.id, names);
    return undefined;
  } catch (error) {
    const later = driverWait(error);
    if (later === undefined || !BOOTS.includes(verb)) throw error;
    return { ...later, message: withCure(run, later) };
  }
}

/** A stopped machine is bound to its zone and type: after a while its owner may rather have another. */
function withCure(run: Run, { reason, message }: { reason: string; message: string }): string {
  const { status, since } = run.status.conditions.MachinesRunning;
  const minutes = Math.floor((run.now - Date.parse(since)) / 60_000);
  if (!WAITS_FOR_ROOM.has(reason) || reason === THROTTLED) return message;
  if (status !== 'False' || minutes < CURE_MINUTES) return message;
  return `${message}; this has lasted ${minutes} min. A stopped machine cannot move: delete this lab and ask for a new one, which can be in another zone`;
}

function verdict(run: Run, specs: MachineSpec[], machines: MachineStatus[]) {
  const stateOf = new Map(machines.map((machine) => [machine.name, machine.state]));
  const late = specs.filter(({ name, power }) => power === 'on' && stateOf.get(name) !== 'Running');
  if (late.length > 0) {
    const words = late.map(({ name }) => `${name} (${stateOf.get(name) ?? 'not listed'})`);
    return wait(lookSeconds(run, 0.25), 'MachinesStarting', `waiting for ${listed(words)}`);
  }
  const off = specs.filter(({ power }) => power !== 'on').map(({ name }) => name);
  return done(
    off.length === 0
      ? `${specs.length} of ${specs.length} machines running`
      : `${specs.length - off.length} of ${specs.length} machines running; ${listed(off)} off, as asked`,
  );
}
