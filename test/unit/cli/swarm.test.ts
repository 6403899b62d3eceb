import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStackFiles, referredFiles } from '../../../cli/stack-files.ts';
import { newLabId } from '../../../shared/core/ids.ts';
import { createWorld } from '../../support/world.ts';
import { type DeskOptions, keepLabWithKeys, loggedIn } from './call-command.ts';
import { deskWithAnswers } from './fake-api.ts';

async function ready(options: DeskOptions = {}) {
  const world = createWorld();
  const lab = await keepLabWithKeys(world);
  return { world, lab, desk: await loggedIn(world, options) };
}

describe('nodes', () => {
  test('are listed as docker node ls has them', async () => {
    const { desk } = await ready();
    const { out } = await desk.call('node', 'ls');
    const [heading = '', ...rows] = out
      .trimEnd()
      .split('\n')
      .map((row) => row.split(/ {3,}/));
    expect(heading).toEqual(['ID', 'HOSTNAME', 'STATUS', 'AVAILABILITY', 'MANAGER STATUS', 'ENGINE VERSION']);
    expect(rows.map((row) => row.slice(1, 5).join(' '))).toEqual([
      'LINUXtips-01 Ready Active Leader',
      'LINUXtips-02 Ready Active Reachable',
      expect.stringMatching(/^LINUXtips-03 Ready Active/),
    ]);
  });

  test('are promoted, drained and labelled', async () => {
    const { desk } = await ready();
    expect((await desk.call('node', 'promote', 'LINUXtips-03')).out).toBe(
      'Node LINUXtips-03 promoted to a manager in the swarm.\n',
    );
    expect((await desk.call('node', 'drain', 'LINUXtips-03')).code).toBe(0);
    expect((await desk.call('node', 'label', 'LINUXtips-03', 'disk=ssd', 'zone=a')).out).toBe(
      'LINUXtips-03: disk=ssd, zone=a\n',
    );
    expect((await desk.call('node', 'label', 'LINUXtips-03', 'zone-')).out).toBe('LINUXtips-03: disk=ssd\n');
    const { out } = await desk.call('node', 'inspect', 'LINUXtips-03');
    expect(JSON.parse(out)[0]).toMatchObject({
      role: 'manager',
      availability: 'drain',
      labels: { disk: 'ssd' },
    });
  });
});

test('a join token is printed as docker prints it', async () => {
  const { desk } = await ready();
  const { out } = await desk.call('swarm', 'token', 'worker');
  expect(out).toMatch(
    /^To add a worker to this swarm, run the following command:\n\n {4}docker swarm join --token \S+ 100\.64\.0\.2:2377\n\n$/,
  );
  const quiet = (await desk.call('swarm', 'token', '-q', 'worker')).out.trim();
  expect(out).toContain(quiet);
});

describe('secrets', () => {
  test('go in and never come out', async () => {
    const { desk } = await ready({ input: 'minha secret' });
    expect((await desk.call('secret', 'create', 'minha_secret', '-')).code).toBe(0);
    expect((await desk.call('secret', 'ls', '-q')).out).toBe('minha_secret\n');
    const { out } = await desk.call('secret', 'inspect', 'minha_secret');
    expect(JSON.parse(out)[0].name).toBe('minha_secret');
    expect(out).not.toContain(Buffer.from('minha secret').toString('base64'));
    expect((await desk.call('secret', 'rm', 'minha_secret')).out).toBe('minha_secret\n');
    expect((await desk.call('secret', 'ls', '-q')).out).toBe('');
  });

  test('of a file that is not there are refused before anything is asked', async () => {
    const { desk } = await ready();
    expect(await desk.call('secret', 'create', 'x', '/nowhere')).toMatchObject({
      code: 1,
      err: expect.stringContaining('/nowhere'),
    });
  });
});

describe('a Compose file', () => {
  test('brings what it refers to, under the names that it has there, and the variables that it names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-compose-'));
    const compose = [
      'version: "3.8"',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own
      'services: { web: { image: "nginx:${TAG:-latest}", env_file: [./web.env], command: "echo $$HOME $NAME" } }',
      'configs: { page: { file: ./page.html } }',
      'secrets: { pass: { external: true } }',
    ].join('\n');
    await writeFile(join(folder, 'docker-compose.yml'), compose);
    await writeFile(join(folder, 'web.env'), 'A=1\n');
    await writeFile(join(folder, 'page.html'), Buffer.from([0xff, 0x00]));
    const terminal = { env: { TAG: '1.27', HOME: '/root', NAME: 'ana', SECRET: 'no' } } as never;
    const form = await readStackFiles(terminal, join(folder, 'docker-compose.yml'));
    const parts = await Promise.all(
      [...form].map(async ([name, part]) => [
        name,
        typeof part === 'string' ? part : Buffer.from(await part.arrayBuffer()).toString('hex'),
      ]),
    );
    expect(Object.fromEntries(parts)).toEqual({
      compose,
      './web.env': Buffer.from('A=1\n').toString('hex'),
      './page.html': 'ff00',
      variables: 'TAG=1.27\nNAME=ana\n',
    });
  });

  test.each(['', '{', 'a: [', 'services: 1', '- x', 'secrets: { a: }', '&a [*a]'])(
    '%j refers to nothing',
    (text) => {
      expect(referredFiles(text)).toEqual([]);
    },
  );

  test('is planned without a change, and what stops it is exit code 1', async () => {
    const { desk } = await ready({
      input: 'version: "3.8"\nservices: { web: { image: nginx, nonsense: 1 } }\n',
    });
    const { code, err } = await desk.call('stack', 'plan', '-c', '-', 'primeiro');
    expect(code).toBe(1);
    expect(err).toContain('nonsense');
  });
});

