import type { ServiceStatus, StackStatus } from '../../lab/lab.ts';
import { hasConverged, recordedStatuses, stackServices } from '../../stack/converge.ts';
import { engineOf, findManager } from '../run.ts';
import { counted, done, listed, type Step, wait } from '../step.ts';

/** How often a stack that is coming up, for the first time or after a start, is looked at, at first; then ever less. */
const CONVERGING_SECONDS = 0.25;

/** Looks at the swarm's nodes and the stacks' tasks, and tells in words what is not as it should be. */
export const checkHealth: Step = {
  name: 'checkHealth',
  condition: 'StacksConverged',
  async run(run) {
    const { lab, status } = run;
    if (lab.spec.swarm === 'none' && lab.spec.stacks.length === 0) return done('no stack asked for');
    const manager = await findManager(run);
    if (manager === undefined) return wait(1, 'NoManager', 'no manager answers to look through');
    const engine = await engineOf(run, manager.spec.name);
    const nodes = await engine.nodes();
    status.stacks = await Promise.all(
      status.stacks.map(async (stack) => ({
        ...stack,
        services: recordedStatuses(await stackServices(engine, stack.name, nodes, run.now), stack.services),
      })),
    );
    const late = status.stacks.flatMap((stack) => lateServices(stack));
    if (late.length === 0) {
      const total = status.stacks.flatMap(({ services }) => services).length;
      return done(
        total === 0 ? 'no stack is deployed' : `${counted(total, 'service')} with all tasks running`,
      );
    }
    const words = listed(late.map(describe));
    const { observeSeconds } = run.deps.policy;
    const isComingUp = status.readyAt === undefined || status.poweredOffAt !== undefined;
    if (!isComingUp) return wait(observeSeconds, 'TasksMissing', words);
    const soFarSeconds = (run.now - Date.parse(run.status.conditions.SwarmReady.since)) / 1000;
    return wait(
      Math.min(observeSeconds, Math.max(CONVERGING_SECONDS, soFarSeconds / 20)),
      'Converging',
      words,
    );
  },
};

function lateServices(stack: StackStatus): ServiceStatus[] {
  return stack.services.filter((service) => !hasConverged(service));
}

function describe({ name, running, desired, problem }: ServiceStatus): string {
  return `${name} ${running}/${desired}${problem === undefined ? '' : ` (${problem})`}`;
}
