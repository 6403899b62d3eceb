import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { aReadyLab } from '../support/builders.ts';
import { eventually } from '../support/eventually.ts';
import { type PlainEngine, type PlainEngines, startPlainEngines } from '../support/plain-engines.ts';
import { createWorld, type World } from '../support/world.ts';

const DEPLOYMENT = `swarm-objects-${process.pid}`;
/** Says a line of its own every second, and one to stderr at its start. */
const TALKER = 'echo begun >&2; i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.2; done';

/** The API as it is, over a record whose one machine is a real engine: no lab has to be made. */
let set: PlainEngines;
let real: PlainEngine;
let world: World;
let labId: string;
/** Of its own time: the longest that any test here waits for. */
let endless: Promise<{ json: { ended: string; seconds: number; stdout: string } }>;

beforeAll(async () => {
  set = await startPlainEngines(DEPLOYMENT, 1);
  real = set.engines[0] as PlainEngine;
  await real.engine.initSwarm({ advertiseAddress: real.address, nodeCertificateSeconds: 7_776_000 });
  world = createWorld({ over: { engines: { of: async () => real.engine, forget: () => undefined } } });
  // Engines have a clock of their own.
  world.deps.clock.advance((Date.now() - world.deps.clock.now()) / 1000);
  const lab = aReadyLab({
    spec: {
      machines: [{ name: 'm1', role: 'manager', power: 'on', restarts: 0 }],
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    },
  });
  await world.deps.labs.create(lab);
  labId = lab.id;
  endless = exec({ command: 'echo started; sleep 60' });
  endless.catch(() => undefined);
  await ask('POST', '/secrets', { json: { name: 'db_pass', text: 'one' } });
  await ask('POST', '/configs', { json: { name: 'site', text: 'server {}' } });
  await real.docker('network', 'create', '-d', 'overlay', 'net');
});
afterAll(() => set.close());

const ask = (method: string, rest: string, options: Parameters<World['ask']>[2] = {}) =>
  world.ask(method, `/v1/labs/${labId}${rest}`, options);
const exec = (json: object) => ask('POST', '/machines/m1/exec', { json });
const make = async (json: object) => {
  const answer = await ask('POST', '/services', { json });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
};
const cli = (...flags: string[]) =>
  real.docker('service', 'create', '-d', '--no-resolve-image', '-q', ...flags);
const File = z.looseObject({ File: z.looseObject({ Name: z.string() }) });
const AnyService = z.looseObject({
  Spec: z.looseObject({
    Name: z.string(),
    TaskTemplate: z.looseObject({ ContainerSpec: z.looseObject({ Configs: z.array(File).optional() }) }),
  }),
});
/** As the engine keeps it, without its name. The docker command sends configs in any order. */
async function rawSpec(name: string) {
  const { Spec } = await real.http.call({ path: `/services/${name}`, schema: AnyService });
  Spec.TaskTemplate.ContainerSpec.Configs?.sort((a, b) => (a.File.Name < b.File.Name ? -1 : 1));
  return { ...Spec, Name: '' };
}
const running = (name: string, count: number) =>
  eventually(async () => (await ask('GET', `/services/${name}`)).json.replicas.running === count);

