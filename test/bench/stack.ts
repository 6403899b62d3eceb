import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { createLocal } from '../../local/local-deps.ts';
import { serve } from '../../local/server.ts';
import { prepareImages } from '../../scripts/ground.ts';
import { EngineConnector } from '../../shared/adapters/engine/engine-connector.ts';
import { LocalConfig } from '../../shared/core/local-config.ts';
import { createEngineAccess } from '../../shared/engine/engine-access.ts';
import type { StackSource } from '../../shared/lab/stack-source.ts';
import type { Engine } from '../../shared/ports/engine.ts';
import { serviceStatuses } from '../../shared/stack/converge.ts';
import { deployStack } from '../../shared/stack/deploy.ts';
import { removeStack } from '../../shared/stack/remove.ts';
import { createApiClient } from '../support/api-client.ts';
import { dockerEnvironment, dockerOf } from '../support/docker-cli.ts';
import { filledSource } from '../support/filled-source.ts';
import { ground } from '../support/ground.ts';
import setUpGround from '../support/ground-setup.ts';
import { untilPhase } from '../support/until-phase.ts';
import { loadImages } from '../verify/catalogue/verify-lab.ts';
import { median, medianError } from './median.ts';

/**
 * `npm run bench:stack`: giropops-lite and voting-app deployed by us and by `docker stack deploy`, in turn, on one lab of
 * three machines: time until every service is created, and until every task runs. Ours as a server has it, its connection
 * open and the catalogue's file read when it started, and cold, without either. `--sample`: a few rounds of the stack without a database.
 * Five rounds tell of convergence within some 15 %: where a goal is missed, up to three times as many are run, and all count.
 *
 * The docker command is the one that is typed, which asks a registry for each image's digest; `--resolve-image never`
 * compares with the one that does not.
 *
 * The goals are for a lab of one manager. With the course's two, each of a stack's objects is written by Raft to both, one
 * after the other whoever asks: that part is the same for both hands, and is told beside, without a goal, by `--two-managers`.
 */
const CREATED_GOAL = 0.4;
const CONVERGED_GOAL = 1.0;
const { values: asked } = parseArgs({
  options: {
    sample: { type: 'boolean', default: false },
    'two-managers': { type: 'boolean', default: false },
    'resolve-image': { type: 'string', default: 'always' },
    rounds: { type: 'string', default: '5' },
  },
});
const SAMPLE = asked.sample;
/** The docker command's own flag: `always` is what it does by default. */
const RESOLVE = asked['resolve-image'];
const ROUNDS = SAMPLE ? 2 : Number(asked.rounds);
/** Rounds that miss go on, all counted: an engine's stall, a busy machine or the noise of a few is not what is to be found. */
const MOST_ROUNDS = 3 * ROUNDS;
const STACKS = SAMPLE ? ['giropops-lite'] : ['giropops-lite', 'voting-app'];
/** Of a normal distribution, 95 % lie so near its middle. */
const STANDARD_ERRORS = 1.96;
/** Few rounds beside other tests are noise: the sample only tells that nothing has gone badly wrong. */
const SLACK = SAMPLE ? 1.6 : 1;
const CONVERGED_SECONDS = 120;
/** Seldom, so that the looks cost the engines little: when a task ran is told by its node, to the nanosecond. */
const BETWEEN_LOOKS_MS = 200;
/** From a deploy's start to the first look: nothing of these stacks is up sooner, and a look would be in its way. */
const QUIET_MS = 2000;
/** Before each deploy: what ran before has ended, and the kernel has cleared its network namespaces away. */
const SETTLE_MS = SAMPLE ? 1500 : 3000;
/** Requests that a server has had under way at once, each on a connection that is open since. */
const CONNECTIONS = 10;
/**
 * Two nodes that tell each other of two networks at once may wait 30 s for an answer that was lost, whoever deployed
 * (github.com/moby/moby/issues/51701): a turn with that in it counts as any other, and says so.
 */
const STALL = 'Bulk sync to node .* timed out';
/** Whom both hands speak to. */
const MANAGER = 'LINUXtips-01';

const HANDS = ['docker', 'warm', 'cold'] as const;
type Hand = (typeof HANDS)[number];

