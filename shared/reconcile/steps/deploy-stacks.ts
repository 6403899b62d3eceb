import { iso } from '../../core/clock.ts';
import type { StackSpec } from '../../lab/lab.ts';
import { deployStack } from '../../stack/deploy.ts';
import { stackDigest } from '../../stack/stack-digest.ts';
import { engineOf, findManager, type Run, tell } from '../run.ts';
import { done, failed, type Step, wait } from '../step.ts';

/** Deploys each stack until that first succeeds, and again only when what is asked for changes. */
export const deployStacks: Step = {
  name: 'deployStacks',
  condition: 'StacksConverged',
  async run(run) {
    const due = run.lab.spec.stacks.flatMap((stack) => {
      const compose = run.deps.catalogue.stacks.get(stack.from)?.compose;
      const deployed = run.status.stacks.find(({ name }) => name === stack.name)?.deployed;
      if (compose === undefined) return [{ stack, compose: '', digest: '' }];
      const digest = stackDigest({ name: stack.name, compose });
      return digest === deployed ? [] : [{ stack, compose, digest }];
    });
    if (due.length === 0) return done();
    const unknown = due.find(({ compose }) => compose === '');
    if (unknown) return failed('unknown_stack', `the catalogue has no stack ${unknown.stack.from} any more`);
    const manager = await findManager(run);
    if (manager === undefined) return wait(1, 'NoManager', 'no manager answers to deploy through');
    const engine = await engineOf(run, manager.spec.name);
    await Promise.all(due.map(({ stack, compose }) => deployStack(engine, { name: stack.name, compose })));
    for (const { stack, digest } of due) noteDeployed(run, stack, digest);
    return done();
  },
};

function noteDeployed(run: Run, { name }: StackSpec, digest: string): void {
  run.status.stacks = [
    ...run.status.stacks.filter((stack) => stack.name !== name),
    { name, deployed: digest, deployedAt: iso(run.deps.clock.now()), services: [] },
  ];
  tell(run, 'StackDeployed', `stack ${name} deployed; waiting for its tasks`);
}
