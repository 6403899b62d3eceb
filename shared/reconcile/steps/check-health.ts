import type { ServiceStatus, StackStatus } from '../../lab/lab.ts';
import { CONVERGE_DEADLINE } from '../../lab/phase.ts';
import { stackServices } from '../../stack/converge.ts';
import { engineOf, findManager } from '../run.ts';
import { done, listed, type Step, wait } from '../step.ts';

/** How often a stack that is coming up is looked at; one that had its time is looked at as a ready lab is. */
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
        services: await stackServices(engine, stack.name, nodes),
      })),
    );
    const late = status.stacks.flatMap((stack) => lateServices(stack));
    if (late.length === 0) {
      const total = status.stacks.flatMap(({ services }) => services).length;
      return done(
        total === 0
          ? 'no stack is deployed'
          : total === 1
            ? '1 service has all its tasks running'
            : `${total} services have all their tasks running`,
      );
    }
    const words = listed(late.map(describe));
    const overdue = status.stacks.some(
      ({ deployedAt, services }) =>
        services.some(isLate) &&
        run.now - Date.parse(deployedAt ?? lab.createdAt) > run.deps.policy.convergeWithinSeconds * 1000,
    );
    return overdue || status.readyAt !== undefined
      ? wait(run.deps.policy.observeSeconds, overdue ? CONVERGE_DEADLINE : 'TasksMissing', words)
      : wait(CONVERGING_SECONDS, 'Converging', words);
  },
};

function isLate(service: ServiceStatus): boolean {
  return service.running < service.desired;
}

function lateServices(stack: StackStatus): ServiceStatus[] {
  return stack.services.filter(isLate);
}

function describe({ name, running, desired, problem }: ServiceStatus): string {
  return `${name} ${running}/${desired}${problem === undefined ? '' : ` (${problem})`}`;
}
