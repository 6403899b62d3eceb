import { iso } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import { initSwarm, joinSwarm, replaceNode, swarmNodes, swarmTokens } from '../../engine/swarm.ts';
import { SWARM_PORT } from '../../lab/machine.ts';
import { lostQuorum } from '../../lab/quorum.ts';
import { engineOf, findManager, infoOf, type LiveMachine, liveMachines, type Run, tell } from '../run.ts';
import { counted, done, listed, type Step, type StepResult, wait } from '../step.ts';
import { withoutManager } from '../without-manager.ts';

/** Between two looks while its managers come back together. */
const STARTING_SECONDS = 0.25;

/**
 * Makes the swarm: the first manager (named in the record before anything ran) initialises it, all others join in
 * parallel. Each machine joins once per launch; after that the swarm is the student's, and is only looked at.
 */
export const formSwarm: Step = {
  name: 'formSwarm',
  condition: 'SwarmReady',
  async run(run) {
    const { status } = run;
    if (status.swarm === undefined) return done('no swarm asked for');
    const waiting = liveMachines(run).filter(
      ({ status: { attempt, joinedAttempt } }) => joinedAttempt !== attempt,
    );
    if (waiting.length > 0) {
      const blocked = await join(run, waiting);
      if (blocked) return blocked;
    }
    return look(run);
  },
};

/** @returns why it cannot be done now, or undefined once all are nodes. */
async function join(run: Run, waiting: LiveMachine[]): Promise<StepResult | undefined> {
  const { swarm } = run.status;
  if (swarm === undefined) return undefined;
  let others = waiting;
  if (swarm.id === undefined) {
    const first = liveMachines(run).find(({ spec }) => spec.name === swarm.firstManager);
    if (first === undefined)
      return wait(1, 'FirstManagerOff', `${swarm.firstManager} must run to form the swarm`);
    await initialise(run, first);
    others = waiting.filter((machine) => machine !== first);
  }
  const manager = await findManager(run);
  if (manager === undefined) {
    return wait(
      run.deps.policy.observeSeconds,
      'QuorumLost',
      `${listed(others.map(({ spec }) => spec.name))} cannot join: no manager of the swarm answers. Start the other managers; if their machines were lost too, delete this lab and ask for a new one`,
    );
  }
  const engine = await engineOf(run, manager.spec.name);
  const tokens = await swarmTokens(engine);
  const managers = [`${manager.status.privateAddress}:${SWARM_PORT}`];
  const joins = await Promise.allSettled(
    others.map(async ({ spec, status }) => {
      // A rebuilt machine comes under its old name, and a join cut short may have left a ghost under it.
      await replaceNode(engine, spec.name, (await infoOf(run, spec.name)).swarm.nodeId);
      await joinSwarm(await engineOf(run, spec.name), {
        role: spec.role === 'manager' ? 'manager' : 'worker',
        advertiseAddress: status.privateAddress,
        tokens,
        managers,
      });
      status.joinedAttempt = status.attempt;
    }),
  );
  // Those that joined are noted before the first that did not is told.
  const refused = joins.find((outcome) => outcome.status === 'rejected');
  if (refused) throw refused.reason;
  await learnNodes(run, others);
  if (swarm.formedAt === undefined) {
    swarm.formedAt = iso(run.deps.clock.now());
    tell(run, 'SwarmFormed', `swarm formed by ${listed(liveMachines(run).map(({ spec }) => spec.name))}`);
  }
  return undefined;
}

async function initialise(run: Run, first: LiveMachine): Promise<void> {
  const engine = await engineOf(run, first.spec.name);
  await initSwarm(engine, first.status.privateAddress);
  await learnNodes(run, [first]);
  const clusterId = run.infos.get(first.spec.name)?.swarm.clusterId;
  // Another run of this lab is at it: noted now, the machine would pass for a node of a swarm without an id for good.
  if (clusterId === undefined) {
    throw new SlipwayError('in_progress', `${first.spec.name} is still forming the swarm`, {
      retryable: true,
    });
  }
  if (run.status.swarm) run.status.swarm.id = clusterId;
  first.status.joinedAttempt = first.status.attempt;
}

/** Their node ids, which a joined engine knows. */
async function learnNodes(run: Run, machines: LiveMachine[]): Promise<void> {
  await Promise.all(
    machines.map(async ({ spec, status }) => {
      run.infos.delete(spec.name);
      const { nodeId } = (await infoOf(run, spec.name)).swarm;
      if (status.engine) status.engine.nodeId = nodeId;
    }),
  );
}

function silence(run: Run): string {
  const silent = liveMachines(run)
    .map(({ spec }) => spec.name)
    .filter((name) => !run.infos.has(name));
  return silent.length === 0
    ? 'no machine of this lab is a manager any more'
    : `${listed(silent)} did not tell of it in time`;
}

/** The swarm as it is now, told and never undone. */
async function look(run: Run): Promise<StepResult> {
  const { swarm } = run.status;
  if (swarm === undefined) return done();
  const manager = await findManager(run);
  if (manager === undefined) {
    const errors = [...run.infos.values()].map((info) => info.swarm.error).filter((error) => error !== '');
    swarm.nodes = withoutManager(run, swarm.nodes);
    const lost = lostQuorum(swarm.nodes)?.message ?? errors[0];
    return wait(
      run.deps.policy.observeSeconds,
      lost === undefined ? 'NoManager' : 'QuorumLost',
      `the swarm does not answer: ${lost ?? silence(run)}`,
    );
  }
  swarm.nodes = await swarmNodes(await engineOf(run, manager.spec.name));
  const lost = lostQuorum(swarm.nodes);
  // On its way up a manager that has just joined is not reachable at once.
  if (lost !== undefined && run.status.readyAt !== undefined) {
    const isStarting = run.status.poweredOffAt !== undefined;
    return wait(isStarting ? STARTING_SECONDS : run.deps.policy.observeSeconds, 'QuorumLost', lost.message);
  }
  const away = liveMachines(run)
    .filter(({ spec }) => !swarm.nodes.some((node) => node.hostname === spec.name && node.state === 'ready'))
    .map(({ spec }) => spec.name);
  if (away.length > 0 && swarm.formedAt !== undefined && run.status.readyAt === undefined) {
    return wait(0.15, 'NodesComing', `${listed(away)} not Ready in the swarm yet`);
  }
  const managers = swarm.nodes.filter(({ role }) => role === 'manager').length;
  const left = away.length === 0 ? '' : `; ${listed(away)} not Ready in it`;
  const workers = swarm.nodes.length - managers;
  return done(`${counted(managers, 'manager')} and ${counted(workers, 'worker')}${left}`);
}
