import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../support/world.ts';
import { type DeskOptions, loggedIn, openDesk, SERVER } from './call-command.ts';

const CSV = 'email;name;group\r\nAna@school.example;Ana;a\r\nbob@school.example;=Bob;b\r\n';

async function rosterFile(text = CSV): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-class-'));
  await writeFile(join(folder, 'roster.csv'), text);
  return join(folder, 'roster.csv');
}

const iris = (world: World, options: DeskOptions = {}) =>
  loggedIn(world, { as: 'instructor', subject: 'iris', ...options });

async function smallClass(): Promise<string[]> {
  return [
    ...['--name', 'docker-2026', '--template', 'swarm', '--roster', await rosterFile()],
    ...['--session', '2026-04-01T19:00', '--duration', '3h', '--weekly', '--until', '2026-04-22'],
    ...['--time-zone', 'Europe/Berlin', '--budget', '50', '--hours-quota', '3h'],
  ];
}

async function withClass(options?: DeskOptions) {
  const world = createWorld();
  const desk = await iris(world, options);
  const { code, err } = await desk.call('class', 'create', ...(await smallClass()), '-y');
  if (code !== 0) throw new Error(err);
  return { world, desk };
}

describe('against the API itself', () => {
  test('a class is planned, made, listed and shown', async () => {
    const world = createWorld();
    const desk = await iris(world);
    const planned = await desk.call('class', 'plan', ...(await smallClass()));
    expect(planned).toMatchObject({ code: 0, err: '', out: expect.stringContaining('2 to make') });
    expect((await desk.call('class', 'ls', '-q')).out).toBe('');
    const made = await desk.call('class', 'create', ...(await smallClass()), '-y');
    expect(made.code, made.err).toBe(0);
    expect(made.out).toContain('slipway class links docker-2026 > links.csv');
    expect((await desk.call('class', 'ls', '-q')).out).toBe('docker-2026\n');
    expect((await desk.call('class', 'show', 'docker-2026')).out).toContain('2026-04-01T19:00');
  });

  test('its roster is printed, replaced after the plan, and never by half', async () => {
    const { desk } = await withClass();
    const printed = (await desk.call('class', 'roster', 'docker-2026')).out;
    expect(printed).toContain('ana@school.example');
    expect(printed).toContain("'=Bob");
    const wrong = await desk.call('class', 'roster', 'docker-2026', await rosterFile('email\nx\n'), '-y');
    expect(wrong.code).toBe(1);
    const another = await rosterFile('email\nbob@school.example\neve@school.example\n');
    const put = await desk.call('class', 'roster', 'docker-2026', another, '-y');
    expect(put).toMatchObject({ code: 0, out: expect.stringContaining('1 added, 1 removed') });
    expect((await desk.call('class', 'roster', 'docker-2026')).out).not.toContain('ana@school.example');
  });

  test('a join link of it logs a student in as it was pasted, until it is revoked', async () => {
    const { world, desk } = await withClass();
    const { out } = await desk.call('class', 'links', 'docker-2026', '--student', 'ana@school.example');
    const link = out.split('\r\n')[1]?.split(',').at(-1) ?? '';
    expect(link).toMatch(new RegExp(`^${SERVER}/join#\\w{26}$`));
    const student = await openDesk(world);
    expect((await student.call('login', link)).out).toContain(
      'as ana@school.example (student of class docker-2026)',
    );
    expect((await student.call('ls', '--all')).code).toBe(0);
    expect((await student.call('class', 'ls')).code).toBe(3);
    expect((await desk.call('class', 'links', 'docker-2026', '--revoke')).code).toBe(0);
    expect((await student.call('login', link)).code).toBe(3);
  });

  test('links that lead to each student’s own machine are told of, with the cure', async () => {
    const told = async (SLIPWAY_SERVER: string) => {
      const fetch = async () => new Response('email,name,code,link\r\n');
      const desk = await openDesk(undefined, { env: { SLIPWAY_SERVER, SLIPWAY_TOKEN: 'x' }, fetch });
      return (await desk.call('class', 'links', 'docker-2026')).err.includes('log in by an address');
    };
    for (const server of ['http://127.0.0.1:7070', 'http://localhost:7070', 'http://[::1]:7070'])
      expect(await told(server), server).toBe(true);
    expect(await told('http://192.0.2.10:7070')).toBe(false);
  });

  test('an instructor names a lab by its student', async () => {
    const { world, desk } = await withClass();
    const none = await desk.call('--lab', 'ana@school.example', 'ls');
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('ana@school.example has no lab') });
    const { out } = await desk.call('class', 'links', 'docker-2026', '--student', 'ana@school.example');
    const student = await openDesk(world);
    await student.call('login', out.split('\r\n')[1]?.split(',').at(-1) ?? '');
    expect((await student.call('create', 'swarm', '--no-wait')).code).toBe(0);
    const seen = await desk.call('--lab', 'Ana@school.example', 'ls', '-q');
    expect(seen).toMatchObject({ code: 0, out: 'LINUXtips-01\nLINUXtips-02\nLINUXtips-03\n' });
    const nobody = await desk.call('--lab', 'eve@school.example', 'ls');
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('none of your classes') });
  });

  test('whoever is asked for is answered for, and who is not on the roster is named', async () => {
    const { desk } = await withClass();
    const unknown = await desk.call('class', 'stop', 'docker-2026', '--student', 'eve@school.example');
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('eve@school.example') });
    expect((await desk.call('class', 'message', 'docker-2026', 'Welcome')).code).toBe(0);
    expect((await desk.call('class', 'rm', 'docker-2026', '-y')).code).toBe(0);
  });

  test.each([
    'class ls',
    'class ls -q',
    'class show docker-2026',
    'class roster docker-2026',
    'class links docker-2026',
    'class links docker-2026 --revoke',
    'class stop docker-2026',
    'class rm docker-2026 --labs -y',
    'class message docker-2026 hello',
    'class cost docker-2026',
    'class records docker-2026',
    'class rm docker-2026 -y',
  ])('all of what %s prints with --json is JSON', async (line) => {
    const { desk } = await withClass();
    const { code, out, err } = await desk.call('--json', ...line.split(' '));
    expect(code, err).toBe(0);
    expect(() => JSON.parse(out), out).not.toThrow();
  });

  test('everything that is wrong with a class is told at once', async () => {
    const desk = await iris(createWorld());
    const { code, err } = await desk.call(
      ...['class', 'plan', '--name', 'Docker 2026', '--template', 'swarmm', '--roster', await rosterFile()],
      ...['--session', 'tomorrow', '--duration', '3h', '--time-zone', 'Europe/Nowhere'],
    );
    expect(code).toBe(1);
    for (const part of ['name', 'swarm', 'local time']) expect(err).toContain(part);
  });
});
