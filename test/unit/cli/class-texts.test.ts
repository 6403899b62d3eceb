import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Class } from '../../../client/operations.ts';
import { deskWithAnswers } from './fake-api.ts';

const FOUND: Class = {
  id: 'docker-2026',
  instructor: 'iris',
  createdAt: '2026-11-21T12:00:00.000Z',
  state: 'active',
  template: 'swarm',
  students: 40,
  sessions: [],
  timeZone: 'Europe/Berlin',
  after: 'stop',
  grace: 'PT15M',
  hoursQuota: 'PT3H',
  next: [
    {
      start: '2026-12-01T18:00:00.000Z',
      end: '2026-12-01T21:00:00.000Z',
      local: '2026-12-01T19:00+01:00',
      firstLaunch: '2026-12-01T17:50:00.000Z',
    },
  ],
  budget: {
    usd: 50,
    stopAtSessionEnd: true,
    spent: 41.5,
    reckonedAt: '2026-11-30T12:00:00.000Z',
    told: 'warned',
  },
  notices: [],
  events: [
    { sequence: 1, at: '2026-11-21T12:00:00.000Z', type: 'Created', message: 'class of 40 students' },
    { sequence: 2, at: '2026-11-22T12:00:00.000Z', type: 'Message', message: 'bring\nyour laptops' },
  ],
};
const OVER: Class = { ...FOUND, id: 'docker-2025', state: 'ended', next: [], budget: undefined as never };

describe('class ls', () => {
  const desk = () => deskWithAnswers({ 'GET /v1/classes.*': () => ({ body: { items: [FOUND, OVER] } }) });

  test('lists those that are not over, with the next session and the budget', async () => {
    expect((await (await desk()).call('class', 'ls')).out).toBe(
      [
        'NAME          TEMPLATE   STUDENTS   STATE    NEXT SESSION                             BUDGET\n',
        'docker-2026   swarm      40         active   2026-12-01T19:00+01:00 (Europe/Berlin)   41.50 of 50 USD\n',
      ].join(''),
    );
  });

  test('lists the others too with --all, and names alone with -q', async () => {
    expect((await (await desk()).call('class', 'ls', '-a', '-q')).out).toBe('docker-2026\ndocker-2025\n');
  });
});

describe('class show', () => {
  test('tells the next sessions, the budget and what happened, messages loudest', async () => {
    const { call } = await deskWithAnswers(
      { 'GET /v1/classes/docker-2026': () => ({ body: FOUND }) },
      { live: true },
    );
    const { out } = await call('class', 'show', 'docker-2026');
    expect(out).toContain('2026-12-01T19:00+01:00');
    expect(out).toContain('3 h a week');
    expect(out).toContain('41.50 of 50 USD');
    expect(out).toContain('80 % is spent');
    expect(out).toContain('\x1b[33mMessage');
    expect(out).toContain('bring your laptops');
  });

  test('of a class that is not there tells the API’s words', async () => {
    const { call } = await deskWithAnswers({});
    expect(await call('class', 'show', 'none')).toMatchObject({ code: 1 });
  });
});

const CSV = 'email,name\r\nana@s.example,Ana\r\n';
const PLAN = {
  students: { total: 3, added: 1, removed: 1, changed: 0, unchanged: 2 },
  labs: { create: 1, keep: 2, remove: 1, machines: 1 },
  sessions: 0,
  next: [],
  price: {
    currency: 'USD',
    priced: false,
    firstSessionUsd: 0,
    perWeekUsd: 0,
    totalUsd: 0,
    deleteUsd: 0,
    stopUsd: 0,
  },
  assumptions: [],
  warnings: [],
};

describe('class roster', () => {
  const answers = {
    'GET /v1/classes/docker/roster': () => ({ body: CSV }),
    'PUT /v1/classes/docker/roster\\?plan=true': () => ({ body: PLAN }),
    'PUT /v1/classes/docker/roster': () => ({
      status: 202,
      body: {
        class: 'docker',
        added: 1,
        removed: 1,
        changed: 0,
        unchanged: 2,
        leavesAt: '2026-12-01T19:15:00.000Z',
      },
    }),
  };

  test('prints it as CSV', async () => {
    const { call, asked } = await deskWithAnswers(answers);
    expect((await call('class', 'roster', 'docker')).out).toBe(CSV);
    expect(asked[0]?.headers.get('Accept')).toBe('text/csv');
  });

  test('with a file shows what would change, asks, and puts the file as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-roster-'));
    await writeFile(join(folder, 'roster.csv'), CSV);
    const { call, asked } = await deskWithAnswers(answers, { typed: ['y'] });
    const { code, out } = await call('class', 'roster', 'docker', join(folder, 'roster.csv'));
    expect(code).toBe(0);
    expect(out).toContain('3: 1 added, 1 removed, 0 changed, 2 not touched');
    expect(out).toContain('whose labs go at 2026-12-01T19:15:00.000Z');
    expect(out).toContain('slipway class links docker --student');
    expect(asked.map(({ line, body, headers }) => [line, body, headers.get('Content-Type')])).toEqual([
      ['PUT /v1/classes/docker/roster?plan=true', CSV, 'text/csv'],
      ['PUT /v1/classes/docker/roster', CSV, 'text/csv'],
    ]);
  });

  test('tells every line of the file that is wrong, and sends none of it', async () => {
    const input = 'email\nx\nana@s.example\nana@s.example\n';
    const { call, asked } = await deskWithAnswers(answers, { input });
    const { code, err } = await call('class', 'roster', 'docker', '-', '-y');
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    expect(err).toMatch(/^standard input:2:1: .*\nstandard input:4:1: .* is twice on the roster.*\n$/);
  });

  test('takes JSON too, and with nobody to ask changes nothing', async () => {
    const { call, asked } = await deskWithAnswers(answers, { input: ' [{"email": "ana@s.example"}]' });
    const { code, err } = await call('class', 'roster', 'docker', '-');
    expect(code).toBe(2);
    expect(err).toContain('slipway class roster docker - --yes');
    expect(asked.map(({ body }) => body)).toEqual([[{ email: 'ana@s.example' }]]);
  });
});