describe('a service made by the API is what docker service create makes of the same flags', () => {
  test.each([
    [
      'the course’s webserver',
      ['--replicas', '5', '-p', '8080:80', 'nginx'],
      { replicas: 5, ports: ['8080:80'], image: 'nginx' },
    ],
    [
      'with a volume',
      ['--mount', 'type=volume,src=teste,dst=/app', 'busybox', 'sleep', '1000'],
      { mounts: ['type=volume,src=teste,dst=/app'], image: 'busybox', command: ['sleep'], args: ['1000'] },
    ],
    [
      'with other mounts',
      [
        ...['--mount', 'type=bind,src=/etc,dst=/host,readonly,bind-propagation=rslave'],
        ...['--mount', 'type=tmpfs,dst=/t,tmpfs-size=64M,tmpfs-mode=1777'],
        ...[
          '--mount',
          'src=v,dst=/v,volume-driver=local,volume-opt=type=tmpfs,volume-label=a=b,volume-nocopy',
        ],
        'busybox',
      ],
      {
        image: 'busybox',
        mounts: [
          { type: 'bind', source: '/etc', target: '/host', readOnly: true, propagation: 'rslave' },
          { type: 'tmpfs', target: '/t', sizeBytes: 67_108_864, mode: '1777' },
          {
            source: 'v',
            target: '/v',
            driver: 'local',
            driverOptions: { type: 'tmpfs' },
            labels: { a: 'b' },
            noCopy: true,
          },
        ],
      },
    ],
    [
      'with a secret in its long form, a config, a network',
      [
        ...['--secret', 'source=db_pass,target=password,uid=2000,gid=3000,mode=0400', '--config', 'site'],
        ...['--config', 'source=site,target=/etc/site', '--network', 'net', 'busybox'],
      ],
      {
        image: 'busybox',
        secrets: [{ source: 'db_pass', target: 'password', uid: 2000, gid: 3000, mode: '0400' }],
        configs: ['site', 'source=site,target=/etc/site'],
        networks: ['net'],
      },
    ],
    [
      'with everything else',
      [
        ...[
          '--mode',
          'global',
          '-e',
          'A=1',
          '-e',
          'B=x y',
          '-l',
          'a=b',
          '--constraint',
          'node.role==manager',
        ],
        ...['--limit-cpu', '0.5', '--limit-memory', '50M', '--limit-pids', '100', '--reserve-memory', '10M'],
        ...['--restart-condition', 'on-failure', '--restart-max-attempts', '3', '--restart-window', '1m'],
        ...['--update-delay', '5s', '--update-order', 'start-first', '--rollback-parallelism', '2'],
        ...['--user', '1000', '--workdir', '/srv', '--hostname', 'h-{{.Node.Hostname}}'],
        ...[
          '-p',
          '53:53/udp',
          '-p',
          'published=9090,target=90,mode=host',
          '-p',
          '70',
          '--entrypoint',
          '/bin/sh -c',
        ],
        ...['busybox', 'sleep 1000'],
      ],
      {
        image: 'busybox',
        mode: 'global',
        env: { A: 1, B: 'x y' },
        labels: { a: 'b' },
        constraints: ['node.role==manager'],
        limits: { cpus: 0.5, memory: '50M', pids: 100 },
        reservations: { memory: '10M' },
        restart: { condition: 'on-failure', maxAttempts: 3, window: '1m' },
        update: { delay: '5s', order: 'start-first' },
        rollback: { parallelism: 2 },
        user: '1000',
        workdir: '/srv',
        hostname: 'h-{{.Node.Hostname}}',
        ports: ['53:53/udp', { published: 9090, target: 90, mode: 'host' }, 70],
        entrypoint: '/bin/sh -c',
        command: ['sleep 1000'],
      },
    ],
  ])('%s', async (_, flags, request) => {
    // One after the other: both want the same ports.
    await cli('--name', 'theirs', ...flags);
    const theirs = await rawSpec('theirs');
    await real.docker('service', 'rm', 'theirs');
    await make({ name: 'ours', ...request });
    const ours = await rawSpec('ours');
    expect((await ask('DELETE', '/services/ours')).status).toBe(204);
    expect(ours).toEqual(theirs);
  });

  test('and a changed one what docker service update makes of it', async () => {
    const before = [
      '-e',
      'A=1',
      '--secret',
      'db_pass',
      '--mount',
      'src=a,dst=/a',
      '-l',
      'x=1',
      'busybox',
      'sleep',
      '1000',
    ];
    for (const name of ['theirs', 'ours']) await cli('--name', name, ...before);
    await real.docker(
      ...[
        'service',
        'update',
        '-d',
        '--no-resolve-image',
        '-q',
        '--replicas',
        '2',
        '--image',
        'busybox:latest',
      ],
      ...['--env-add', 'A=2', '--secret-rm', 'db_pass', '--secret-add', 'source=db_pass,target=password'],
      ...['--mount-rm', '/a', '--mount-add', 'src=b,dst=/b', '--label-rm', 'x', '--label-add', 'y=2'],
      ...[
        '--limit-memory',
        '50M',
        '--constraint-add',
        'node.role==manager',
        '--publish-add',
        '81:81',
        '--force',
      ],
      'theirs',
    );
    const theirs = await rawSpec('theirs');
    await real.docker('service', 'rm', 'theirs');
    const answer = await ask('PATCH', '/services/ours', {
      json: {
        replicas: 2,
        image: 'busybox:latest',
        env: { set: ['A=2'] },
        secrets: { remove: ['db_pass'], add: ['source=db_pass,target=password'] },
        mounts: { remove: ['/a'], add: ['src=b,dst=/b'] },
        labels: { unset: ['x'], set: { y: '2' } },
        limits: { memory: '50M' },
        constraints: ['node.role==manager'],
        ports: ['81:81'],
        force: true,
      },
    });
    expect(answer.status, answer.text).toBe(200);
    expect(await rawSpec('ours')).toEqual(theirs);
    await real.docker('service', 'rm', 'ours');
  });
});

