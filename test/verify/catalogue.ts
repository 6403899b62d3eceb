import { prepareImages } from '../../scripts/ground.ts';
import { loadCatalogue } from '../../shared/catalogue/load-catalogue.ts';
import { stackContents } from '../../shared/catalogue/stack-contents.ts';
import { messageOf } from '../../shared/core/errors.ts';
import type { Catalogue } from '../../shared/lab/template.ts';
import setUpGround from '../support/ground-setup.ts';
import { countLeftovers } from '../support/leftovers.ts';
import { type LiveServer, startLiveServer } from '../support/live-server.ts';
import { type Outcome, runScenario } from './catalogue/run-scenario.ts';
import { type Scenario, scenarios } from './catalogue/scenarios.ts';
import { sideBySide } from './catalogue/side-by-side.ts';
import { staleNetworks } from './catalogue/stack-objects.ts';
import { hasRoutingMesh, loadImages, openLab } from './catalogue/verify-lab.ts';

/**
 * `npm run verify:catalogue -- [STACK...] [--sample]`: every stack of the catalogue, or those named, by the API on one lab
 * of three machines: deployed, converged, proved to do what it is for, deployed again with one service changed, removed.
 * `--sample`: the voting app and the update in place, for `npm test`. The last line is one JSON object. Exits 1 where
 * anything fails.
 */
const SAMPLE = ['voting-app', 'visualizer'];
/** Two cores start no more tasks at once. */
const AT_ONCE = 3;

const given = process.argv.slice(2);
const names = given.includes('--sample') ? SAMPLE : given.filter((each) => !each.startsWith('--'));

async function main(): Promise<Outcome[]> {
  const started = performance.now();
  const say = (line: string) => console.log(line);
  const catalogue = await loadCatalogue();
  const chosen = chooseScenarios(catalogue);
  const closeGround = await setUpGround();
  let server: LiveServer | undefined;
  try {
    const { unmirrored } = await prepareImages({ say, references: imagesOf(catalogue, chosen) });
    server = await startLiveServer();
    const lab = await openLab(server);
    say(
      `lab of ${lab.machines.length} machines: ready ${seconds(performance.now() - started)} s after the start`,
    );
    say(
      hasRoutingMesh
        ? 'pages are asked on their published ports'
        : 'no IPVS in this kernel: the routing mesh cannot answer; tasks are asked by themselves',
    );
    if (unmirrored.length > 0) {
      say(`no mirror is asked for these: loaded into each engine instead: ${unmirrored.join(', ')}`);
      await loadImages(lab, unmirrored);
    }
    const needs = (scenario: Scenario) => portsOf(catalogue, scenario);
    const outcomes = await sideBySide(chosen, AT_ONCE, needs, async (scenario) => {
      const outcome = await runScenario(lab, catalogue, scenario);
      say(
        `${outcome.failure === undefined ? '✓' : '✗'} ${outcome.stack}: ${outcome.failure ?? outcome.seen}`,
      );
      return outcome;
    });
    sayTable(outcomes);
    const names = chosen.map(({ name }) => name);
    for (const copy of await staleNetworks(lab, names)) {
      say(`an engine keeps a copy of a network that the swarm has not: ${copy}`);
    }
    return outcomes;
  } finally {
    await server?.close();
    if (server !== undefined) await requireNothingLeft(server.deployment);
    await closeGround?.();
  }
}

function chooseScenarios(catalogue: Catalogue): Scenario[] {
  const covered = scenarios.flatMap(({ from, over }) => [from, ...(over === undefined ? [] : [over])]);
  const uncovered = [...catalogue.stacks.keys()].filter((name) => !covered.includes(name));
  if (uncovered.length > 0) throw new Error(`no scenario has the stack ${uncovered.join(', ')}`);
  const unknown = names.filter((name) => !covered.includes(name));
  if (unknown.length > 0) throw new Error(`there is no stack ${unknown.join(', ')}`);
  if (names.length === 0) return scenarios;
  return scenarios.filter(({ from, over }) => names.includes(from) || names.includes(over ?? ''));
}

function imagesOf(catalogue: Catalogue, chosen: Scenario[]): string[] {
  const used = chosen.flatMap(({ from, over }) => [from, over ?? from]);
  const references = used.flatMap((name) => catalogue.stacks.get(name)?.images ?? []);
  return references.map(({ reference }) =>
    reference.includes(':', reference.lastIndexOf('/')) ? reference : `${reference}:latest`,
  );
}

function portsOf(catalogue: Catalogue, { from }: Scenario): number[] {
  const entry = catalogue.stacks.get(from);
  return entry === undefined ? [] : stackContents(entry).ports;
}

async function requireNothingLeft(deployment: string): Promise<void> {
  const left = await countLeftovers(deployment);
  if (Object.values(left).some((count) => count > 0)) {
    throw new Error(`the lab left something behind: ${JSON.stringify(left)}`);
  }
}

function sayTable(outcomes: Outcome[]): void {
  const row = (cells: string[]) =>
    console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(20) : cell.padStart(11))).join(' '));
  console.log();
  row(['stack', 'converge s', 'update s', 'untouched', 'remove s']);
  for (const each of outcomes) {
    const numbers = [each.convergeSeconds, each.updateSeconds, each.untouched, each.removeSeconds];
    row([each.stack, ...numbers.map((number) => (number === undefined ? '-' : String(rounded(number))))]);
    for (const volume of each.volumes) console.log(`  leaves the volume ${volume}, as docker does`);
  }
}

function rounded(number: number): number {
  return Math.round(number * 10) / 10;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

const started = performance.now();
const { outcomes, failure } = await main().then(
  (outcomes) => ({ outcomes, failure: undefined }),
  (error: unknown) => ({ outcomes: [] as Outcome[], failure: messageOf(error) }),
);
if (failure !== undefined) console.error(failure);
const failed = outcomes.filter((outcome) => outcome.failure !== undefined);
const isGood = failure === undefined && failed.length === 0;
console.log(
  JSON.stringify({
    verify: 'catalogue',
    ok: isGood,
    seconds: Number(seconds(performance.now() - started)),
    stacks: Object.fromEntries(
      outcomes.map(({ stack, convergeSeconds, updateSeconds, removeSeconds, failure }) => [
        stack,
        {
          convergeSeconds: convergeSeconds === undefined ? undefined : rounded(convergeSeconds),
          updateSeconds: updateSeconds === undefined ? undefined : rounded(updateSeconds),
          removeSeconds: removeSeconds === undefined ? undefined : rounded(removeSeconds),
          failure,
        },
      ]),
    ),
  }),
);
process.exitCode = isGood ? 0 : 1;