describe('class links', () => {
  const answers = {
    'POST /v1/classes/docker/roster/links': () => ({ body: 'email,name,code,link\r\n' }),
    'POST /v1/classes/docker/roster/links/revoke': () => ({ body: { revoked: 2 } }),
  };

  test('prints CSV alone to standard output, and beside it that it is shown once', async () => {
    const { call, asked } = await deskWithAnswers(answers);
    const { code, out, err } = await call('class', 'links', 'docker', '--student', 'ana@s.example');
    expect({ code, out }).toEqual({ code: 0, out: 'email,name,code,link\r\n' });
    expect(err).toContain('Shown this once');
    expect(asked[0]?.headers.get('Accept')).toBe('text/csv');
    expect(asked[0]?.body).toEqual({ students: ['ana@s.example'] });
  });

  test('with --revoke makes none', async () => {
    const { call, lines } = await deskWithAnswers(answers);
    expect((await call('class', 'links', 'docker', '--revoke')).out).toContain('2 join links');
    expect(lines()).toEqual(['POST /v1/classes/docker/roster/links/revoke']);
  });
});

describe('class cost and class records', () => {
  const cost = {
    currency: 'USD',
    usd: 41,
    savedUsd: 3.25,
    budget: { usd: 50, stopAtSessionEnd: false },
    priced: true,
    students: [{ student: 'ana@s.example', hours: 2.5, usd: 41, savedUsd: 3.25, labs: 2 }],
    assumptions: ['without traffic'],
  };

  test('tell the sum by student', async () => {
    const { call } = await deskWithAnswers({
      'GET /v1/classes/docker/cost': () => ({ body: cost }),
    });
    const { out, err } = await call('class', 'cost', 'docker');
    expect(out).toContain(
      'ana@s.example   2      2.5     41.00   3.25\nIn all          2      2.5     41.00   3.25\n',
    );
    expect(out).toContain('without traffic');
    expect(err).toContain('50 USD');
  });

  test('have every page of the records under one line of headings', async () => {
    const full = 'student,lab\r\n'.concat('ana@s.example,1\r\n'.repeat(10_000));
    const { call, lines } = await deskWithAnswers({
      'GET /v1/classes/docker/records\\?limit=10000': ({ headers }) => ({
        body: headers.get('Accept') === 'text/csv' ? full : { items: [1], cursor: 'next' },
      }),
      'GET /v1/classes/docker/records\\?limit=10000&cursor=next': ({ headers }) => ({
        body: headers.get('Accept') === 'text/csv' ? 'student,lab\r\nbob@s.example,2\r\n' : { items: [2] },
      }),
    });
    expect((await call('class', 'records', 'docker')).out).toBe(`${full}bob@s.example,2\r\n`);
    expect(lines()).toHaveLength(3);
    expect(JSON.parse((await call('--json', 'class', 'records', 'docker')).out)).toEqual([1, 2]);
  });
});

describe('class message', () => {
  const told = (counts: Record<string, number>) => ({ status: 202, body: { ...FOUND, told: counts } });

  test('sends its text whole, until all labs are told', async () => {
    const left = [2, 1, 0];
    const { call, asked } = await deskWithAnswers({
      'POST /v1/classes/docker/messages': () => told({ done: 3, not_reached: left.shift() ?? 0 }),
    });
    expect((await call('class', 'message', 'docker', 'We go on at 20:15')).code).toBe(0);
    expect(asked.map(({ body }) => body)).toEqual(Array(3).fill({ text: 'We go on at 20:15' }));
    expect(new Set(asked.map(({ headers }) => headers.get('Idempotency-Key'))).size).toBe(1);
  });

  test('ends with 1 where a lab could not be told', async () => {
    const { call } = await deskWithAnswers({
      'POST /v1/classes/docker/messages': () => told({ done: 3, failed: 1 }),
    });
    expect(await call('class', 'message', 'docker', 'x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('1 labs were not told'),
    });
  });
});
