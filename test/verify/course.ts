import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareImages } from '../../scripts/ground.ts';
import { interruption } from '../../scripts/interruption.ts';
import { imageArchive } from '../../scripts/registry-pull.ts';
import { messageOf } from '../../shared/core/errors.ts';
import { ground } from '../support/ground.ts';
import setUpGround from '../support/ground-setup.ts';
import { countLeftovers } from '../support/leftovers.ts';
import { type LiveServer, startLiveServer } from '../support/live-server.ts';
import { hasRoutingMesh } from './catalogue/verify-lab.ts';
import { chapters } from './course/chapters/all.ts';
import { chapterTable, count, failuresOf } from './course/report.ts';
import { type ChapterResult, NO_MESH, runSteps } from './course/run-chapter.ts';
import { setUpSteps } from './course/set-up.ts';
import type { Chapter } from './course/step.ts';
import { installCommand, openStudent } from './course/student.ts';
import { runInLanes } from './in-lanes.ts';

/**
 * `npm run verify:course -- [--chapter NAME] [--sample]`: the course's commands as it prints them, in real shells, by the real
 * docker command and ours under docker-machine's name, on labs of a server in this process. `--sample`: the chapter on
 * machines, for `npm test`. The last line is one JSON object. Exits 1 where a command fails.
 */
const SAMPLE = 'machines';
/** Two cores run no more chapters at once. */
const AT_ONCE = 2;
/** The longest first, so that none is left over at the end. */
const LONGEST_FIRST = ['swarm', 'stacks', 'giropops', 'secrets', 'machines'];

const given = process.argv.slice(2);
const isSample = given.includes('--sample');
const interrupted = interruption((name) => console.error(`${name}: tidying up`));

function chooseChapters(): Chapter[] {
  const named = isSample
    ? [SAMPLE]
    : given.flatMap((word, index) => (given[index - 1] === '--chapter' ? [word] : []));
  const unknown = named.filter((name) => !chapters.some((chapter) => chapter.name === name));
  if (unknown.length > 0 || (given.includes('--chapter') && named.length === 0)) {
    throw new Error(
      `--chapter ${unknown.join(', ')}: there is ${chapters.map(({ name }) => name).join(', ')}`,
    );
  }
  return named.length === 0 ? chapters : chapters.filter(({ name }) => named.includes(name));
}

const done: ChapterResult[] = [];
/** What went wrong beside the commands. */
const problems: string[] = [];

async function main(): Promise<void> {
  const say = (line: string) => console.log(line);
  const chosen = chooseChapters();
  const closeGround = await setUpGround();
  const folder = await mkdtemp(join(tmpdir(), 'slipway-course-'));
  let server: LiveServer | undefined;
  try {
    const commands = join(folder, 'bin');
    const signal = interrupted;
    const references = chosen.flatMap(({ images = [] }) => images);
    const [, images] = await Promise.all([
      installCommand(commands),
      prepareImages({ say, references, signal }),
    ]);
    const archives = await fetchArchives(images.unmirrored, folder);
    const opened = await startLiveServer();
    server = opened;
    if (!hasRoutingMesh) say(`${NO_MESH}: the routing mesh cannot answer; tasks are asked by themselves too`);
    const place = ({ name }: Chapter) => (LONGEST_FIRST.indexOf(name) + 100) % 100;
    const inTurn = [...chosen].sort((one, other) => place(one) - place(other));
    await runInLanes(
      inTurn,
      AT_ONCE,
      () => [],
      async (chapter) => {
        if (signal.aborted) return;
        try {
          say(chapterTable(await runChapter(opened, chapter, { commands, archives })));
        } catch (error) {
          problems.push(`${chapter.name}: ${messageOf(error)}`);
        }
      },
    );
  } finally {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
    if (server !== undefined) await requireNothingLeft(server.deployment);
    await closeGround?.();
  }
  if (interrupted.aborted) throw new Error('interrupted');
}

/** Images that no mirror is asked for, as files to load: reference -> file. */
async function fetchArchives(references: string[], folder: string): Promise<Map<string, string>> {
  const archives = new Map<string, string>();
  for (const [index, reference] of references.entries()) {
    const file = join(folder, `${index}.tar`);
    await writeFile(file, await imageArchive(`http://127.0.0.1:${ground().mirrorPort}`, reference));
    archives.set(reference, file);
  }
  return archives;
}

async function runChapter(
  server: LiveServer,
  chapter: Chapter,
  { commands, archives }: { commands: string; archives: Map<string, string> },
): Promise<ChapterResult> {
  const started = performance.now();
  const student = await openStudent(server, chapter, commands);
  const signal = interrupted;
  signal.addEventListener('abort', student.endShells);
  try {
    const steps = [...setUpSteps(chapter, archives), ...chapter.steps];
    const results = await runSteps(steps, { run: student.run, hasRoutingMesh, signal });
    const result = { chapter, results, seconds: (performance.now() - started) / 1000 };
    done.push(result);
    return result;
  } finally {
    signal.removeEventListener('abort', student.endShells);
    await student.close();
  }
}

async function requireNothingLeft(deployment: string): Promise<void> {
  const left = await countLeftovers(deployment);
  if (Object.values(left).some((found) => found > 0)) {
    throw new Error(`the labs left something behind: ${JSON.stringify(left)}`);
  }
}

const started = performance.now();
await main().catch((error: unknown) => problems.push(messageOf(error)));
for (const problem of problems) console.error(problem);
const { passed, notHere } = count(done);
const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
const failures = [...failuresOf(done), ...problems.map((reason) => ({ chapter: '', command: '', reason }))];
const why = notHere > 0 ? ` (${NO_MESH})` : '';
console.log(`\n${passed} passed, ${failures.length} failed, ${notHere} not here${why}, ${seconds} s`);
console.log(
  JSON.stringify({
    ...{ verify: 'course', sample: isSample, passed, failed: failures.length, notHere, seconds },
    failures,
  }),
);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