/** Managers of the labs, the rest of the three machines being workers; the first is the one with goals. */
const MANAGERS = asked['two-managers'] ? [1, 2] : [1];
const MACHINES = 3;
interface Times {
  created: number;
  converged: number;
  /** Did an engine wait for an answer that was lost? */
  stalled: boolean;
}

const closeGround = await setUpGround();
const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
const local = await createLocal(
  LocalConfig.parse({
    SLIPWAY_PORT: '0',
    SLIPWAY_DATA: folder,
    SLIPWAY_DEPLOYMENT: `bench-stack-${process.pid}`,
    SLIPWAY_LOG_LEVEL: 'error',
    // Its looks at the lab would be in both hands' way.
    SLIPWAY_OBSERVE_SECONDS: '300',
  }),
  ground(),
);
const server = await serve(local);
const api = createApiClient(server.url, server.operatorToken);

async function engineOf(labId: string, cold: boolean): Promise<Engine> {
  const machine = (await local.deps.driver.list(labId)).find(({ name }) => name === MANAGER);
  if (machine?.engine === undefined) throw new Error(`the lab has no ${MANAGER}`);
  const { secrets, sealer, clock } = local.deps;
  const access = cold
    ? createEngineAccess({ connector: new EngineConnector(), secrets, sealer, clock })
    : local.deps.engines;
  return await access.of(labId, { name: machine.name, engine: machine.engine });
}

async function enginesOf(labId: string): Promise<Engine[]> {
  const machines = await local.deps.driver.list(labId);
  return Promise.all(
    machines.flatMap(({ name, engine }) => (engine ? [local.deps.engines.of(labId, { name, engine })] : [])),
  );
}

async function deployBy(hand: Hand, stack: string, { source, address }: Ours, lab: Lab): Promise<Times> {
  const watcher = await engineOf(lab.id, false);
  const engine = await engineOf(lab.id, hand === 'cold');
  await sleep(SETTLE_MS);
  await Promise.all(Array.from({ length: CONNECTIONS }, () => watcher.ping()));
  const [startedAt, started] = [Date.now(), performance.now()];
  if (hand === 'docker') {
    const compose = join(folder, stack, 'compose.yml');
    const command = ['stack', 'deploy', '--resolve-image', RESOLVE, '-d', '-c', compose, stack];
    await promisify(execFile)('docker', command, { env: { PATH: process.env.PATH, ...lab.docker } });
  } else {
    const read = hand === 'cold' ? unread(source) : source;
    await deployStack(engine, { name: stack, source: read, address, isNew: true });
  }
  const created = performance.now() - started;
  const converged = (await untilConverged(watcher, stack, startedAt)) - startedAt;
  return { created, converged, stalled: await hasStalled(lab.id, startedAt) };
}

/** The same to any engine, and new to who reads it. */
function unread(source: StackSource): StackSource {
  return { ...source, compose: `${source.compose}\n# ${randomUUID()}\n` };
}

async function hasStalled(labId: string, since: number): Promise<boolean> {
  const look = `journalctl -u docker --since @${Math.floor(since / 1000)} --grep '${STALL}' -q`;
  const found = await Promise.all(
    (await enginesOf(labId)).map((engine) =>
      engine.runOnHost({ command: ['sh', '-c', look], deadlineSeconds: 20, maximumBytes: 10_000 }),
    ),
  );
  return found.some(({ exitCode }) => exitCode === 0);
}

/** @returns the moment at which the last of its tasks was running, by its node, whose clock is this machine's. */
async function untilConverged(engine: Engine, stack: string, startedAt: number): Promise<number> {
  await sleep(Math.max(0, startedAt + QUIET_MS - Date.now()));
  for (;;) {
    const [services, tasks, nodes] = await Promise.all([
      engine.services({ stack }),
      engine.tasks({ stack }),
      engine.nodes(),
    ]);
    const late = serviceStatuses(services, tasks, nodes).filter(({ running, desired }) => running < desired);
    if (services.length > 0 && late.length === 0) {
      const running = tasks.filter(
        ({ DesiredState, Status }) => DesiredState === 'running' && Status.State === 'running',
      );
      return Math.max(...running.map(({ Status }) => Date.parse(Status.Timestamp)));
    }
    if (Date.now() - startedAt > CONVERGED_SECONDS * 1000) {
      const words = late.map(({ name, problem }) => `${name}: ${problem ?? 'not up'}`);
      throw new Error(`${stack} did not converge within ${CONVERGED_SECONDS} s: ${words.join('; ')}`);
    }
    await sleep(BETWEEN_LOOKS_MS);
  }
}