describe('a service that runs', () => {
  test('is scaled, updated, rolled back; the student’s own command sees the same', async () => {
    await make({ name: 'app', image: 'busybox', command: ['sleep', '1000'] });
    await running('app', 1);
    await ask('PATCH', '/services/app', { json: { replicas: 3 } });
    await running('app', 3);
    expect(await real.docker('service', 'ls', '--filter', 'name=app', '--format', '{{.Replicas}}')).toBe(
      '3/3',
    );
    const { json: tasks } = await ask('GET', '/services/app/tasks');
    expect(tasks.items.map(({ name, state }: Record<string, string>) => `${name} ${state}`)).toEqual([
      'app.1 running',
      'app.2 running',
      'app.3 running',
    ]);
    const { json: ofNode } = await ask('GET', `/nodes/${tasks.items[0].node}/tasks`);
    expect(ofNode.items.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(tasks.items.map(({ id }: { id: string }) => id)),
    );
    await ask('PATCH', '/services/app', { json: { env: { set: { A: '1' } }, replicas: 1 } });
    await ask('POST', '/services/app/rollback');
    expect(
      await real.docker('service', 'inspect', 'app', '--format', '{{.Spec.Mode.Replicated.Replicas}}'),
    ).toBe('3');
    const { json } = await ask('GET', '/services/app');
    expect(json.updateStatus.State).toMatch(/^rollback/);
    await real.docker('service', 'scale', '-d', 'app=1');
    expect((await ask('GET', '/services')).json.items).toMatchObject([
      { name: 'app', replicas: { desired: 1 } },
    ]);
    expect((await ask('DELETE', '/services/app')).status).toBe(204);
    expect(await real.docker('service', 'ls', '-q')).toBe('');
  });

  test('is told in words where the swarm refuses, with nothing of it a server’s error', async () => {
    await cli('--name', 'taken', '-p', '8080:80', 'busybox', 'sleep', '1000');
    const refusals: [object, number, RegExp][] = [
      [{ name: 'taken' }, 409, /already exists/],
      [{ name: 'new', ports: ['8080:80'] }, 409, /8080.*taken/],
      [{ name: 'new', networks: ['ingress'] }, 422, /ingress/],
      [{ name: 'new', networks: ['bridge'], hostname: '{{.Bad' }, 422, /template|Bad/],
    ];
    for (const [request, status, words] of refusals) {
      const answer = await ask('POST', '/services', { json: { image: 'busybox', ...request } });
      expect([answer.status, answer.json.detail]).toEqual([status, expect.stringMatching(words)]);
    }
    const removal = await ask('GET', '/services/take');
    expect(removal.status).toBe(404);
    await cli('--name', 'user', '--secret', 'db_pass', 'busybox', 'sleep', '1000');
    expect((await ask('DELETE', '/secrets/db_pass')).json).toMatchObject({
      status: 409,
      detail: expect.stringContaining('user'),
    });
    expect((await ask('POST', '/services/taken/rollback')).status).toBe(409);
    await real.docker('service', 'rm', 'user', 'taken');
  });

  test('whose image is nowhere is told so', async () => {
    await make({ name: 'lost', image: 'no-such-image-anywhere:1' });
    await eventually(async () => (await ask('GET', '/services/lost')).json.cause === 'no_such_image');
    expect((await ask('GET', '/services/lost')).json.problem).toContain('no-such-image-anywhere:1');
    await ask('DELETE', '/services/lost');
  });
});

