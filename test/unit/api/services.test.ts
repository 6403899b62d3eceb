import { beforeEach, describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import type { Lab } from '../../../shared/lab/lab.ts';
import type { Engine, ServiceSpec } from '../../../shared/ports/engine.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let lab: Lab;
let engine: Engine;
beforeEach(async () => {
  world = createWorld();
  lab = await world.keep();
  engine = world.engines.machine(lab.id, 'LINUXtips-01');
});

const path = (rest = '') => `/v1/labs/${lab.id}/services${rest}`;
const create = (json: object, headers = {}) => world.ask('POST', path(), { json, headers });
const change = (json: object, headers = {}) => world.ask('PATCH', path('/web'), { json, headers });
const specOf = async (name: string) => (await engine.service(name)).Spec;
const containerOf = async (name: string) =>
  (await specOf(name)).TaskTemplate.ContainerSpec as Record<string, unknown>;
const secret = (Name: string) => engine.createSecret({ Name, Labels: {}, Data: 'eA==' });
const writes = () => world.engines.calls.filter((call) => call.endsWith('updateService')).length;

describe('POST a service', () => {
  test('makes the course’s webserver as docker service create does', async () => {
    const answer = await create({ name: 'webserver', replicas: 5, ports: ['8080:80'], image: 'nginx' });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.headers.get('Location')).toBe(path('/webserver'));
    expect(answer.json).toMatchObject({
      name: 'webserver',
      image: 'nginx:latest',
      mode: 'replicated',
      replicas: { desired: 5, running: 5 },
      ports: [{ target: 80, published: 8080, protocol: 'tcp', mode: 'ingress' }],
    });
    expect(answer.json.tasks).toHaveLength(5);
    expect(await specOf('webserver')).toEqual({
      Name: 'webserver',
      Labels: {},
      TaskTemplate: {
        ContainerSpec: { Image: 'nginx:latest', Init: false, DNSConfig: {}, Isolation: 'default' },
        Resources: { Limits: {}, Reservations: {} },
        Placement: {},
        ForceUpdate: 0,
        Runtime: 'container',
      },
      Mode: { Replicated: { Replicas: 5 } },
      EndpointSpec: {
        Mode: 'vip',
        Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }],
      },
    });
  });

  test('takes every part of it, in docker’s own text or by its parts', async () => {
    const { id: secretId } = await secret('db_pass');
    const { id: configId } = await engine.createConfig({ Name: 'site', Labels: {}, Data: 'eA==' });
    const { id: networkId } = await engine.createNetwork({ Name: 'net', Driver: 'overlay', Labels: {} });
    const answer = await create({
      name: 'app',
      image: 'minha_app:1.0',
      mode: 'global',
      command: "sh -c 'sleep 5'",
      args: ['more'],
      entrypoint: ['/entry'],
      env: { A: '1', B: 2, C: null },
      user: '1000:1000',
      workdir: '/srv',
      hostname: 'h-{{.Node.Hostname}}',
      ports: ['80/udp', 443, { target: 22, published: 2222, mode: 'host' }],
      mounts: [
        'type=volume,src=teste,dst=/app',
        { type: 'bind', source: '/etc', target: '/host', readOnly: true },
        'type=tmpfs,dst=/t,tmpfs-size=64M,tmpfs-mode=1777',
        'src=v,dst=/v,volume-driver=local,volume-opt=type=nfs,volume-label=a=b,volume-nocopy',
      ],
      secrets: ['source=db_pass,target=password,uid=2000,gid=3000,mode=0400'],
      configs: [{ source: 'site', target: '/etc/site', mode: 256, uid: 7 }, 'site'],
      networks: [{ name: 'net', aliases: ['it'] }],
      constraints: ['node.role==manager'],
      labels: { a: 'b' },
      limits: { cpus: 0.5, memory: '50M', pids: 100 },
      reservations: { cpus: '0.1', memory: 10_485_760 },
      restart: { condition: 'on-failure', delay: '2s', maxAttempts: 3, window: '1m' },
      update: { delay: '5s', order: 'start-first' },
      rollback: { parallelism: 0 },
    });
    expect(answer.status, answer.text).toBe(201);
    const { TaskTemplate, ...spec } = await specOf('app');
    expect(spec).toMatchObject({
      Labels: { a: 'b' },
      Mode: { Global: {} },
      UpdateConfig: {
        Parallelism: 1,
        Delay: 5e9,
        Monitor: 5e9,
        FailureAction: 'pause',
        Order: 'start-first',
      },
      RollbackConfig: { Parallelism: 0, Delay: 0, Order: 'stop-first' },
      EndpointSpec: {
        Ports: [
          { Protocol: 'udp', TargetPort: 80, PublishMode: 'ingress' },
          { Protocol: 'tcp', TargetPort: 443, PublishMode: 'ingress' },
          { Protocol: 'tcp', TargetPort: 22, PublishedPort: 2222, PublishMode: 'host' },
        ],
      },
    });
    expect(TaskTemplate).toMatchObject({
      ContainerSpec: {
        Image: 'minha_app:1.0',
        Command: ['/entry'],
        Args: ['sh', '-c', 'sleep 5', 'more'],
        Env: ['A=1', 'B=2', 'C'],
        User: '1000:1000',
        Dir: '/srv',
        Hostname: 'h-{{.Node.Hostname}}',
        Mounts: [
          { Type: 'volume', Source: 'teste', Target: '/app' },
          { Type: 'bind', Source: '/etc', Target: '/host', ReadOnly: true },
          { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 67_108_864, Mode: 0o1777 } },
          {
            Type: 'volume',
            Source: 'v',
            Target: '/v',
            VolumeOptions: {
              NoCopy: true,
              Labels: { a: 'b' },
              DriverConfig: { Name: 'local', Options: { type: 'nfs' } },
            },
          },
        ],
        Secrets: [
          {
            File: { Name: 'password', UID: '2000', GID: '3000', Mode: 0o400 },
            SecretID: secretId,
            SecretName: 'db_pass',
          },
        ],
        Configs: [
          { File: { Name: '/etc/site', UID: '7', GID: '0', Mode: 0o400 }, ConfigID: configId },
          { File: { Name: 'site', UID: '0', GID: '0', Mode: 0o444 } },
        ],
      },
      Resources: {
        Limits: { NanoCPUs: 5e8, MemoryBytes: 52_428_800, Pids: 100 },
        Reservations: { NanoCPUs: 1e8, MemoryBytes: 10_485_760 },
      },
      RestartPolicy: { Condition: 'on-failure', Delay: 2e9, MaxAttempts: 3, Window: 6e10 },
      Placement: { Constraints: ['node.role==manager'] },
      Networks: [{ Target: networkId, Aliases: ['it'] }],
    });
  });

  test('tells all that is wrong at once, each with a pointer, and asks no engine', async () => {
    const before = world.engines.calls.length;
    const answer = await create({
      name: '-x',
      image: 'NGINX',
      replicas: 1001,
      ports: ['80:80:80:80', 70_000, { target: 1, mode: 'hots' }, true],
      mounts: [
        'type=bind,src=relative,dst=/a',
        'src=a,dst=b',
        'bogus=1',
        'bogus=2',
        { target: '/x', propagation: 'shared' },
      ],
      secrets: ['a b', { source: 'x', mode: '9' }, 'source=x,colour=red', 'colour=red'],
      env: ['=x'],
      constraints: ['node.role'],
      limits: { memory: '1k', cpus: 'many' },
      restart: 'sometimes',
      update: { delay: 'soon' },
      labels: { '': 'x' },
      repliacs: 2,
    });
    expect(answer.status).toBe(422);
    const pointers = answer.json.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).toEqual(
      expect.arrayContaining([
        ...['/name', '/image', '/replicas', '/ports/0', '/ports/1', '/ports/2/mode', '/ports/3'],
        ...['/mounts/0/source', '/mounts/1/target', '/mounts/2', '/mounts/3', '/mounts/4/propagation'],
        ...['/secrets/0/source', '/secrets/1/mode', '/secrets/2', '/env/0', '/constraints/0'],
        ...['/labels/', '/limits/memory', '/limits/cpus', '/restart', '/update/delay', '/repliacs'],
      ]),
    );
    const wordsAt = (at: string) =>
      answer.json.errors.find(({ pointer }: { pointer: string }) => pointer === at).message;
    expect(wordsAt('/ports/2/mode')).toContain('did you mean "host"');
    expect(wordsAt('/ports/3')).toBe('must be a string or a number or an object');
    expect(wordsAt('/repliacs')).toContain('did you mean "replicas"');
    expect(world.engines.calls.slice(before)).toEqual([]);
  });

  test.each([
    ['replicas of a global one', { mode: 'global', replicas: 2 }, '/replicas'],
    ['a file twice', { secrets: ['a', { source: 'b', target: 'a' }] }, '/secrets/1'],
    ['a target twice', { mounts: ['src=a,dst=/x', 'src=b,dst=/x'] }, '/mounts/1'],
    ['more than 20 ports', { ports: ['8000-8020:8000-8020'] }, '/ports/0'],
    ['ranges of more than 20 ports', { ports: ['8000-8010:8000-8010', '9000-9010:9000-9010'] }, '/ports'],
    ['a NUL', { command: ['a\0b'] }, '/command/0'],
    ['an open quote', { command: 'sh -c "x' }, '/command'],
  ])('refuses %s', async (_, more, pointer) => {
    const answer = await create({ name: 'web', image: 'nginx', ...more });
    expect(answer.status).toBe(422);
    expect(answer.json.errors.map((each: { pointer: string }) => each.pointer)).toContain(pointer);
  });

  test('names everything that it refers to and is not there, with the nearest', async () => {
    await secret('db_pass');
    const answer = await create({
      name: 'web',
      image: 'nginx',
      secrets: ['db_pas', 'other'],
      configs: ['site'],
      networks: ['net'],
    });
    expect(answer.status).toBe(422);
    expect(answer.json.errors).toEqual([
      { pointer: '/secrets/0', message: expect.stringContaining('did you mean "db_pass"') },
      { pointer: '/secrets/1', message: expect.stringContaining('there is no secret "other"') },
      { pointer: '/configs/0', message: expect.stringContaining('create it first') },
      { pointer: '/networks/0', message: expect.stringContaining('docker network create') },
    ]);
    expect(await engine.services()).toEqual([]);
  });

  test('under a name or port that is taken is a conflict in words', async () => {
    await create({ name: 'web', image: 'nginx', ports: ['8080:80'] });
    const name = await create({ name: 'web', image: 'nginx' });
    expect(name.json).toMatchObject({ status: 409, code: 'conflict' });
    const port = await create({ name: 'other', image: 'nginx', ports: ['8080:80'] });
    expect(port.json).toMatchObject({ status: 409, code: 'conflict' });
    expect(port.json.detail).toMatch(/8080.*web.*publish another/);
  });

  test('under one Idempotency-Key is made once; the same name under another key is a conflict', async () => {
    const body = { name: 'web', image: 'nginx' };
    const first = await create(body, { 'Idempotency-Key': 'a' });
    world.deps.clock.advance(120);
    const again = await create(body, { 'Idempotency-Key': 'a' });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.json.id).toBe(first.json.id);
    world.deps.clock.advance(120);
    expect((await create(body, { 'Idempotency-Key': 'b' })).status).toBe(409);
    const other = await create({ ...body, replicas: 2 }, { 'Idempotency-Key': 'a' });
    expect(other.json.code).toBe('idempotency_mismatch');
  });

  test('whose answer was lost is found made when asked again under its key', async () => {
    world.engines.failOnce('createService', 'after');
    const headers = { 'Idempotency-Key': 'a' };
    expect((await create({ name: 'web', image: 'nginx' }, headers)).status).toBe(503);
    expect((await create({ name: 'web', image: 'nginx' }, headers)).status).toBe(201);
    expect(await engine.services()).toHaveLength(1);
  });

  test('is told what the swarm itself does not take', async () => {
    const error = new SlipwayError('engine_refused', 'Docker Engine x: 400 rpc error', {
      facts: { status: 400, reason: 'rpc error: code = InvalidArgument desc = ContainerSpec: odd' },
    });
    world.engines.failOnce('createService', 'before', { error });
    const answer = await create({ name: 'web', image: 'nginx' });
    expect(answer.json).toMatchObject({ status: 422, detail: expect.stringContaining('ContainerSpec: odd') });
    expect(answer.json.detail).not.toContain('rpc error');
  });
});

