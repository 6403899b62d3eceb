import { isMap, parseDocument } from 'yaml';
import { stackContents } from '../../../shared/catalogue/stack-contents.ts';
import { stackFromCatalogue } from '../../../shared/catalogue/stack-from-catalogue.ts';
import type { StackSource } from '../../../shared/lab/stack-source.ts';
import type { Catalogue, StackEntry } from '../../../shared/lab/template.ts';
import { filledSource } from '../../support/filled-source.ts';
import type { Scenario } from './scenarios.ts';
import { leftOf, versionsOf, volumesOf } from './stack-objects.ts';
import { eventually, type VerifyLab } from './verify-lab.ts';

export interface Outcome {
  stack: string;
  /** From the request until every task runs. */
  convergeSeconds?: number;
  updateSeconds?: number;
  /** From the request until the swarm has nothing of it. */
  removeSeconds?: number;
  /** Services that the second deploy left alone. */
  untouched?: number;
  volumes: string[];
  seen: string;
  /** Why it failed. */
  failure?: string;
}

const CONVERGE_SECONDS = 240;
const REMOVE_SECONDS = 60;
/** What the second deploy changes: nothing that a user sees, but the task's own template. */
const CHANGED = ['stop_grace_period', '9s'] as const;

/** Runs a scenario to its end; a stack that fails is removed too. */
export async function runScenario(
  lab: VerifyLab,
  catalogue: Catalogue,
  scenario: Scenario,
): Promise<Outcome> {
  const outcome: Outcome = { stack: scenario.from, volumes: [], seen: '' };
  try {
    if (scenario.over !== undefined)
      await deploy(lab, catalogue, { name: scenario.name, from: scenario.over });
    const before = await versionsOf(lab, scenario.name);
    outcome.convergeSeconds = await timed(() => deploy(lab, catalogue, scenario));
    requireSame(before, await versionsOf(lab, scenario.name), 'the update in place');
    outcome.seen = await scenario.prove(lab);
    Object.assign(outcome, await updateInPlace(lab, sourceOf(lab, catalogue, scenario), scenario));
  } catch (error) {
    outcome.failure = (error as Error).message;
  }
  try {
    outcome.removeSeconds = await timed(() => remove(lab, scenario.name));
    outcome.volumes = await volumesOf(lab, scenario.name);
  } catch (error) {
    outcome.failure ??= (error as Error).message;
  }
  return outcome;
}

async function deploy(
  lab: VerifyLab,
  catalogue: Catalogue,
  { name, from, parameters }: Pick<Scenario, 'name' | 'from' | 'parameters'>,
): Promise<void> {
  await lab.api.json('PUT', `/labs/${lab.id}/stacks/${name}`, {
    from,
    ...(parameters === undefined ? {} : { parameters }),
  });
  // What was there before has converged already: the new services must be there before that counts.
  const wanted = stackContents(entryOf(catalogue, from)).services.map((service) => `${name}_${service.name}`);
  const there = async () => [...(await versionsOf(lab, name)).keys()].sort().join();
  await eventually(`${name} deployed`, CONVERGE_SECONDS, there, (all) => all === wanted.sort().join());
  await untilConverged(lab, name);
}

function entryOf(catalogue: Catalogue, from: string): StackEntry {
  const entry = catalogue.stacks.get(from);
  if (entry === undefined) throw new Error(`the catalogue has no ${from}`);
  return entry;
}

/** The catalogue's files again, but for one service. */
async function updateInPlace(lab: VerifyLab, source: StackSource, { name, changes }: Scenario) {
  const before = await versionsOf(lab, name);
  const updateSeconds = await timed(async () => {
    await lab.putSource(name, { ...source, compose: withChange(source.compose, changes) });
    const isTaken = async () => String((await versionsOf(lab, name)).get(`${name}_${changes}`));
    const old = before.get(`${name}_${changes}`);
    await eventually(`the update of ${changes}`, CONVERGE_SECONDS, isTaken, (index) => index !== old);
    await untilConverged(lab, name);
  });
  const after = await versionsOf(lab, name);
  const rest = new Map([...before].filter(([service]) => service !== `${name}_${changes}`));
  requireSame(rest, after, `the change of ${changes}`);
  return { updateSeconds, untouched: rest.size };
}

function sourceOf(lab: VerifyLab, catalogue: Catalogue, { from, parameters }: Scenario): StackSource {
  return filledSource(stackFromCatalogue(entryOf(catalogue, from), parameters ?? {}), lab.address);
}

function withChange(compose: string, service: string): string {
  const document = parseDocument(compose);
  const node = document.getIn(['services', service]);
  if (!isMap(node)) throw new Error(`there is no service ${service}`);
  document.setIn(['services', service, CHANGED[0]], CHANGED[1]);
  return document.toString();
}

function requireSame(wanted: Map<string, string>, actual: Map<string, string>, act: string): void {
  const touched = [...wanted].filter(([name, index]) => actual.get(name) !== index).map(([name]) => name);
  if (touched.length > 0) throw new Error(`${act} touched ${touched.join(', ')}`);
}

interface StackAnswer {
  state: string;
  services: { name: string; running: number; desired: number; problem?: string }[];
}

async function untilConverged(lab: VerifyLab, name: string): Promise<void> {
  const ask = async () => {
    const { state, services } = await lab.api.json<StackAnswer>('GET', `/labs/${lab.id}/stacks/${name}`);
    const words = services.map((service) => {
      const problem = service.problem === undefined ? '' : ` (${service.problem})`;
      return `${service.name} ${service.running}/${service.desired}${problem}`;
    });
    return `${state}: ${words.join(', ')}`;
  };
  await eventually(`${name} converged`, CONVERGE_SECONDS, ask, (text) => text.startsWith('converged:'));
}

async function remove(lab: VerifyLab, name: string): Promise<void> {
  await lab.removeStack(name);
  const left = async () => (await leftOf(lab, name)).join(', ');
  await eventually(`${name} removed`, REMOVE_SECONDS, left, (text) => text === '');
  const listed = async () => {
    const { items } = await lab.api.json<{ items: { name: string }[] }>('GET', `/labs/${lab.id}/stacks`);
    return items.map((stack) => stack.name).join();
  };
  const isGone = (names: string) => !names.split(',').includes(name);
  await eventually(`the API knows that ${name} is gone`, REMOVE_SECONDS, listed, isGone);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