/**
 * Until no machine lists a network of it: so that no task of this deploy runs beside the next, and the docker command, which
 * gives up where it meets a network that is going, does not.
 */
async function clear(labId: string, stack: string): Promise<void> {
  const engine = await engineOf(labId, false);
  while (!(await removeStack(engine, stack))) await sleep(200);
  const engines = await enginesOf(labId);
  for (let quiet = 0; quiet < 3; ) {
    const left = (await Promise.all(engines.map((each) => each.networks({ stack })))).flat();
    quiet = left.length === 0 ? quiet + 1 : 0;
    await sleep(300);
  }
}

/** The same for both hands: for ours as it is, for docker's as files in a folder. */
async function sourceOf(stack: string, lab: Lab): Promise<Ours> {
  const entry = local.deps.catalogue.stacks.get(stack);
  if (entry === undefined) throw new Error(`the catalogue has no ${stack}`);
  const address = new URL(lab.docker.DOCKER_HOST ?? '').hostname;
  const filled = filledSource(entry.source, address);
  const files = { ...filled.files, 'compose.yml': Buffer.from(filled.compose).toString('base64') };
  for (const [path, data] of Object.entries(files)) {
    const file = join(folder, stack, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, Buffer.from(data, 'base64'));
  }
  return { source: entry.source, address };
}

/**
 * Every image to every machine, so that it does not matter where the swarm puts a task. Where no registry answers, the mirror
 * serves most, and the rest is loaded.
 */
async function giveImages(labId: string): Promise<void> {
  const references = STACKS.flatMap(
    (stack) => local.deps.catalogue.stacks.get(stack)?.images.map(({ reference }) => reference) ?? [],
  );
  const { unmirrored } = await prepareImages({ say: (line) => console.log(line), references });
  const { items } = await api.json<{ items: { name: string }[] }>('GET', `/labs/${labId}/machines`);
  const machines = await Promise.all(
    items.map(async ({ name }) => ({ name, docker: await dockerOf(api, labId, name) })),
  );
  await loadImages({ machines }, unmirrored);
  const mirrored = references.filter((reference) => !unmirrored.includes(reference));
  const engines = await enginesOf(labId);
  await Promise.all(engines.flatMap((engine) => mirrored.map((reference) => engine.pullImage(reference))));
  if (unmirrored.length > 0) await forgetRegistries(engines, unmirrored);
}

/**
 * Every task asks for its image: the mirror, Docker Hub for one that the mirror lacks, or its own registry. Where nobody
 * answers, a look-up that is waited for, at times for 5 or 30 s, would be what is measured, by either hand.
 */
async function forgetRegistries(engines: Engine[], images: string[]): Promise<void> {
  const own = images.map((image) => image.split('/')[0] ?? '').filter((name) => name.includes('.'));
  const names = [...new Set(['registry-1.docker.io', 'auth.docker.io', 'index.docker.io', ...own])];
  const command = ['sh', '-c', `echo '127.0.0.1 ${names.join(' ')}' >> /etc/hosts`];
  const done = await Promise.all(
    engines.map((engine) => engine.runOnHost({ command, deadlineSeconds: 20, maximumBytes: 1000 })),
  );
  if (done.some(({ exitCode }) => exitCode !== 0)) throw new Error('a machine still looks for registries');
}

/** What the reconciler deploys from. */
interface Ours {
  source: StackSource;
  address: string;
}

interface Lab {
  id: string;
  docker: Record<string, string>;
}

interface Result {
  managers: number;
  stack: string;
  times: Record<Hand, Times[]>;
}

