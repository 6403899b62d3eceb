import { describe, expect, test } from 'vitest';
import type { DeskOptions } from './call-command.ts';
import { type Asked, deskWithAnswers } from './fake-api.ts';

const EVERYBODY = ['ana@s.example', 'bob@s.example', 'eve@s.example'];

interface One {
  student: string;
  result: string;
  [fact: string]: unknown;
}

/** A school whose server sees to so many students in one request, and under one key to nobody twice. */
function school(options: DeskOptions = {}, { reaches = 99, fails = [] as string[], loses = 0 } = {}) {
  const done = new Set<string>();
  const byKey = new Set<string>();
  let lost = 0;
  const act = ({ body, line, headers }: Asked) => {
    const listed = new URL(line.split(' ')[1] ?? '', 'http://x').searchParams.get('students')?.split(',');
    const asked = listed ?? (body as { students?: string[] } | undefined)?.students ?? EVERYBODY;
    let left = reaches;
    const items = asked.map((student): One => {
      const lab = `lab-${student[0]}`;
      const mark = `${headers.get('Idempotency-Key')} ${student}`;
      if (byKey.has(mark)) return { student, lab, result: 'already' };
      if (left <= 0) return { student, result: 'not_reached', reason: 'time was up', retryable: true };
      left -= 1;
      if (fails.includes(student))
        return { student, lab, result: 'failed', code: 'quota', reason: 'no room\nleft', retryable: true };
      const result = done.has(student) ? 'already' : 'done';
      done.add(student);
      byKey.add(mark);
      return { student, lab, result };
    });
    lost += 1;
    if (lost <= loses) return new TypeError('fetch failed', { cause: new Error('socket hang up') });
    return { body: { items, counts: {} } };
  };
  return deskWithAnswers(
    {
      'POST /v1/classes/docker/(start|stop|extend|rebuild|delete-labs)': act,
      'PUT /v1/classes/docker/stacks/web\\?.*': act,
      'DELETE /v1/classes/docker': () => ({ status: 202, body: { id: 'docker' } }),
    },
    options,
  );
}

describe('what is done for each student', () => {
  test('is a table with a sum, and ends with 0 where nobody failed', async () => {
    const { call, asked } = await school();
    await call('class', 'stop', 'docker', '--student', 'bob@s.example');
    expect(await call('class', 'stop', 'docker')).toEqual({
      code: 0,
      err: '',
      out: [
        'STUDENT         LAB     RESULT       WHY',
        'ana@s.example   lab-a   done',
        'bob@s.example   lab-b   already so',
        'eve@s.example   lab-e   done',
        '2 done, 1 already so',
        '',
      ].join('\n'),
    });
    expect(asked.map(({ body }) => body)).toEqual([{ students: ['bob@s.example'] }, {}]);
    expect(asked[1]?.headers.get('Idempotency-Key')).toMatch(/^[\w-]{36}$/);
  });

  test('ends with 1 where somebody failed, why, and the line that does the rest alone', async () => {
    const { call } = await school({}, { fails: ['bob@s.example', 'eve@s.example'] });
    const { code, out, err } = await call('class', 'extend', 'docker', '--by', '30m');
    expect(code).toBe(1);
    expect(out).toContain('bob@s.example   lab-b   failed   no room left');
    expect(out).toContain('1 done, 2 failed');
    expect(err).toContain('slipway class extend docker --by PT30M --student bob@s.example,eve@s.example');
  });

  test('goes on by itself, under one key, until time has reached everybody', async () => {
    const { call, asked } = await school({}, { reaches: 1 });
    const { code, out } = await call('class', 'extend', 'docker', '--by', 'PT30M');
    expect(code).toBe(0);
    expect(out).toContain('3 done');
    expect(asked.map(({ body }) => body)).toEqual(Array(3).fill({ by: 'PT30M' }));
    expect(new Set(asked.map(({ headers }) => headers.get('Idempotency-Key'))).size).toBe(1);
  });

  test('is asked again under the same key where the answer was lost', async () => {
    const { call, asked } = await school({}, { loses: 2 });
    const { code, out } = await call('class', 'extend', 'docker', '--by', 'PT30M');
    expect(code).toBe(0);
    expect(out).toContain('3 already so');
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ headers }) => headers.get('Idempotency-Key'))).size).toBe(1);
  });

  test('ends with 3 where every answer is lost', async () => {
    const { call, asked } = await school({}, { loses: 99 });
    expect((await call('class', 'stop', 'docker')).code).toBe(3);
    expect(asked).toHaveLength(4);
  });

  test('ends where a whole round reaches nobody', async () => {
    const { call, asked } = await school({}, { reaches: 0 });
    expect((await call('class', 'start', 'docker')).code).toBe(1);
    expect(asked).toHaveLength(1);
  });

  test('takes students with commas or one by one, each once', async () => {
    const { call, asked } = await school();
    await call(
      ...['class', 'start', 'docker', '--by', '2h', '--student', 'ana@s.example, bob@s.example'],
      ...['--student', 'bob@s.example'],
    );
    expect(asked[0]?.body).toEqual({ by: 'PT2H', students: ['ana@s.example', 'bob@s.example'] });
  });

  test('is all JSON with --json', async () => {
    const { call } = await school({}, { fails: ['bob@s.example'] });
    const { code, out } = await call('class', 'start', 'docker', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out).counts).toEqual({ done: 2, already: 0, failed: 1, not_reached: 0 });
  });

  test('is red where it failed, on a terminal alone', async () => {
    const { call } = await school({ live: true }, { fails: ['bob@s.example'] });
    expect((await call('class', 'start', 'docker')).out).toContain('\x1b[31mbob@s.example');
  });
});

