import { iso } from '../../core/clock.ts';
import type { MachineSpec, MachineStatus } from '../../lab/machine.ts';
import type { Driver } from '../../ports/driver.ts';
import { observeMachines, tell } from '../run.ts';
import { done, listed, type Step, wait } from '../step.ts';

type Verb = 'start' | 'stop' | 'kill' | 'restart';

/** docker-machine's own sentence for each verb. */
const SENTENCE: Record<Verb, (name: string) => string> = {
  start: (name) => `Machine "${name}" was started.`,
  stop: (name) => `Machine "${name}" was stopped.`,
  kill: (name) => `Machine "${name}" was killed.`,
  restart: (name) => `Machine "${name}" was restarted.`,
};

const BOOTS: Verb[] = ['start', 'restart'];

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
    await Promise.all(
      (['start', 'stop', 'kill', 'restart'] as const).map((verb) =>
        carryOut(
          deps.driver,
          verb,
          lab.id,
          needs.filter((need) => need.verb === verb).map(({ spec }) => spec.name),
        ),
      ),
    );
    if (needs.length > 0) await observeMachines(run);
    for (const { spec, verb } of needs) {
      tell(run, verb, SENTENCE[verb](spec.name));
      const machine = run.status.machines.find(({ name }) => name === spec.name);
      if (machine && BOOTS.includes(verb)) {
        machine.bootedAt = iso(deps.clock.now());
        delete machine.engine;
      }
    }
    for (const machine of run.status.machines) {
      const wanted = lab.spec.machines.find(({ name }) => name === machine.name)?.restarts ?? 0;
      // A start or a launch is a restart too: what was asked before it is carried out.
      if (machine.state === 'Running') machine.restarts = wanted;
    }
    return verdict(lab.spec.machines, run.status.machines);
  },
};

async function carryOut(driver: Driver, verb: Verb, labId: string, names: string[]): Promise<void> {
  if (names.length > 0) await driver[verb](labId, names);
}

function verdict(specs: MachineSpec[], machines: MachineStatus[]) {
  const stateOf = new Map(machines.map((machine) => [machine.name, machine.state]));
  const late = specs.filter(({ name, power }) => power === 'on' && stateOf.get(name) !== 'Running');
  if (late.length > 0) {
    const words = late.map(({ name }) => `${name} (${stateOf.get(name) ?? 'not listed'})`);
    return wait(0.25, 'MachinesStarting', `waiting for ${listed(words)}`);
  }
  const off = specs.filter(({ power }) => power !== 'on').map(({ name }) => name);
  return done(
    off.length === 0
      ? `${specs.length} of ${specs.length} machines running`
      : `${specs.length - off.length} of ${specs.length} machines running; ${listed(off)} off, as asked`,
  );
}