async function measure(managers: number): Promise<Result[]> {
  const workers = MACHINES - managers;
  const request = { template: 'swarm', stacks: [], machines: { managers, workers } };
  const { id } = await api.json<{ id: string }>('POST', '/labs', request);
  await untilPhase(api, id, 'ready');
  const lab: Lab = { id, docker: await dockerEnvironment(api, id, MANAGER) };
  await giveImages(id);
  console.log(`\n${managers} of ${MACHINES} machines are managers`);
  console.log('stack           round  hand     created  converged   (milliseconds)');
  const results: Result[] = [];
  for (const stack of STACKS) {
    const source = await sourceOf(stack, lab);
    const times: Record<Hand, Times[]> = { docker: [], warm: [], cold: [] };
    // Once over, uncounted: images are pulled, volumes filled.
    await deployBy('warm', stack, source, lab);
    await clear(id, stack);
    for (
      let round = 1;
      round <= ROUNDS ||
      (hasGoals({ managers }) && round <= MOST_ROUNDS && !isMet(summed({ managers, stack, times })));
      round += 1
    ) {
      // Each goes first in turn, and each follows each of the others.
      const turns = HANDS.map((_, index) => HANDS[(index + round) % HANDS.length] as Hand);
      for (const hand of round % 2 === 0 ? turns.reverse() : turns) {
        const took = await deployBy(hand, stack, source, lab);
        times[hand].push(took);
        console.log(
          `${stack.padEnd(15)} ${round}      ${hand.padEnd(7)} ${took.created.toFixed(0).padStart(8)} ${took.converged.toFixed(0).padStart(10)}${took.stalled ? '  an engine lost an answer' : ''}`,
        );
        await clear(id, stack);
      }
    }
    results.push({ managers, stack, times });
  }
  await api.json('DELETE', `/labs/${id}`);
  await untilPhase(api, id, 'deleted');
  return results;
}

function summed({ managers, stack, times }: Result) {
  const all = (hand: Hand, what: 'created' | 'converged') => times[hand].map((each) => each[what]);
  const of = (hand: Hand, what: 'created' | 'converged') => median(all(hand, what));
  const ratio = (hand: Hand, what: 'created' | 'converged') => of(hand, what) / of('docker', what);
  const error = (hand: Hand) => medianError(all(hand, 'converged'));
  return {
    managers,
    stack,
    rounds: times.docker.length,
    createdMilliseconds: {
      docker: of('docker', 'created'),
      warm: of('warm', 'created'),
      cold: of('cold', 'created'),
    },
    createdRatio: ratio('warm', 'created'),
    createdColdRatio: ratio('cold', 'created'),
    convergedRatio: ratio('warm', 'converged'),
    convergedColdRatio: ratio('cold', 'converged'),
    /** Within which the ratio of converged lies 19 times of 20. */
    convergedNoise:
      (STANDARD_ERRORS * Math.hypot(error('warm'), error('docker'))) / of('docker', 'converged'),
    stalls: Object.fromEntries(
      HANDS.map((hand) => [hand, times[hand].filter(({ stalled }) => stalled).length]),
    ),
  };
}

function hasGoals({ managers }: { managers: number }): boolean {
  return managers === MANAGERS[0];
}

function isMet({ createdRatio, convergedRatio }: { createdRatio: number; convergedRatio: number }): boolean {
  return createdRatio <= CREATED_GOAL * SLACK && convergedRatio <= CONVERGED_GOAL * SLACK;
}

const measured: Result[] = [];
try {
  for (const managers of MANAGERS) measured.push(...(await measure(managers)));
} finally {
  const { items } = await api.json<{ items: { id: string }[] }>('GET', '/labs');
  for (const { id } of items) {
    await api.json('DELETE', `/labs/${id}`);
    await untilPhase(api, id, 'deleted');
  }
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  await closeGround?.();
}

const results = measured.map(summed);
console.log('\nmedians, as parts of what docker takes');
console.log('managers  stack           created  (cold)  converged  noise  (cold)');
for (const each of results) {
  console.log(
    `${String(each.managers).padEnd(8)}  ${each.stack.padEnd(15)} ${each.createdRatio.toFixed(2).padStart(7)} ${each.createdColdRatio.toFixed(2).padStart(7)} ${each.convergedRatio.toFixed(2).padStart(10)} ${`±${each.convergedNoise.toFixed(2)}`.padStart(6)} ${each.convergedColdRatio.toFixed(2).padStart(7)}`,
  );
}
const counting = results.filter(hasGoals);
const met = counting.every(isMet);
console.log(
  `goals, with ${MANAGERS[0]} manager: created at most ${CREATED_GOAL}, converged at most ${CONVERGED_GOAL}: ${met ? 'met' : 'MISSED'}`,
);
console.log(
  JSON.stringify({
    bench: 'stack',
    results,
    goals: { created: CREATED_GOAL, converged: CONVERGED_GOAL },
  }),
);
process.exitCode = met && counting.length === STACKS.length ? 0 : 1;
