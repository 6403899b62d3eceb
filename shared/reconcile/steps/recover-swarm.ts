import { iso } from '../../core/clock.ts';
import { isSlipwayError, messageOf } from '../../core/errors.ts';
import { nodesOf } from '../../lab/lab.ts';
import type { Engine, EngineInfo } from '../../ports/engine.ts';
import { engineOf, liveMachines, type Run, tell } from '../run.ts';
import { done, listed, type Step, type StepResult, wait } from '../step.ts';

/** An engine without a majority may take some seconds for each answer. */
const AGAIN_SECONDS = 2;

/**
 * The way back where a swarm's majority is gone for good, once for each request: one manager goes on alone with services,
 * secrets and workers kept, and the others are forgotten.
 */
export const recoverSwarm: Step = {
  name: 'recoverSwarm',
  async run(run) {
    const { recovery } = run.lab.spec;
    if (recovery === undefined) return done();
    if (run.status.recovery?.count === recovery.count) return done();
    return (await goOnAlone(run, recovery)) ?? done();
  },
};

/**
 * Former managers whose machines run, now or later, leave the old swarm, so that the step after lets them join the one that
 * goes on: two of three that come back together are a majority of what was, and would be a swarm beside it.
 */
export const leaveOldSwarm: Step = {
  name: 'leaveOldSwarm',
  condition: 'SwarmReady',
  async run(run) {
    const staying = await leave(run);
    if (staying.length === 0) return done();
    return wait(AGAIN_SECONDS, 'OldSwarm', `${listed(staying)} still in the swarm of before the recovery`);
  },
};

async function goOnAlone(
  run: Run,
  { manager, count }: { manager: string; count: number },
): Promise<StepResult | undefined> {
  const live = liveMachines(run).find(({ spec }) => spec.name === manager);
  if (live === undefined || live.status.state !== 'Running') {
    return wait(AGAIN_SECONDS, 'RecoveryWaits', `${manager} must run to go on alone`);
  }
  const engine = await engineOf(run, manager);
  await engine.forceNewCluster({ advertiseAddress: live.status.privateAddress });
  const nodes = await engine.nodes();
  const own = (await engine.info()).swarm.nodeId;
  // By what they were: in the new cluster the former managers may be shown as workers.
  const before = new Set(
    nodesOf(run.status).flatMap(({ role, hostname }) => (role === 'manager' ? [hostname] : [])),
  );
  const former = nodes.filter(
    ({ ID, Spec, Description }) =>
      ID !== own && (Spec.Role === 'manager' || before.has(Description.Hostname)),
  );
  for (const { ID } of former) await forget(engine, ID);
  const names = [...new Set(former.map(({ Description }) => Description.Hostname))];
  // Where the student formed it, whoever is to be a manager again is theirs to say.
  const ours = run.lab.spec.swarm === 'formed' ? run.lab.spec.machines.map(({ name }) => name) : [];
  const rejoin = names.filter((name) => ours.includes(name));
  run.status.recovery = { count, at: iso(run.deps.clock.now()), rejoin };
  const { swarm } = run.status;
  if (swarm !== undefined) {
    swarm.firstManager = manager;
    swarm.nodes = swarm.nodes.filter(({ hostname }) => !names.includes(hostname));
  }
  const lost =
    names.length === 0 ? '' : `; ${listed(names)} forgotten${rejoin.length === 0 ? '' : ', to join again'}`;
  tell(run, 'SwarmRecovered', `${manager} goes on as the only manager, all services and secrets kept${lost}`);
  return undefined;
}

/** Not demoted first, which takes a majority of the managers that are gone. */
async function forget(engine: Engine, node: string): Promise<void> {
  try {
    await engine.removeNode(node, { force: true });
  } catch (error) {
    if (!isSlipwayError(error, 'engine_refused')) throw error;
    if (error.facts.status === 404) return;
    const found = (await engine.nodes()).find(({ ID }) => ID === node);
    if (found === undefined) return;
    await engine.updateNode(node, found.Version.Index, { ...found.Spec, Role: 'worker' });
    await engine.removeNode(node, { force: true });
  }
}

/** @returns those that run and have not left yet. */
async function leave(run: Run): Promise<string[]> {
  const { recovery } = run.status;
  if (recovery === undefined || recovery.rejoin.length === 0) return [];
  const running = liveMachines(run).filter(
    ({ spec, status }) => recovery.rejoin.includes(spec.name) && status.state === 'Running',
  );
  const left = await Promise.all(
    running.map(async ({ spec, status }) => {
      try {
        const engine = await engineOf(run, spec.name);
        if (isInSwarm(await engine.info())) await engine.leaveSwarm({ force: true });
      } catch (error) {
        if (!isSlipwayError(error)) throw error;
        run.deps.log.debug({ lab: run.lab.id, machine: spec.name, reason: messageOf(error) }, 'not left yet');
        return [];
      }
      run.infos.delete(spec.name);
      // What it joined is no more: it joins as on its first boot.
      delete status.joinedAttempt;
      return [spec.name];
    }),
  );
  const gone = new Set(left.flat());
  recovery.rejoin = recovery.rejoin.filter((name) => !gone.has(name));
  return running.map(({ spec }) => spec.name).filter((name) => !gone.has(name));
}

function isInSwarm({ swarm }: EngineInfo): boolean {
  return swarm.localNodeState !== 'inactive';
}
