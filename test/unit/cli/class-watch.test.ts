import { describe, expect, test } from 'vitest';
import { colorsFor } from '../../../cli/colors.ts';
import { byNeed, type StudentProgress } from '../../../cli/commands/classes/class-progress.ts';
import { drawFrame } from '../../../cli/commands/classes/watch-frame.ts';
import type { DeskOptions } from './call-command.ts';
import { deskWithAnswers } from './fake-api.ts';

const AT = '2026-12-01T18:00:00.000Z';

function progress(student: string, facts: Partial<StudentProgress> = {}): StudentProgress {
  return { student, phase: 'ready', percent: 100, hoursUsed: 0.5, usd: 0.1, ...facts } as StudentProgress;
}

const failed = progress('f@s.example', { phase: 'failed', percent: 20, problem: 'no capacity' });
const stuck = progress('s@s.example', {
  phase: 'provisioning',
  percent: 40,
  problem: 'engine does not answer',
});
const slow = progress('w@s.example', { phase: 'provisioning', percent: 30 });
const quick = progress('q@s.example', { phase: 'provisioning', percent: 80 });
const ready = progress('r@s.example');
const waiting = progress('p@s.example', {
  phase: 'pending',
  percent: 0,
  reason: 'Scheduled',
  problem: 'starts at 18:40',
});
const lacking = progress('l@s.example', {
  phase: 'absent',
  percent: 0,
  reason: 'NoLab',
  problem: 'has no lab',
});
const none = progress('n@s.example', { phase: 'absent', percent: 0, reason: 'NoSession' });
const gone = progress('g@s.example', { phase: 'absent', percent: 0, reason: 'Removed', removedAt: AT });

const WIDE = { columns: 140, rows: 30 };
const plain = { name: 'docker', color: colorsFor({ live: false, env: {} }), now: Date.parse(AT) };

test('of two that are as far, who had no news for longer comes first', () => {
  const news = (at: string) => ({ lastEvent: { at, type: 'x', message: 'x' } });
  const old = { ...slow, ...news('2026-12-01T17:40:00.000Z') };
  const fresh = { ...slow, ...news('2026-12-01T17:59:00.000Z') };
  expect([fresh, old].sort(byNeed)).toEqual([old, fresh]);
});

test('who is stuck comes first, and last who has no lab', () => {
  const shuffled = [none, ready, waiting, quick, slow, stuck, lacking, failed];
  expect(shuffled.sort(byNeed)).toEqual([failed, lacking, slow, stuck, quick, ready, waiting, none]);
});

describe('a frame', () => {
  test('has counts, a bar, what is wrong, hours, price and when they were last seen', () => {
    const lastSeenAt = '2026-12-01T17:55:00.000Z';
    const frame = drawFrame([ready, { ...stuck, name: 'Sam', lastSeenAt }], { ...plain, size: WIDE });
    expect(frame).toHaveLength(4);
    expect(frame[0]).toBe('docker  18:00:00Z  2 students: 1 provisioning, 1 ready  0.20 USD');
    expect(frame[2]).toMatch(
      /^Sam +provisioning +████░{6} {2}40 % +0\.5 +0\.10 +5m +engine does not answer$/,
    );
  });

  test.each([
    [80, 24],
    [40, 10],
    [20, 5],
  ])('fits a screen of %i by %i, whatever the class is', (columns, rows) => {
    const items = Array.from({ length: 1000 }, (_, index) =>
      progress(`student-${index}@a-long-name-of-a-school.example`, {
        phase: 'provisioning',
        problem: 'x'.repeat(500),
      }),
    );
    const frame = drawFrame(items, { ...plain, size: { columns, rows }, stale: 'y'.repeat(200) });
    expect(frame.length).toBeLessThan(rows);
    for (const line of frame) expect([...line].length).toBeLessThanOrEqual(columns);
    expect(frame.at(-2)).toContain('more');
  });

  test('keeps on its line what hosts say', () => {
    const frame = drawFrame([progress('a@s.example', { problem: 'a\nb\x1b[2J' })], { ...plain, size: WIDE });
    expect(frame.some((line) => line.includes('\n') || line.includes('\x1b'))).toBe(false);
  });
});

