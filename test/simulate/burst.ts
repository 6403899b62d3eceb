import { leastLaunchSeconds } from './bound.ts';
import { runIntoQuota } from './quota.ts';
import { type BurstFigures, runBurst } from './scenario.ts';

/**
 * `npm run simulate:burst`: a course's labs of three machines, all asked for in one moment, on the records-only fake of EC2
 * with the documented token buckets and a manual clock. The reconciler, tick, sweep, pacing, admission and driver are the
 * product's, through the real SDK over HTTP; a run of the reconciler takes no time on the clock, a machine 8 s until it runs
 * and 20 s more until it enrols. `--sample`: a small course, with the same slack in seconds.
 */
const SAMPLE = process.argv.includes('--sample');
const LABS = SAMPLE ? 30 : 1000;
const MACHINES = 3;
/**
 * Of the bound, for booting, forming swarms and all that pacing loses. `shared` is of the bound of empty buckets that are the
 * deployment's alone: what the other tenant takes makes it 1.25 of that already.
 */
const GOAL = { full: 1.05, shared: 1.35, throttledShare: 0.01, controlShare: 0.1, describes: 6 };
/** The first calls into empty buckets, before the pace is learned, are as many for few labs as for many. */
const THROTTLED_EMPTY = SAMPLE ? 0.08 : GOAL.throttledShare;
/** What GOAL leaves beyond the buckets at full size: 5 % of 1,000 s, and of 1,500 s the 10 % that the tenant does not take. */
const SLACK_SECONDS = { full: 50, shared: 150 };
const TENANT_SHARE = 0.2;

interface Row {
  name: string;
  figures: BurstFigures;
  /** No client can be faster. */
  boundSeconds?: number;
  mostSeconds?: number;
  /** Should it be throttled this much at most, or more than that? */
  mostThrottled?: number;
  leastThrottled?: number;
}

function judge({ figures, mostSeconds, mostThrottled, leastThrottled }: Row): string[] {
  const { makespanSeconds, throttledShare, duplicates, orphans, leftovers, worstDescribes } = figures;
  const isPaced = leastThrottled === undefined;
  return [
    makespanSeconds === undefined && `${figures.labs - figures.ready} labs never became ready`,
    mostSeconds !== undefined &&
      (makespanSeconds ?? 0) > mostSeconds &&
      `slower than ${mostSeconds.toFixed(0)} s`,
    mostThrottled !== undefined && throttledShare >= mostThrottled && `${percent(throttledShare)} throttled`,
    leastThrottled !== undefined && throttledShare <= leastThrottled && 'hardly throttled: it shows nothing',
    isPaced && worstDescribes > GOAL.describes && `a lab cost ${worstDescribes} describes`,
    duplicates > 0 && `${duplicates} machines launched twice`,
    orphans > 0 && `${orphans} orphans`,
    leftovers.length > 0 && `left: ${leftovers.slice(0, 3).join(', ')} …`,
  ].filter((word) => word !== false);
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
const HEAD = [
  '',
  'labs',
  'makespan',
  'bound',
  'ratio',
  'goal',
  'calls',
  'throttled',
  'describes',
  'twice',
  'left',
  'real',
];
const WIDTHS = [24, 6, 10, 9, 7, 7, 8, 11, 12, 7, 6, 8];

function line(cells: string[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(WIDTHS[index] ?? 8)))
    .join('');
}

function show({ name, figures, boundSeconds, mostSeconds }: Row): string {
  const { makespanSeconds: seconds } = figures;
  const over = (value: number | undefined) =>
    value === undefined || boundSeconds === undefined ? '' : (value / boundSeconds).toFixed(3);
  return line([
    name,
    String(figures.labs),
    seconds === undefined ? 'never' : `${seconds.toFixed(0)} s`,
    boundSeconds === undefined ? '' : `${boundSeconds.toFixed(0)} s`,
    over(seconds),
    over(mostSeconds),
    String(figures.calls),
    percent(figures.throttledShare),
    `${figures.meanDescribes.toFixed(1)} / ${figures.worstDescribes}`,
    String(figures.duplicates),
    String(figures.leftovers.length + figures.orphans),
    `${figures.wallSeconds.toFixed(0)} s`,
  ]);
}

