import { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';
import { swarmNodes } from '../../engine/swarm.ts';
import { type Lab, nodesOf } from '../../lab/lab.ts';
import type { MachineStatus } from '../../lab/machine.ts';
import { lostQuorum } from '../../lab/quorum.ts';
import { engineOfMachine } from '../../machine/manager-engine.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Engine, EngineAccess } from '../../ports/engine.ts';
import { findLab } from '../find-lab.ts';
import { findMachine } from '../find-machine.ts';
import { type LabWrite, type WriteDeps, writeSpec } from '../write-spec.ts';
import { requireOn } from './require-on.ts';

export interface RecoveryRequest {
  /** Who goes on; the first manager that answers where left out. */
  manager?: string;
}

/** What a recovery does, and to whom. */
export const RecoveryPlan = z
  .object({
    manager: z.string().describe('Goes on as the only manager'),
    forgotten: z.array(z.string()).describe('Former managers, which the swarm forgets'),
    rejoin: z.array(z.string()).describe('Of these, whom we let join again, once their machines run'),
    steps: z.array(z.string()).describe('In words, in their order'),
    reason: z.string().describe('What the engine says of its swarm'),
  })
  .meta({ id: 'RecoveryPlan' });
export type RecoveryPlan = z.output<typeof RecoveryPlan>;

/**
 * What there is to do where the majority of a lab's managers is gone.
 * @throws SlipwayError `conflict` where the swarm works, or no manager of it answers.
 */
export async function planRecovery(
  deps: Pick<Deps, 'clock' | 'labs' | 'engines'>,
  { caller, labId }: Pick<LabWrite, 'caller' | 'labId'>,
  { manager }: RecoveryRequest,
): Promise<RecoveryPlan> {
  const { lab } = await findLab(deps, caller, labId);
  requireOn(lab, deps.clock.now());
  const candidates = manager === undefined ? inOrder(lab) : [findMachine(lab, manager).status];
  const looks = await Promise.all(candidates.map((machine) => look(deps, lab, machine)));
  const chosen = looks.find((one) => one.isManager && one.error !== '');
  const whole = looks.find((one) => one.isManager && one.error === '');
  if (whole !== undefined) {
    throw new SlipwayError(
      'conflict',
      `the swarm has its majority, as ${whole.name} tells: there is nothing to recover`,
    );
  }
  if (chosen === undefined) throw nobody(lab, looks, manager);
  return planOf(lab, chosen.name, chosen.error);
}

/** Writes the recovery that `planRecovery` found; the reconciler carries it out and tells it in the events. */
export async function recoverSwarm(
  deps: WriteDeps & Pick<Deps, 'engines'>,
  write: LabWrite,
  request: RecoveryRequest,
): Promise<RecoveryPlan> {
  const { lab: seen } = await findLab(deps, write.caller, write.labId);
  const asked = seen.spec.recovery;
  // Asked for and not carried out yet: the same answer.
  if (asked !== undefined && seen.status.recovery?.count !== asked.count) {
    return planOf(await writeSpec(deps, { ...write, body: request }, () => undefined), asked.manager, '');
  }
  const found = await planRecovery(deps, write, request).catch((error: unknown) => error);
  const lab = await writeSpec(deps, { ...write, body: request }, (current) => {
    // Not before: a repeat under its key finds the swarm recovered, and is answered as the first.
    if (!isPlan(found)) throw found;
    const count = (current.spec.recovery?.count ?? 0) + 1;
    return { ...current.spec, recovery: { manager: found.manager, count } };
  });
  return isPlan(found) ? found : planOf(lab, lab.spec.recovery?.manager ?? '', '');
}

function isPlan(found: unknown): found is RecoveryPlan {
  return !(found instanceof Error);
}

interface Look {
  name: string;
  isManager: boolean;
  error: string;
  /** Why it did not say. */
  silent?: string;
}

async function look(deps: { engines: EngineAccess }, lab: Lab, machine: MachineStatus): Promise<Look> {
  const { name } = machine;
  let engine: Engine | undefined;
  try {
    engine = await engineOfMachine(deps, lab, machine);
    const { swarm } = await engine.info();
    const isManager = swarm.controlAvailable;
    if (!isManager || swarm.error !== '') return { name, isManager, error: swarm.error };
    // A leader that stays tells it of its nodes first, and of itself much later.
    return { name, isManager, error: lostQuorum(await swarmNodes(engine))?.message ?? '' };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return (
      (await recorded(lab, name, engine)) ?? { name, isManager: false, error: '', silent: error.message }
    );
  }
}

/** An engine whose majority is gone may say nothing of its swarm for a while; then it counts that it is there. */
async function recorded(
  { status }: Lab,
  name: string,
  engine: Engine | undefined,
): Promise<Look | undefined> {
  const nodes = nodesOf(status);
  const lost = lostQuorum(nodes);
  const isManager = nodes.some(({ hostname, role }) => hostname === name && role === 'manager');
  if (engine === undefined || lost === undefined || !isManager) return undefined;
  const isThere = await engine.ping().then(
    () => true,
    () => false,
  );
  return isThere ? { name, isManager, error: lost.message } : undefined;
}

function inOrder({ status }: Lab): MachineStatus[] {
  const first = (machine: MachineStatus) => Number(machine.name === status.swarm?.firstManager);
  return status.machines.filter(({ state }) => state === 'Running').sort((a, b) => first(b) - first(a));
}

function nobody({ id, status }: Lab, looks: Look[], manager: string | undefined): SlipwayError {
  const silent = looks.filter((one) => one.silent !== undefined);
  if (silent.length > 0) {
    // An engine that finds out that its majority is gone may say nothing for some seconds.
    const words = silent.map(({ name, silent: why }) => `${name}: ${why}`).join('; ');
    return new SlipwayError(
      'conflict',
      `no manager of the swarm answers yet (${words}); ask again in a moment`,
      {
        retryable: true,
        facts: { afterSeconds: 5 },
      },
    );
  }
  const cure =
    status.swarm === undefined
      ? 'form a swarm with docker swarm init'
      : 'start one that was a manager, or delete this lab and ask for a new one';
  const who =
    manager === undefined ? `no running machine of lab ${id} manages` : `${manager} does not manage`;
  return new SlipwayError('conflict', `${who} a swarm, so there is nothing to go on with; ${cure}`);
}

function planOf({ spec, status }: Lab, manager: string, reason: string): RecoveryPlan {
  const nodes = nodesOf(status);
  const forgotten = nodes.flatMap(({ role, hostname }) =>
    role === 'manager' && hostname !== manager ? [hostname] : [],
  );
  const ours = spec.swarm === 'formed' ? spec.machines.map(({ name }) => name) : [];
  const rejoin = forgotten.filter((name) => ours.includes(name));
  const others = forgotten.length === 0 ? 'the other managers' : forgotten.join(', ');
  return {
    manager,
    forgotten,
    rejoin,
    steps: [
      `${manager} goes on as the only manager (docker swarm init --force-new-cluster): services, secrets, configs and workers stay`,
      `${others}: forgotten by the swarm (docker node rm --force)`,
      status.swarm === undefined
        ? 'whoever is to be a manager again leaves (docker swarm leave --force) and joins anew, which is yours to do'
        : `${rejoin.length === 0 ? 'they' : rejoin.join(', ')}: leave the old swarm and join again in the role that the lab has for them, once their machines run`,
    ],
    reason,
  };
}