describe('stacks and services', () => {
  test('of the catalogue are planned, deployed, listed and removed', async () => {
    const { desk, lab, world } = await ready();
    expect((await desk.call('stack', 'plan', 'registry')).out).toContain('It can be deployed.');
    expect((await desk.call('stack', 'deploy', '-d', 'registry')).out).toContain('registry');
    expect((await world.deps.labs.load(lab.id))?.lab.spec.stacks.map(({ name }) => name)).toContain(
      'registry',
    );
    expect((await desk.call('stack', 'ls', '-q')).out).toContain('registry\n');
    expect((await desk.call('stack', 'rm', 'registry')).out).toMatch(/^Stack registry: remov/);
  });

  test('are not waited for where the lab has no swarm, which its student may form or not', async () => {
    const id = newLabId(0);
    const swarmNote = 'no machine manages a swarm';
    const plan = { deployable: true, findings: [], services: ['web_web'], swarmNote };
    const { call } = await deskWithAnswers({
      [`GET /v1/labs/${id}`]: () => ({ body: { id, name: 'friday', machines: [{ role: 'none' }] } }),
      [`GET /v1/labs/${id}/events.*`]: () => ({ body: { items: [], after: 0 } }),
      [`PUT /v1/labs/${id}/stacks/web.*`]: () => ({ status: 202, body: { plan } }),
    });
    expect(await call('--lab', id, 'stack', 'deploy', 'web', '--from', 'webserver')).toEqual({
      code: 0,
      out: 'Stack web is deployed once the lab has a swarm\n',
      err: `note: ${swarmNote}\n`,
    });
  });

  test('are waited for no longer than their lab lives', async () => {
    const id = newLabId(0);
    const plan = { deployable: true, findings: [], services: ['web_web'] };
    const gone = { sequence: 2, type: 'Expired', message: 'its time ended' };
    const { call } = await deskWithAnswers({
      [`GET /v1/labs/${id}`]: () => ({ body: { id, name: 'friday', machines: [{ role: 'manager' }] } }),
      [`GET /v1/labs/${id}/events.*wait=.*`]: () => ({ body: { items: [gone], after: 2 } }),
      [`GET /v1/labs/${id}/events.*`]: () => ({ body: { items: [], after: 0 } }),
      [`PUT /v1/labs/${id}/stacks/web.*`]: () => ({ status: 202, body: { plan } }),
      [`GET /v1/labs/${id}/stacks/web`]: () => ({ body: { state: 'waiting', services: [] } }),
    });
    const { code, err } = await call('--lab', id, 'stack', 'deploy', 'web', '--from', 'webserver');
    expect({ code, err }).toEqual({ code: 1, err: 'lab friday is going away: its time ended\n' });
  });

  test('are scaled in docker’s manner', async () => {
    const { desk, lab, world } = await ready();
    const made = await world.ask('POST', `/v1/labs/${lab.id}/services`, {
      json: { name: 'web', image: 'nginx', replicas: 5 },
    });
    expect(made.status, made.text).toBe(201);
    expect((await desk.call('service', 'scale', 'web=10')).out).toBe('web scaled to 10\n');
    expect((await desk.call('service', 'ls')).out).toMatch(/web +replicated +\d+\/10 +nginx/);
    expect((await desk.call('service', 'rm', 'web')).out).toBe('web\n');
    expect((await desk.call('service', 'ls', '-q')).out).toBe('');
  });
});

describe('the timeline and the lab', () => {
  test('events are printed, one a line', async () => {
    const { desk } = await ready();
    expect((await desk.call('events')).code).toBe(0);
  });

  test.each([
    ['2h', 2],
    ['90m', 1.5],
    ['1d', 24],
    ['PT30M', 0.5],
    ['1d2h30m', 26.5],
  ])('extend %s moves the end by %s hours', async (duration, hours) => {
    const { desk, lab, world } = await ready();
    expect((await desk.call('extend', duration)).code).toBe(0);
    const now = (await world.deps.labs.load(lab.id))?.lab.spec.expiresAt ?? '';
    expect(Date.parse(now) - Date.parse(lab.spec.expiresAt)).toBe(hours * 3_600_000);
  });

  test('a docker context is made of the lab’s first manager', async () => {
    const { desk, lab } = await ready({ programs: 0 });
    expect((await desk.call('context', '--name', 'friday')).out).toBe('docker --context friday node ls\n');
    const folder = join(desk.home, '.slipway/labs', lab.id, 'machines/LINUXtips-01');
    expect(desk.ran.at(-1)).toEqual([
      'docker',
      'context',
      'update',
      '--description',
      `Slipway lab ${lab.id}`,
      '--docker',
      `host=tcp://100.64.0.2:2376,ca=${folder}/ca.pem,cert=${folder}/cert.pem,key=${folder}/key.pem`,
      'friday',
    ]);
  });
});