describe('GET services', () => {
  test('shows those of the student’s own command alike, by name, a page at a time', async () => {
    const spec = (Name: string): ServiceSpec => ({
      Name,
      Labels: Name === 'mine_db' ? { 'com.docker.stack.namespace': 'mine' } : {},
      TaskTemplate: { ContainerSpec: { Image: `redis:7@sha256:${'0'.repeat(64)}` } },
      Mode: { Replicated: { Replicas: 2 } },
    });
    for (const name of ['zz', 'mine_db', 'aa']) await engine.createService(spec(name));
    const first = await world.ask('GET', `${path()}?limit=2`);
    expect(first.json.items).toMatchObject([
      { name: 'aa', image: 'redis:7', replicas: { desired: 2, running: 2, failed: 0 } },
      { name: 'mine_db', stack: 'mine' },
    ]);
    const rest = await world.ask('GET', `${path()}?limit=2&cursor=${first.json.cursor}`);
    expect(rest.json.items).toMatchObject([{ name: 'zz' }]);
    expect(rest.json.cursor).toBeUndefined();
  });

  test('tells why one is not up', async () => {
    world.engines.missingImages.add('nginx:nope');
    await create({ name: 'web', image: 'nginx:nope' });
    const { json } = await world.ask('GET', path('/web'));
    expect(json).toMatchObject({ replicas: { running: 0, desired: 1 }, cause: 'no_such_image' });
    expect(json.problem).toContain('nginx:nope');
    expect((await world.ask('GET', path())).json.items[0].problem).toContain('nginx:nope');
  });

  test('by name or id has what inspect has; the beginning of an id is no service', async () => {
    await engine.createNetwork({ Name: 'net', Driver: 'overlay', Labels: {} });
    await create({ name: 'web', image: 'nginx', networks: ['net'] });
    const { ID } = await engine.service('web');
    const { json } = await world.ask('GET', path(`/${ID}`));
    expect(json).toMatchObject({ id: ID, spec: { Name: 'web', Mode: { Replicated: { Replicas: 1 } } } });
    expect(json.endpoint.VirtualIPs[0].Addr).toMatch(/^10\./);
    expect((await world.ask('GET', path(`/${ID.slice(0, 8)}`))).status).toBe(404);
  });

  test.each(['nope', '..', '%2e%2e%2f', 'a%2Fb', '%00'])('named %s is not found', async (name) => {
    await create({ name: 'node', image: 'nginx' });
    const answer = await world.ask('GET', path(`/${name}`));
    expect(answer.json).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('PATCH a service', () => {
  beforeEach(async () => {
    await secret('db_pass');
    await create({
      name: 'web',
      image: 'nginx',
      env: ['A=1', 'B=2'],
      secrets: [{ source: 'db_pass', target: 'password', uid: 2000, mode: '0400' }],
      mounts: ['src=a,dst=/a'],
      labels: { x: '1', y: '2' },
      limits: { cpus: 0.5, memory: '50M' },
      constraints: ['node.role==manager'],
      ports: ['8080:80'],
    });
  });

  test('changes all that it names in one update, and nothing else', async () => {
    await secret('db_pass_1');
    const before = await specOf('web');
    const answer = await change({
      replicas: 3,
      image: 'nginx:1.27',
      env: { set: { B: '3', C: 'x' }, unset: ['A'] },
      secrets: { remove: ['db_pass'], add: ['source=db_pass_1,target=password'] },
      mounts: { remove: ['/a'], add: ['src=b,dst=/b'] },
      labels: { set: { z: '3' }, unset: ['x'] },
      limits: { memory: '0', cpus: 1 },
      constraints: [],
      ports: ['8081:80'],
    });
    expect(answer.status, answer.text).toBe(200);
    expect(writes()).toBe(1);
    expect(answer.json).toMatchObject({
      image: 'nginx:1.27',
      replicas: { desired: 3 },
      previousSpec: before,
    });
    const after = await specOf('web');
    expect(after).toMatchObject({ Labels: { y: '2', z: '3' }, Mode: { Replicated: { Replicas: 3 } } });
    expect(after.TaskTemplate.ContainerSpec).toEqual({
      ...(before.TaskTemplate.ContainerSpec as object),
      Image: 'nginx:1.27',
      Env: ['B=3', 'C=x'],
      Mounts: [{ Type: 'volume', Source: 'b', Target: '/b' }],
      Secrets: [
        {
          File: { Name: 'password', UID: '0', GID: '0', Mode: 0o444 },
          SecretID: expect.any(String),
          SecretName: 'db_pass_1',
        },
      ],
    });
    expect(after.TaskTemplate).toMatchObject({ Resources: { Limits: { NanoCPUs: 1e9 } }, Placement: {} });
    expect(after.EndpointSpec).toEqual({
      Mode: 'vip',
      Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8081, PublishMode: 'ingress' }],
    });
  });

  test('to what it is already is no update; by force it is', async () => {
    expect((await change({ replicas: 1, env: { set: ['A=1'] } })).status).toBe(200);
    expect(writes()).toBe(0);
    await change({ force: true });
    expect((await specOf('web')).TaskTemplate.ForceUpdate).toBe(1);
  });

  test('asked by two at once has both, however they overtake each other', async () => {
    const answers = await Promise.all([change({ replicas: 4 }), change({ env: { set: ['D=4'] } })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await specOf('web')).toMatchObject({ Mode: { Replicated: { Replicas: 4 } } });
    expect((await containerOf('web')).Env).toEqual(['A=1', 'B=2', 'D=4']);
  });

  test('that is overtaken without end is told so', async () => {
    const error = new SlipwayError('engine_refused', 'update out of sequence', {
      facts: { status: 500, reason: 'rpc error: code = Unknown desc = update out of sequence' },
    });
    for (let count = 0; count < 6; count += 1) world.engines.failOnce('updateService', 'before', { error });
    expect((await change({ replicas: 4 })).json).toMatchObject({ status: 409, code: 'version_conflict' });
  });

  test('under its key is not forced twice', async () => {
    const headers = { 'Idempotency-Key': 'again' };
    world.deps.clock.advance(1);
    expect((await change({ force: true }, headers)).status).toBe(200);
    world.deps.clock.advance(1);
    expect((await change({ force: true }, headers)).status).toBe(200);
    expect((await specOf('web')).TaskTemplate.ForceUpdate).toBe(1);
  });

  test('of nothing, of a secret that is not there, or of one that is not there is refused', async () => {
    expect((await change({})).json.errors[0].message).toContain('must change something');
    const lost = await change({ secrets: { add: ['nope'] } });
    expect(lost.json.errors[0].pointer).toBe('/secrets/add/0');
    const absent = await world.ask('PATCH', path('/wbe'), { json: { replicas: 1 } });
    expect(absent.json.detail).toContain('did you mean "web"');
  });

  test('that scales a global service is a conflict', async () => {
    await create({ name: 'all', image: 'nginx', mode: 'global' });
    const answer = await world.ask('PATCH', path('/all'), { json: { replicas: 2 } });
    expect(answer.json).toMatchObject({ status: 409, detail: expect.stringContaining('once on every node') });
  });

  test('with another image lets go of the platforms that the former was made for', async () => {
    const { ID, Version, Spec } = await engine.service('web');
    const Placement = { Platforms: [{ Architecture: 'amd64' }], Constraints: ['node.role==manager'] };
    await engine.updateService(ID, Version.Index, {
      ...Spec,
      TaskTemplate: { ...Spec.TaskTemplate, Placement },
    });
    await change({ replicas: 2 });
    expect((await specOf('web')).TaskTemplate.Placement).toEqual(Placement);
    await change({ image: 'nginx:2' });
    expect((await specOf('web')).TaskTemplate.Placement).toEqual({ Constraints: ['node.role==manager'] });
  });
});

describe('rollback', () => {
  test('goes back to what was before, and under its key once only', async () => {
    await create({ name: 'web', image: 'nginx:1' });
    const never = await world.ask('POST', path('/web/rollback'));
    expect(never.json).toMatchObject({
      status: 409,
      detail: expect.stringContaining('nothing to roll back'),
    });
    await change({ image: 'nginx:2' });
    world.deps.clock.advance(1);
    const headers = { 'Idempotency-Key': 'back' };
    const answer = await world.ask('POST', path('/web/rollback'), { headers });
    expect(answer.json).toMatchObject({ image: 'nginx:1', updateStatus: { State: 'rollback_completed' } });
    await world.ask('POST', path('/web/rollback'), { headers });
    expect((await containerOf('web')).Image).toBe('nginx:1');
    await world.ask('POST', path('/web/rollback'));
    expect((await containerOf('web')).Image).toBe('nginx:2');
  });
});

describe('DELETE a service', () => {
  test('removes it; again it is not there, but under its key it is done', async () => {
    await create({ name: 'web', image: 'nginx' });
    const headers = { 'Idempotency-Key': 'gone' };
    expect((await world.ask('DELETE', path('/web'), { headers })).status).toBe(204);
    expect(await engine.services()).toEqual([]);
    expect((await world.ask('DELETE', path('/web'), { headers })).status).toBe(204);
    expect((await world.ask('DELETE', path('/web'))).status).toBe(404);
  });
});

describe('tasks', () => {
  test('of a service, what is wanted before what was, a page at a time', async () => {
    await create({ name: 'web', image: 'nginx:1', replicas: 3 });
    await world.ask('GET', path('/web/tasks'));
    world.deps.clock.advance(1);
    await change({ image: 'nginx:2' });
    const seen: { name: string; desired: string; image: string }[] = [];
    let cursor = '';
    do {
      const { json } = await world.ask('GET', `${path('/web/tasks')}?limit=2${cursor}`);
      expect(json.items.length).toBeLessThanOrEqual(2);
      seen.push(...json.items);
      cursor = json.cursor === undefined ? '' : `&cursor=${json.cursor}`;
    } while (cursor !== '');
    expect(seen.map(({ name, image }) => `${name} ${image}`)).toEqual(
      [1, 2, 3].flatMap((slot) => [`web.${slot} nginx:2`, `web.${slot} nginx:1`]),
    );
    expect(seen[0]).toMatchObject({ service: 'web', slot: 1, desired: 'running', state: 'running' });
  });

  test('of a node, by host name or id', async () => {
    await create({ name: 'web', image: 'nginx', replicas: 3 });
    const nodes = `/v1/labs/${lab.id}/nodes`;
    const { json } = await world.ask('GET', `${nodes}/LINUXtips-03/tasks`);
    expect(json.items).toMatchObject([{ name: 'web.3', node: 'LINUXtips-03' }]);
    const byId = await world.ask('GET', `${nodes}/${json.items[0].nodeId}/tasks`);
    expect(byId.json.items).toEqual(json.items);
    const absent = await world.ask('GET', `${nodes}/LINUXtips-3/tasks`);
    expect(absent.json).toMatchObject({ status: 404, detail: expect.stringContaining('LINUXtips-01') });
  });
});

describe('a lab whose swarm cannot be asked', () => {
  const ways = [
    ['GET', ''],
    ['GET', '/web/logs'],
    ['DELETE', '/web'],
  ] as const;

  test.each([
    ['that is off', { spec: { power: 'off' as const } }, 409, /switched off.*PATCH/],
    ['that goes down', { spec: { deleted: true } }, 409, /deleted/],
    ['that is not up yet', { status: { machines: [] } }, 409, /not up yet|no machine/],
    [
      'without a swarm',
      { spec: { swarm: 'none' as const }, status: { swarm: undefined } },
      409,
      /docker swarm init/,
    ],
  ])('%s says so, and what to do', async (_, overrides, status, words) => {
    const other = createWorld();
    const { id } = await other.keep(overrides as object);
    for (const [method, rest] of ways) {
      const answer = await other.ask(method, `/v1/labs/${id}/services${rest}`);
      expect(answer.status).toBe(status);
      expect(answer.json.detail).toMatch(words);
    }
  });

  test('that lost its quorum says which to start', async () => {
    const second = world.hosts.find(({ name }) => name === 'LINUXtips-02');
    if (second) second.power = 'off';
    const answer = await world.ask('GET', path());
    expect(answer.json).toMatchObject({ status: 409, detail: expect.stringContaining('majority') });
  });

  test('whose machines do not answer is worth another try', async () => {
    for (const host of world.hosts) host.power = 'off';
    const answer = await world.ask('GET', path());
    expect(answer.json).toMatchObject({ status: 503, code: 'engine_unreachable' });
    expect(answer.headers.get('Retry-After')).toBe('1');
  });

  test('that is somebody else’s is not there, and nothing of it is told', async () => {
    await create({ name: 'web', image: 'nginx' });
    for (const [method, rest] of ways) {
      expect((await world.ask(method, path(rest), { subject: 'bo' })).status).toBe(404);
    }
  });
});