/** A class whose labs are as each of these says, one a request, the last for good. */
function classOf(moments: (StudentProgress[] | Error | number)[], options: DeskOptions = {}) {
  let time = Date.parse(AT);
  let asked = 0;
  const ended = new AbortController();
  const pause = async (milliseconds: number) => {
    time += milliseconds;
    if (asked >= moments.length && options.signal === undefined) ended.abort();
  };
  return deskWithAnswers(
    {
      'GET /v1/classes/docker/labs.*': () => {
        const moment = moments[Math.min(asked, moments.length - 1)] ?? [];
        asked += 1;
        if (moment instanceof Error) return moment;
        if (typeof moment === 'number')
          return {
            status: moment,
            body: { code: 'store_unavailable', detail: 'the records cannot be read' },
          };
        return { body: { items: moment, counts: {} } };
      },
    },
    { signal: ended.signal, ...options, now: () => time, pause },
  );
}

const forEver = () => ({ signal: new AbortController().signal });

describe('class watch without a terminal', () => {
  test('prints a line for each change until Ctrl-C', async () => {
    const { call } = await classOf([
      [slow, ready],
      [slow, ready],
      [{ ...slow, percent: 60 }, ready],
    ]);
    expect(await call('class', 'watch', 'docker')).toEqual({
      code: 0,
      err: '',
      out: [
        `${AT}  w@s.example  provisioning 30 %`,
        `${AT}  r@s.example  ready 100 %`,
        '2026-12-01T18:00:10.000Z  w@s.example  provisioning 60 %',
        '',
      ].join('\n'),
    });
  });

  test('prints a JSON object for each with --json', async () => {
    const { call } = await classOf([[slow, ready]]);
    const { out } = await call('--json', 'class', 'watch', 'docker');
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([slow, ready]);
  });

  test('asks for one group or one student where that is all that is wanted', async () => {
    const { call, lines } = await classOf([[slow]]);
    await call('class', 'watch', 'docker', '--group', 'a b');
    await call('class', 'watch', 'docker', '--student', 'w@s.example');
    expect(lines()).toEqual([
      'GET /v1/classes/docker/labs?group=a+b',
      'GET /v1/classes/docker/labs?student=w%40s.example',
    ]);
  });
});

describe('class watch --until-ready', () => {
  test('ends with 0 as soon as all are ready', async () => {
    const { call, asked } = await classOf([[slow], [quick], [ready, gone]], forEver());
    expect((await call('class', 'watch', 'docker', '--until-ready')).code).toBe(0);
    expect(asked).toHaveLength(3);
  });

  test('ends with 1 where they are not in time, and names them', async () => {
    const { call, asked } = await classOf([[failed, slow, ready]], forEver());
    const { code, err } = await call('class', 'watch', 'docker', '--until-ready', '--timeout', '1m');
    expect(code).toBe(1);
    expect(err).toContain('1 failed, 1 provisioning, 1 ready');
    expect(err).toContain('f@s.example: failed, no capacity');
    expect(err).not.toContain('r@s.example');
    expect(asked).toHaveLength(13);
  });

  test('is not content with a class of nobody', async () => {
    const { call } = await classOf([[]], forEver());
    expect((await call('class', 'watch', 'docker', '--until-ready', '--timeout', '1m')).code).toBe(1);
  });
});

describe('class watch, where the server is away', () => {
  const away = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });

  test('for a moment, says so and goes on', async () => {
    const { call } = await classOf([[slow], away, 503, [ready]], forEver());
    const { code, err } = await call('class', 'watch', 'docker', '--until-ready');
    expect(code).toBe(0);
    expect(err).toContain('does not answer');
    expect(err).toContain('the records cannot be read');
  });

  test('for good, ends with 3', async () => {
    const { call, asked } = await classOf([[slow], away], forEver());
    expect((await call('class', 'watch', 'docker', '--until-ready')).code).toBe(3);
    expect(asked.length).toBeLessThan(20);
  });

  test('from the start, or with a refusal, ends at once', async () => {
    expect((await (await classOf([away], forEver())).call('class', 'watch', 'docker')).code).toBe(3);
    expect((await (await classOf([[slow], 404], forEver())).call('class', 'watch', 'docker')).code).toBe(1);
  });
});

test('class watch on a terminal draws each frame over the one before', async () => {
  const { call } = await classOf([[slow, ready], [ready]], { live: true, size: WIDE });
  const { out } = await call('class', 'watch', 'docker');
  const [first, second] = out.split('\x1b[4A\r\x1b[J');
  expect(first?.trimEnd().split('\n')).toHaveLength(4);
  expect(second?.trimEnd().split('\n')).toHaveLength(3);
});
