import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Class, ClassPlan } from '../../../client/operations.ts';
import type { DeskOptions } from './call-command.ts';
import { deskWithAnswers } from './fake-api.ts';

const PLAN: ClassPlan = {
  students: { total: 2, added: 2, removed: 0, changed: 0, unchanged: 0 },
  labs: { create: 2, keep: 0, remove: 0, machines: 3 },
  sessions: 8,
  next: [
    {
      start: '2026-12-01T18:00:00.000Z',
      end: '2026-12-01T21:00:00.000Z',
      localStart: '2026-12-01T19:00+01:00',
      localEnd: '2026-12-01T22:00+01:00',
      launchFrom: '2026-12-01T17:50:40.000Z',
    },
  ],
  waves: {
    labs: 2,
    leadSeconds: 560,
    firstLaunchAt: '2026-12-01T17:50:40.000Z',
    lastLaunchAt: '2026-12-01T17:52:00.000Z',
    readyAt: '2026-12-01T17:59:30.000Z',
    perMinute: [1, 1],
  },
  vcpus: { needed: 12, quota: 64, used: 60, missing: 8, admittedLabs: 0 },
  price: {
    currency: 'USD',
    priced: true,
    firstSessionUsd: 1.5,
    perWeekUsd: 1.5,
    totalUsd: 12,
    deleteUsd: 12,
    stopUsd: 20.25,
    table: { region: 'eu-central-1', date: '2026-11-01' },
  },
  assumptions: ['every lab runs from its launch to the end of the grace'],
  warnings: [{ code: 'two_managers', message: 'two managers: losing one loses the swarm' }],
};

const MADE: Class = {
  id: 'docker-2026',
  instructor: 'iris',
  createdAt: '2026-11-21T12:00:00.000Z',
  state: 'active',
  template: 'swarm',
  students: 2,
  sessions: [],
  timeZone: 'Europe/Berlin',
  after: 'delete',
  grace: 'PT15M',
  next: [],
  notices: [],
  events: [],
};

const answers = {
  'POST /v1/classes\\?plan=true': () => ({ body: PLAN }),
  'POST /v1/classes': () => ({ status: 202, body: MADE }),
};

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-class-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const YAML = `
name: docker-2026
template: swarm
roster: students.csv
timeZone: Europe/Berlin
sessions:
  - { start: 2026-12-01T19:00, duration: 3h, weekly: true, until: 2026-12-22 }
grace: 20m
budget: 50
`;
const CSV = '\ufeffName;E-Mail\r\n"Silva; Ana";Ana@School.example\r\nBob;bob@school.example\r\n';

const BODY = {
  name: 'docker-2026',
  template: 'swarm',
  roster: [
    { email: 'ana@school.example', name: 'Silva; Ana' },
    { email: 'bob@school.example', name: 'Bob' },
  ],
  timeZone: 'Europe/Berlin',
  sessions: [{ start: '2026-12-01T19:00', duration: 'PT3H', weekly: true, until: '2026-12-22' }],
  grace: 'PT20M',
  budget: { usd: 50 },
};

const desk = (options?: DeskOptions) => deskWithAnswers(answers, options);

