import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { inParallel } from '../../shared/core/in-parallel.ts';
import { type ClassFigures, type ClassScenario, runClass, type SessionFigures } from './class-scenario.ts';

/**
 * `npm run simulate:class`: a class of 1,000 labs of three machines, Tuesdays at 19:00 in Berlin over four weeks with a holiday
 * and the change to summer time, on the records-only fake of EC2 with a manual clock. API, class and lab reconcilers, tick,
 * sweep, pacing, admission and driver are the product's, through the real SDK over HTTP; records are in memory, under the
 * stores' own contract. Once without faults, from several seeds with them, and once with labs stopped between sessions.
 * `--sample`: a small class. `--students N`, `--seeds N`: others. Each scenario runs in a process of its own.
 */
const SAMPLE = process.argv.includes('--sample');
const STUDENTS = option('--students', SAMPLE ? 20 : 1000);
const SEEDS = option('--seeds', SAMPLE ? 1 : 3);
/** Tells a process that it is to run one. */
const SCENARIO = '--scenario';
const MOST_PROCESSES = 4;
const GOAL = { ratio: 1.03, time: 0.1, price: 0.01, endSeconds: 600 };

interface Row {
  name: string;
  figures: ClassFigures;
}

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

function judge({ figures }: Row): string[] {
  const { scenario, sessions, time, price, plannedLeadSeconds } = figures;
  const isFaultless = scenario.seed === undefined;
  const timeOff = Math.abs(time.plannedSeconds / time.actualSeconds - 1);
  const priceOff = Math.abs(price.plannedUsd / price.paidUsd - 1);
  const toldOff = Math.abs(price.toldUsd / price.paidUsd - 1);
  return [
    ...sessions.flatMap((session, index) => judgeSession(session, index + 1, scenario, plannedLeadSeconds)),
    !figures.ended && 'the class never ended',
    timeOff > GOAL.time && `time planned is off by ${percent(timeOff)}`,
    isFaultless && priceOff > GOAL.price && `price planned is off by ${percent(priceOff)}`,
    isFaultless && toldOff > GOAL.price && `price told is off by ${percent(toldOff)}`,
    figures.duplicates > 0 && `${figures.duplicates} machines launched twice`,
    figures.strayHours > 0 && `${figures.strayHours.toFixed(1)} machine-hours outside sessions`,
    figures.orphans > 0 && `${figures.orphans} orphans`,
    figures.leftovers.length > 0 && `left: ${figures.leftovers.slice(0, 3).join(', ')} …`,
  ].filter((word) => word !== false);
}

function judgeSession(
  session: SessionFigures,
  number: number,
  { students }: ClassScenario,
  plannedLeadSeconds: number,
): string[] {
  const { late, ready, ratio, leadSeconds, endSeconds } = session;
  return [
    ready < students && `${students - ready} labs never ready`,
    late > 0 && `${late} labs later than the bell, the last by ${Math.ceil(-session.spareSeconds)} s`,
    leadSeconds > plannedLeadSeconds + 1 && `first launch ${Math.round(leadSeconds)} s early`,
    ratio > GOAL.ratio && `${ratio.toFixed(4)} of the least machine-hours`,
    endSeconds > GOAL.endSeconds && `last machine gone ${Math.round(endSeconds)} s late`,
  ].flatMap((word) => (word === false ? [] : [`session ${number}: ${word}`]));
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
const WIDTHS = [26, 9, 8, 9, 10, 9, 9, 9, 9];
const HEAD = ['', 'session', 'ready', 'spare', 'lead', 'gone', 'ratio', 'plain', 'real'];

function line(cells: string[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(26) : cell.padStart(WIDTHS[index] ?? 9)))
    .join('');
}

function show({ name, figures }: Row): void {
  for (const [index, session] of figures.sessions.entries()) {
    console.log(
      line([
        index === 0 ? name : '',
        String(index + 1),
        String(session.ready),
        `${session.spareSeconds.toFixed(0)} s`,
        `${session.leadSeconds.toFixed(0)} s`,
        `+${session.endSeconds.toFixed(0)} s`,
        session.ratio.toFixed(4),
        session.plainRatio.toFixed(4),
        index === 0 ? `${figures.wallSeconds.toFixed(0)} s` : '',
      ]),
    );
  }
  const { time, price, faults, errors } = figures;
  console.log(
    `  from the first launch to the last ready: planned ${time.plannedSeconds.toFixed(0)} s, was ${time.actualSeconds.toFixed(0)} s; USD planned ${price.plannedUsd.toFixed(2)}, told ${price.toldUsd.toFixed(2)}, paid ${price.paidUsd.toFixed(2)}`,
  );
  if (faults !== undefined)
    console.log(`  faults ${JSON.stringify(faults)}; runs that threw ${JSON.stringify(errors)}`);
}

/** In a process of its own: this one's processor is one of several. */
function runApart(scenario: ClassScenario): Promise<ClassFigures> {
  const child = fork(import.meta.filename, [SCENARIO, JSON.stringify(scenario)], {
    // Most of what is made is garbage a moment later.
    execArgv: [...process.execArgv, '--max-semi-space-size=64'],
    serialization: 'advanced',
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    let figures: ClassFigures | undefined;
    child.once('message', (message) => {
      figures = message as ClassFigures;
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (figures === undefined) reject(new Error(`${JSON.stringify(scenario)} ended with ${code}`));
      else resolve(figures);
    });
  });
}

async function simulate(): Promise<void> {
  const scenarios: [string, ClassScenario][] = [
    ['deleted after each', { students: STUDENTS, after: 'delete' }],
    ['stopped between', { students: STUDENTS, after: 'stop' }],
    ...Array.from({ length: SEEDS }, (_, index): [string, ClassScenario] => [
      `deleted, faults, seed ${index + 1}`,
      { students: STUDENTS, after: 'delete', seed: index + 1 },
    ]),
  ];
  console.log(`${STUDENTS} students, labs of three machines, three sessions of 4 h and a grace of 15 min`);
  console.log(line(HEAD));
  const rows: Row[] = [];
  await inParallel(scenarios, Math.min(MOST_PROCESSES, availableParallelism()), async ([name, scenario]) => {
    const row = { name, figures: await runApart(scenario) };
    rows.push(row);
    show(row);
  });
  console.log(
    'spare: from the last lab’s being ready to the bell; lead: from the first launch to the bell; gone: after end and grace; ratio: machine-hours paid, of session + least lead that the buckets allow + grace; plain: of the session alone',
  );
  const misses = rows.flatMap((row) => judge(row).map((word) => `${row.name}: ${word}`));
  for (const miss of misses) console.log(`MISSED ${miss}`);
  if (misses.length === 0) console.log('all goals met');
  console.log(
    JSON.stringify({
      simulate: 'class',
      sample: SAMPLE,
      students: STUDENTS,
      goal: GOAL,
      scenarios: rows.map(({ name, figures: { leftovers, scenario: _, ...figures } }) => ({
        name,
        ...figures,
        leftovers: leftovers.length,
      })),
      misses,
    }),
  );
  process.exitCode = misses.length === 0 ? 0 : 1;
}

const [, , mode, scenario = ''] = process.argv;
if (mode === SCENARIO) process.send?.(await runClass(JSON.parse(scenario) as ClassScenario));
else await simulate();