describe('what cannot be taken back', () => {
  test.each([
    [['class', 'rebuild', 'docker'], 'POST /v1/classes/docker/rebuild'],
    [['class', 'rm', 'docker'], 'DELETE /v1/classes/docker'],
    [['class', 'rm', 'docker', '--labs'], 'POST /v1/classes/docker/delete-labs'],
  ])('is asked about first: %j', async (args, line) => {
    const nobody = await school();
    const refused = await nobody.call(...args);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`slipway ${args.join(' ')} --yes`);
    const no = await school({ typed: ['n'] });
    expect((await no.call(...args)).code).toBe(1);
    const yes = await school({ typed: ['yes'] });
    expect((await yes.call(...args)).code).toBe(0);
    const told = await school();
    expect((await told.call(...args, '-y')).code).toBe(0);
    expect([nobody.lines(), no.lines(), yes.lines(), told.lines()]).toEqual([[], [], [line], [line]]);
  });

  test('of a whole class is never done for who named a student', async () => {
    const { call, lines } = await school();
    expect((await call('class', 'rm', 'docker', '-y', '--student', 'ana@s.example')).code).toBe(2);
    expect(lines()).toEqual([]);
  });
});

describe('class stack deploy', () => {
  test('puts a file on all labs, and goes on where time was up', async () => {
    const { call, asked } = await school({ input: 'services: {}' }, { reaches: 2 });
    const { code, err } = await call('class', 'stack', 'deploy', 'docker', 'web', '-c', '-', '--prune');
    expect({ code, err }).toEqual({ code: 0, err: '2 of 3 students ...\n' });
    const put = ['PUT /v1/classes/docker/stacks/web?prune=true', { compose: 'services: {}' }];
    expect(asked.map(({ line, body }) => [line, body])).toEqual([put, put]);
  });

  test('of the catalogue takes its entry, by default the stack’s own name', async () => {
    const { call, asked } = await school();
    await call('class', 'stack', 'deploy', 'docker', 'web');
    await call('class', 'stack', 'deploy', 'docker', 'web', '--from', 'webserver', '--set', 'a=b');
    expect(asked.map(({ body }) => body)).toEqual([
      { from: 'web' },
      { from: 'webserver', parameters: { a: 'b' } },
    ]);
  });

  test('names more students than a URL holds in several requests', async () => {
    const { call, asked } = await school({}, { reaches: 999 });
    const many = Array.from({ length: 500 }, (_, index) => `student-${index}@school.example`);
    const { code, out } = await call(
      'class',
      'stack',
      'deploy',
      'docker',
      'web',
      '--student',
      many.join(','),
    );
    expect(code).toBe(0);
    expect(out).toContain('500 done');
    expect(asked.length).toBeGreaterThan(1);
    for (const { line } of asked) expect(line.length).toBeLessThan(8000);
    expect(new Set(asked.map(({ headers }) => headers.get('Idempotency-Key'))).size).toBe(asked.length);
  });
});