describe('a class of a file', () => {
  test('is sent as the API has it: the roster beside it read, durations and budget written out', async () => {
    const folder = await folderWith({ 'class.yml': YAML, 'students.csv': CSV });
    const { call, asked } = await desk();
    expect((await call('class', 'plan', join(folder, 'class.yml'))).code).toBe(0);
    expect(asked.map(({ line, body }) => ({ line, body }))).toEqual([
      { line: 'POST /v1/classes?plan=true', body: BODY },
    ]);
  });

  test('is the same in flags', async () => {
    const folder = await folderWith({ 'students.csv': CSV });
    const { call, asked } = await desk();
    const { code, err } = await call(
      ...['class', 'plan', '--name', 'docker-2026', '--template', 'swarm'],
      ...['--roster', join(folder, 'students.csv'), '--session', '2026-12-01 19:00', '--duration', '3h'],
      ...['--weekly', '--until', '2026-12-22', '--time-zone', 'Europe/Berlin', '--grace', '20m'],
      ...['--budget', '50'],
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(asked[0]?.body).toEqual(BODY);
  });

  test('may come by standard input, with what flags say instead', async () => {
    const body = {
      name: 'a',
      template: 'one',
      roster: ['ana@school.example'],
      timeZone: 'UTC',
      sessions: [],
    };
    const { call, asked } = await desk({ input: JSON.stringify(body) });
    expect((await call('class', 'plan', '-', '--name', 'b', '--after', 'stop', '--lead', '1h')).code).toBe(0);
    expect(asked[0]?.body).toEqual({
      ...body,
      name: 'b',
      roster: [{ email: 'ana@school.example' }],
      after: 'stop',
      leadTime: 'PT1H',
    });
  });

  test('whose roster is wrong is told every line of it, and nothing is asked', async () => {
    const folder = await folderWith({
      'class.yml': YAML,
      'students.csv': 'email,name\nana,Ana\nbob@school.example,Bob\nbob@school.example,Bob\n',
    });
    const { call, asked } = await desk();
    const { code, err } = await call('class', 'create', join(folder, 'class.yml'), '-y');
    expect(code).toBe(1);
    expect(err).toMatch(/students\.csv:2:1: /);
    expect(err).toMatch(/students\.csv:4:1: /);
    expect(asked).toEqual([]);
  });

  test.each([
    [['class', 'create']],
    [['class', 'create', '--name', 'x', '--template', 'swarm']],
    [['class', 'plan', '-', '--session', '2026-12-01T19:00']],
    [['class', 'plan', '-', '--weekly']],
    [['class', 'plan', '-', '--budget', 'much']],
    [['class', 'plan', '-', '--grace', 'long']],
  ])('is not understood in %j', async (args) => {
    const { call, asked } = await desk({ input: '{}' });
    expect((await call(...args)).code).toBe(2);
    expect(asked).toEqual([]);
  });

  test('that is not there, or is no class, is named', async () => {
    const { call } = await desk({ input: '- a list' });
    expect(await call('class', 'plan', '/none/class.yml')).toMatchObject({
      code: 1,
      err: expect.stringContaining('/none/class.yml'),
    });
    expect(await call('class', 'plan', '-')).toMatchObject({
      code: 1,
      err: expect.stringContaining('standard input'),
    });
  });
});

describe('the plan', () => {
  test('tells labs, waves, room, both prices, warnings and assumptions', async () => {
    const { out } = await (await desk({ input: '{}' })).call('class', 'plan', '-');
    for (const text of [
      '2 to make, 0 kept, 0 removed; 3 machines each',
      '2026-12-01T19:00+01:00 to 22:00+01:00',
      'and 7 more',
      '9 min 20 s before the bell',
      '8 missing: 0 labs get in, the rest wait in order',
      'first lab at 18:50:40',
      '2 labs from 18:50:40 to 18:52:00, by the minute 1, 1',
      '12.00 USD in all (eu-central-1, prices of 2026-11-01)',
      '20.25 USD',
      'warning: two managers',
      'assumed: every lab runs',
    ]) {
      expect(out).toContain(text);
    }
  });

  test('warns in yellow on a terminal', async () => {
    const { out } = await (await desk({ input: '{}', live: true })).call('class', 'plan', '-');
    expect(out).toContain('\x1b[33mwarning: two managers');
  });

  test('that knows of no prices says so, and prints no amount', async () => {
    const free = { ...PLAN, price: { ...PLAN.price, priced: false, totalUsd: 0 } };
    const { call } = await deskWithAnswers({ '.*': () => ({ body: free }) }, { input: '{}' });
    const { out } = await call('class', 'plan', '-');
    expect(out).toContain('none known here');
    expect(out).not.toContain('USD');
  });
});

describe('class create', () => {
  const input = JSON.stringify({ name: 'docker-2026' });

  test('shows the plan, asks, makes it and says what is next', async () => {
    const folder = await folderWith({ 'class.yml': YAML, 'students.csv': CSV });
    const { call, lines } = await desk({ typed: ['y'] });
    const { code, out, err } = await call('class', 'create', join(folder, 'class.yml'));
    expect(code).toBe(0);
    expect(err).toBe('Make class docker-2026? (y/n): ');
    expect(out).toContain('slipway class links docker-2026 > links.csv');
    expect(lines()).toEqual(['POST /v1/classes?plan=true', 'POST /v1/classes']);
  });

  test('makes nothing where the answer is no', async () => {
    const { call, lines } = await desk({ typed: ['n'], input });
    expect((await call('class', 'create', '-')).code).toBe(1);
    expect(lines()).toEqual(['POST /v1/classes?plan=true']);
  });

  test('with nobody to ask ends with 2 and the line that does it', async () => {
    const { call, lines } = await desk({ input });
    const { code, err } = await call('class', 'create', '-', '--stack', 'web server', '--weekly=false');
    expect(code).toBe(2);
    expect(err).toContain("slipway class create - --stack 'web server' --yes");
    expect(lines()).toEqual(['POST /v1/classes?plan=true']);
  });

  test('with --json prints the class alone, the plan beside it', async () => {
    const { call } = await desk({ input, live: true });
    const { out, err } = await call('--json', 'class', 'create', '-', '-y');
    expect(JSON.parse(out)).toEqual(MADE);
    expect(err).toContain('2 to make');
    expect(err).not.toContain('\x1b');
  });
});

describe('class change', () => {
  const changing = (options: DeskOptions = {}) =>
    deskWithAnswers(
      {
        'PATCH /v1/classes/docker-2026\\?plan=true': () => ({ body: PLAN }),
        'PATCH /v1/classes/docker-2026': () => ({ status: 202, body: MADE }),
      },
      options,
    );

  test('sends what is to change alone, and takes away by "none"', async () => {
    const { call, asked } = await changing();
    const flags = ['--budget', '80', '--stop-at-session-end', '--hours-quota', 'none', '--grace', '1h'];
    expect((await call('class', 'change', 'docker-2026', ...flags, '-y')).code).toBe(0);
    const body = { budget: { usd: 80, stopAtSessionEnd: true }, hoursQuota: null, grace: 'PT1H' };
    expect(asked.map((one) => one.body)).toEqual([body, body]);
  });

  test('of a file leaves its name and its roster to their own commands', async () => {
    const folder = await folderWith({ 'class.yml': YAML, 'students.csv': CSV });
    const { call, asked } = await changing({ typed: ['n'] });
    expect((await call('class', 'change', 'docker-2026', join(folder, 'class.yml'))).code).toBe(1);
    const { name, roster, ...rest } = BODY;
    expect(asked.map((one) => one.body)).toEqual([rest]);
  });

  test('of nothing is not understood', async () => {
    const { call, asked } = await changing();
    expect((await call('class', 'change', 'docker-2026', '-y')).code).toBe(2);
    expect(asked).toEqual([]);
  });
});