async function runAll(): Promise<Row[]> {
  const rows: Row[] = [];
  const add = (row: Row) => {
    rows.push(row);
    console.log(show(row));
  };
  console.log(line(HEAD));
  const full = leastLaunchSeconds(LABS, MACHINES, 'full');
  const withinSeconds = full * 3 + 900;
  add({
    name: 'full buckets',
    figures: await runBurst({ labs: LABS, withinSeconds }),
    boundSeconds: full,
    mostSeconds: SAMPLE ? full + SLACK_SECONDS.full : full * GOAL.full,
    mostThrottled: GOAL.throttledShare,
  });
  const empty = leastLaunchSeconds(LABS, MACHINES, 'empty');
  add({
    name: 'empty, 20 % to another',
    figures: await runBurst({
      labs: LABS,
      buckets: { start: 'empty', otherTenantShare: TENANT_SHARE },
      withinSeconds: empty * 3 + 900,
    }),
    boundSeconds: empty,
    mostSeconds: SAMPLE ? empty / (1 - TENANT_SHARE) + SLACK_SECONDS.shared : empty * GOAL.shared,
    mostThrottled: THROTTLED_EMPTY,
  });
  const labs = SAMPLE ? 50 : 200;
  add({
    name: 'control: no pacing',
    figures: await runBurst({ labs, isPaced: false, withinSeconds: 1800 }),
    boundSeconds: leastLaunchSeconds(labs, MACHINES, 'full'),
    leastThrottled: GOAL.controlShare,
  });
  return rows;
}

const rows = await runAll();
const control = rows.at(-1);
const alone = leastLaunchSeconds(LABS, MACHINES, 'empty') / (1 - TENANT_SHARE);
console.log(
  `with ${percent(TENANT_SHARE)} taken by another nobody launches them from empty buckets in less than ${alone.toFixed(0)} s`,
);
console.log(`without pacing ${percent(control?.figures.throttledShare ?? 0)} of the calls are throttled`);

const room = SAMPLE ? 10 : 100;
const quota = await runIntoQuota(room * MACHINES * 2, Math.round(room * 1.5), Math.round(room / 10));
console.log(
  `vCPU quota of ${quota.quota}: of ${quota.asked} labs ${quota.admitted} admitted, ${quota.told} told what is missing; ${quota.ended} ended, ${quota.followed} followed; EC2 itself refused ${quota.refusedByEc2}`,
);
console.log(`  they read: ${quota.words}`);

const misses = [
  ...rows.flatMap((row) => judge(row).map((word) => `${row.name}: ${word}`)),
  ...[
    quota.admitted !== room && `quota: ${quota.admitted} of ${room} admitted`,
    quota.told !== quota.asked - room && `quota: ${quota.told} of ${quota.asked - room} told`,
    quota.followed !== quota.ended && `quota: ${quota.followed} of ${quota.ended} followed`,
    quota.refusedByEc2 > 0 && `quota: EC2 itself refused ${quota.refusedByEc2}`,
    quota.leftovers.length > 0 && `quota: left ${quota.leftovers.slice(0, 3).join(', ')} …`,
  ].filter((word) => word !== false),
];
for (const miss of misses) console.log(`MISSED ${miss}`);
if (misses.length === 0) console.log('all goals met');
console.log(
  JSON.stringify({
    simulate: 'burst',
    sample: SAMPLE,
    goal: GOAL,
    scenarios: rows.map(({ name, figures, boundSeconds, mostSeconds }) => ({
      name,
      boundSeconds,
      mostSeconds,
      ...figures,
      leftovers: figures.leftovers.length,
    })),
    quota: { ...quota, leftovers: quota.leftovers.length },
    misses,
  }),
);
process.exitCode = misses.length === 0 ? 0 : 1;
