import { iso } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { StackSpec, StackStatus } from '../../lab/lab.ts';
import type { Engine } from '../../ports/engine.ts';
import { readCompose } from '../../stack/compose/read-compose.ts';
import { type DeployReport, deployStack } from '../../stack/deploy.ts';
import { publishedPortsByService } from '../../stack/published-ports.ts';
import { removeStack } from '../../stack/remove.ts';
import { stackDigest } from '../../stack/stack-digest.ts';
import { commitRun, engineOf, findManager, type Run, tell } from '../run.ts';
import { stackSourceOf } from '../stack-source-of.ts';
import { counted, done, listed, type Step, wait } from '../step.ts';

/** Between two looks at a removed stack's networks, which go once its tasks have ended. */
const REMOVING_SECONDS = 0.5;
/** Longer than any task takes to end: what the swarm has forgotten by then and a manager still lists is a stale copy. */
const STALE_SECONDS = 45;

/**
 * Deploys each stack until that first succeeds, and again only when what is asked for changes; removes those that are
 * asked for no more. Each goes its own way: one that fails holds up no other.
 */
export const deployStacks: Step = {
  name: 'deployStacks',
  condition: 'StacksConverged',
  async run(run) {
    const due = run.lab.spec.stacks.filter((stack) => digestOf(run, stack) !== deployedOf(run, stack.name));
    const gone = run.status.stacks
      .map(({ name }) => name)
      .filter((name) => !run.lab.spec.stacks.some((stack) => stack.name === name));
    if (due.length === 0 && gone.length === 0) return done();
    const manager = await findManager(run);
    if (manager === undefined) return wait(1, 'NoManager', 'no manager answers to deploy through');
    const engine = await engineOf(run, manager.spec.name);
    const fresh = await noteBegun(run, due);
    const [deploys, removals] = await Promise.all([
      Promise.allSettled(due.map((stack) => deploy(run, engine, stack, fresh.includes(stack)))),
      Promise.allSettled(gone.map((name) => remove(run, engine, name))),
    ]);
    const failures = [...deploys, ...removals].flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    // The first is thrown, for its code; the others are tried and told with the next run.
    if (failures.length > 0) {
      for (const failure of failures) run.deps.log.warn({ lab: run.lab.id }, messageOf(failure));
      throw failures[0];
    }
    const going = gone.filter((_, index) => (removals[index] as { value?: boolean }).value === false);
    if (going.length === 0) return done();
    return wait(
      REMOVING_SECONDS,
      'RemovingStacks',
      `${listed(going)} removed; waiting for their tasks to end`,
    );
  },
};

function digestOf({ deps }: Run, stack: StackSpec): string {
  return stackDigest(stack, deps.catalogue.stacks.get(stack.from ?? '')?.source);
}

function deployedOf({ status }: Run, name: string): string | undefined {
  return status.stacks.find((stack) => stack.name === name)?.deployed;
}

/**
 * Saved before anything is made: what a crash leaves half made is found when the stack is to go.
 * @returns those of which nothing was made before.
 */
async function noteBegun(run: Run, due: StackSpec[]): Promise<StackSpec[]> {
  const fresh = due.filter(({ name }) => !run.status.stacks.some((stack) => stack.name === name));
  if (fresh.length === 0) return fresh;
  run.status.stacks = [...run.status.stacks, ...fresh.map(({ name }) => ({ name, services: [] }))];
  await commitRun(run, run.lab.dueAt);
  return fresh;
}

async function deploy(run: Run, engine: Engine, stack: StackSpec, isNew: boolean): Promise<void> {
  const from = await stackSourceOf(run, stack);
  const { name, prune = false } = stack;
  const report = await deployStack(engine, { name, ...from, prune, isNew });
  const published = publishedPortsByService(readCompose(from.source)).flatMap(({ service, port }) =>
    port === undefined ? [] : [{ service, port }],
  );
  change(run, name, {
    deployed: digestOf(run, stack),
    deployedAt: iso(run.deps.clock.now()),
    ...(published.length === 0 ? {} : { published }),
  });
  tell(run, 'StackDeployed', `stack ${name} deployed: ${wordsOf(report)}; waiting for its tasks`);
}

async function remove(run: Run, engine: Engine, name: string): Promise<boolean> {
  const before = run.status.stacks.find((stack) => stack.name === name);
  const since = before?.removingSince ?? iso(run.now);
  const waitsNoMore = run.now - Date.parse(since) > STALE_SECONDS * 1000;
  const isGone = await removeStack(engine, name, { waitsNoMore });
  if (isGone) {
    run.status.stacks = run.status.stacks.filter((stack) => stack.name !== name);
    tell(run, 'StackRemoved', `stack ${name} removed`);
  } else change(run, name, { removingSince: since });
  return isGone;
}

function change(run: Run, name: string, what: Partial<StackStatus>): void {
  run.status.stacks = run.status.stacks.map((stack) => {
    if (stack.name !== name) return stack;
    const { removingSince: _, ...rest } = stack;
    return { ...rest, ...what };
  });
}

function wordsOf({ created, updated, unchanged, removed }: DeployReport): string {
  const parts = [
    [created, 'created'],
    [updated, 'updated'],
    [unchanged, 'unchanged'],
    [removed, 'removed'],
  ] as const;
  const told = parts.flatMap(([names, word]) =>
    names.length === 0 ? [] : [`${counted(names.length, 'service')} ${word}`],
  );
  return told.length === 0 ? 'no service' : told.join(', ');
}
