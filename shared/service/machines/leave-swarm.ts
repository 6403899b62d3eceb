import { SlipwayError } from '../../core/errors.ts';
import { swarmNodes } from '../../engine/swarm.ts';
import { type Lab, nodesOf } from '../../lab/lab.ts';
import { engineOfMachine } from '../../machine/manager-engine.ts';
import type { Engine, EngineInfo } from '../../ports/engine.ts';
import { findLab } from '../find-lab.ts';
import { findMachine } from '../find-machine.ts';
import { digestOf, once } from '../once.ts';
import { inOurWords } from '../swarm/engine-words.ts';
import type { SwarmDeps } from '../swarm/open-swarm.ts';
import type { LabWrite, WriteDeps } from '../write-spec.ts';
import { guardLoss } from './guard-quorum.ts';
import { requireOn } from './require-on.ts';

/**
 * docker swarm leave, on that machine; its node stays known, as one that is down. Not in a swarm already is done.
 * @param request.force also a manager, whatever becomes of the swarm.
 * @throws SlipwayError `quorum` where the majority would be lost; `conflict` for a manager, with what to do first, and where
 * the machine does not run.
 */
export async function leaveSwarm(
  deps: SwarmDeps & WriteDeps,
  { caller, labId, method, path, body, key }: LabWrite,
  { machine, force }: { machine: string; force: boolean },
): Promise<void> {
  const { lab } = await findLab(deps, caller, labId);
  const request = { subject: caller.subject, key, digest: digestOf(method, path, body), labId };
  await once(deps, request, async () => {
    requireOn(lab, deps.clock.now());
    const engine = await engineOfMachine(deps, lab, findMachine(lab, machine).status);
    const { swarm } = await engine.info();
    if (swarm.localNodeState === 'inactive') return;
    if (swarm.controlAvailable && !force) await refuseManager(lab, engine, swarm, machine);
    await inOurWords(engine.leaveSwarm({ force }));
  });
}

/** A manager that leaves is still counted by the others. */
async function refuseManager(
  lab: Lab,
  engine: Engine,
  { error }: EngineInfo['swarm'],
  machine: string,
): Promise<never> {
  const nodes = error === '' ? await swarmNodes(engine) : nodesOf(lab.status);
  guardLoss(lab, nodes, machine);
  throw new SlipwayError(
    'conflict',
    `${machine} is a manager: demote it first (POST …/nodes/${machine}/demote), or add ?force=true`,
  );
}