describe('logs', () => {
  beforeAll(async () => {
    await make({ name: 'talker', image: 'busybox', command: ['sh', '-c', TALKER], replicas: 2 });
    await running('talker', 2);
  });
  afterAll(() => ask('DELETE', '/services/talker'));

  test('are docker’s own lines', async () => {
    await eventually(async () => (await ask('GET', '/services/talker/logs')).json.items.length > 8);
    const ours = await ask('GET', '/services/talker/logs?limit=5000', { headers: { Accept: 'text/plain' } });
    const theirs = await real.docker('service', 'logs', 'talker');
    // Theirs came later; the docker command puts stderr aside.
    const lines = ours.text
      .trimEnd()
      .split('\n')
      .filter((line) => !line.endsWith('begun'));
    expect(lines.length).toBeGreaterThan(5);
    expect(theirs.split('\n')).toEqual(expect.arrayContaining(lines));
  });

  test('of two tasks come page by page, each line once and none left out', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 12; page += 1) {
      const { json } = await ask('GET', `/services/talker/logs?limit=4&since=${cursor}`);
      seen.push(
        ...json.items.map(({ task, stream, text }: Record<string, string>) => `${task} ${stream} ${text}`),
      );
      ({ cursor } = json);
    }
    expect(new Set(seen).size).toBe(seen.length);
    for (const task of new Set(seen.map((line) => line.split(' ')[0]))) {
      const own = seen
        .filter((line) => line.startsWith(task ?? ''))
        .map((line) => line.split(' ').slice(1).join(' '));
      expect(own.toSorted()).toContain('stderr begun');
      const numbers = own.flatMap((line) => /^stdout line (\d+)$/.exec(line)?.[1] ?? []).map(Number);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
  });

  test('have an end and a beginning where they are asked for', async () => {
    const { json } = await ask('GET', '/services/talker/logs?tail=2');
    expect(json.items).toHaveLength(4);
    const since = json.items[0].at;
    const { json: recent } = await ask('GET', `/services/talker/logs?since=${since}`);
    expect(recent.items.length).toBeGreaterThan(1);
    for (const { at } of recent.items) expect(at >= since, `${at}, since ${since}`).toBe(true);
  });

  test('are followed while they are said, and the engine is let go', async () => {
    const gone = new AbortController();
    const token = await world.token('student');
    const started = Date.now();
    const response = await world.app.request(`/v1/labs/${labId}/services/talker/logs?follow=true&tail=0`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: gone.signal,
    });
    const reader = response.body?.getReader();
    let text = '';
    while (text.split('\n').length < 8) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) break;
      text += Buffer.from(value).toString();
    }
    gone.abort();
    expect(text).toMatch(/^talker\.[12]\.\w{12}@\S+ {4}\| line \d+$/m);
    expect(Date.now() - started).toBeGreaterThan(400);
    await eventually(async () => {
      const { done } = (await reader?.read()) ?? { done: true };
      return done;
    });
  });
});

describe('exec on a machine', () => {
  test('tells exit code, output and input', async () => {
    expect((await exec({ command: 'echo out; echo err >&2; exit 3' })).json).toMatchObject({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      ended: 'by-itself',
    });
    expect((await exec({ command: ['tr', 'a-z', 'A-Z'], stdin: 'olá mundo\n' })).json.stdout).toBe(
      'OLá MUNDO\n',
    );
    expect((await exec({ command: ['no-such-program'] })).json.exitCode).toBe(127);
  });

  test('is bounded in what it says', async () => {
    const { json } = await exec({ command: 'yes slipway' });
    expect(json.ended).toBe('too-much-output');
    expect(json.stdout.length).toBeLessThanOrEqual(1024 * 1024);
    expect(json.seconds).toBeLessThan(15);
  });

  test('takes two at once', async () => {
    const both = await Promise.all([1, 2].map((number) => exec({ command: `sleep 0.5; echo ${number}` })));
    expect(both.map(({ json }) => json.stdout)).toEqual(['1\n', '2\n']);
  });

  test('is bounded in time', async () => {
    const { json } = await endless;
    expect(json).toMatchObject({ ended: 'deadline', stdout: 'started\n' });
    expect(json.seconds).toBeGreaterThan(19);
    expect(json.seconds).toBeLessThan(45);
  });
});
