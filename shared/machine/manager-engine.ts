import type { Clock } from '../core/clock.ts';
import { SlipwayError } from '../core/errors.ts';
import { type Lab, nodesOf } from '../lab/lab.ts';
import type { MachineStatus } from '../lab/machine.ts';
import { offWords } from '../lab/power.ts';
import { lostQuorum } from '../lab/quorum.ts';
import type { Engine, EngineAccess } from '../ports/engine.ts';

/** Reads the swarm through one of a lab's managers, or tells why nobody can. */
export interface ManagerEngine {
  machine: string;
  engine: Engine;
}

/**
 * The Engine of the lab's first manager that answers and has a working swarm, by the record alone. Asks as few as it can.
 * @throws SlipwayError `conflict` where the lab is off, has no swarm or has lost its quorum, with what to do;
 * `engine_unreachable` where no manager answers.
 */
export async function managerEngine(
  deps: { engines: EngineAccess; clock: Clock },
  lab: Lab,
): Promise<ManagerEngine> {
  const words = offWords(lab, deps.clock.now());
  if (words !== undefined) {
    throw new SlipwayError('conflict', `${words}; PATCH /v1/labs/${lab.id} {"power":"on"} first`);
  }
  const candidates = managersFirst(lab);
  if (candidates.length === 0) {
    throw new SlipwayError(
      'conflict',
      `no machine of lab ${lab.id} is up yet; GET /v1/labs/${lab.id} tells how far it is`,
      {
        retryable: true,
      },
    );
  }
  const [first, ...others] = candidates.map((machine) => () => askManager(deps, lab, machine));
  const answers = first === undefined ? [] : [await first()];
  // Where a leader was lost each of the others may say nothing for 3 s: they are waited for together.
  if (!answers.some(isManagerEngine)) answers.push(...(await Promise.all(others.map((ask) => ask()))));
  const found = answers.find(isManagerEngine);
  if (found !== undefined) return found;
  const reason = answers.find((answer) => answer instanceof SlipwayError);
  // Without its majority an engine may say nothing at all; what the machines' driver tells is in the record.
  const lost = lostQuorum(nodesOf(lab.status));
  if (lost !== undefined && reason?.code !== 'conflict') throw noQuorum(lost.message);
  throw reason ?? noSwarm(lab);
}

/** @returns the engine, why it does not do, or nothing where it is no manager. */
async function askManager(
  deps: { engines: EngineAccess },
  lab: Lab,
  machine: MachineStatus,
): Promise<ManagerEngine | SlipwayError | undefined> {
  try {
    const engine = await engineOfMachine(deps, lab, machine);
    const { swarm } = await engine.info();
    if (swarm.controlAvailable && swarm.error === '') return { machine: machine.name, engine };
    return swarm.controlAvailable ? noQuorum(swarm.error) : undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
}

function isManagerEngine(answer: ManagerEngine | SlipwayError | undefined): answer is ManagerEngine {
  return answer !== undefined && !(answer instanceof SlipwayError);
}

/** @throws SlipwayError `conflict` in docker-machine's words where the machine does not run. */
export async function engineOfMachine(
  { engines }: { engines: EngineAccess },
  lab: Lab,
  machine: MachineStatus,
): Promise<Engine> {
  if (machine.state !== 'Running' || machine.endpoint === undefined) {
    throw new SlipwayError('conflict', 'Host is not running');
  }
  return await engines.of(lab.id, { name: machine.name, engine: machine.endpoint });
}

/** Running machines: the first manager, the other managers, then those that may have become one since. */
function managersFirst({ spec, status }: Lab): MachineStatus[] {
  const rank = ({ name }: MachineStatus) => {
    const node = nodesOf(status).find(({ hostname }) => hostname === name);
    const role = node?.role ?? spec.machines.find((machine) => machine.name === name)?.role;
    return Number(role === 'manager') * 2 + Number(name === status.swarm?.firstManager);
  };
  return status.machines
    .filter(({ state, endpoint }) => state === 'Running' && endpoint !== undefined)
    .sort((a, b) => rank(b) - rank(a));
}

function noQuorum(words: string): SlipwayError {
  return new SlipwayError(
    'conflict',
    `the swarm has lost its majority of managers: start those that are down, or recover the swarm (${words.slice(0, 200)})`,
    { retryable: true },
  );
}

function noSwarm({ id, spec }: Lab): SlipwayError {
  const cure =
    spec.swarm === 'none' ? 'form one with docker swarm init' : `GET /v1/labs/${id} tells how far it is`;
  return new SlipwayError('conflict', `no machine of lab ${id} manages a swarm; ${cure}`);
}
