import { afterEach, describe, expect, test } from 'vitest';
import { DockerEngine } from '../../../../shared/adapters/engine/docker-engine.ts';
import { EngineConnector } from '../../../../shared/adapters/engine/engine-connector.ts';
import { EngineHttp } from '../../../../shared/adapters/engine/engine-http.ts';
import { fullReference } from '../../../../shared/adapters/engine/image-reference.ts';
import {
  type Answer,
  json,
  openScriptedEngine,
  type ScriptedEngine,
} from '../../../support/scripted-engine.ts';

let opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of opened.reverse()) await one.close();
  opened = [];
});

async function engineThat(answer: Answer): Promise<{ scripted: ScriptedEngine; engine: DockerEngine }> {
  const scripted = await openScriptedEngine(answer);
  const http = new EngineHttp({ socketPath: scripted.socketPath });
  opened.push(scripted, http);
  return { scripted, engine: new DockerEngine(http) };
}

describe('what an engine tells', () => {
  test('is read with null for every list and map that is empty', async () => {
    const { engine } = await engineThat((response, { path }) => {
      if (path.endsWith('/info')) {
        const Swarm = {
          NodeID: '',
          NodeAddr: '',
          LocalNodeState: 'inactive',
          ControlAvailable: false,
          Error: '',
          RemoteManagers: null,
        };
        return json(response, { Name: 'm1', ServerVersion: '20.10.24', Swarm });
      }
      if (path.endsWith('/networks')) return json(response, [{ Id: 'n', Name: 'bridge', Labels: null }]);
      json(response, null);
    });
    expect((await engine.info()).swarm).toEqual({
      nodeId: '',
      nodeAddress: '',
      localNodeState: 'inactive',
      controlAvailable: false,
      error: '',
      remoteManagers: [],
      clusterId: undefined,
    });
    expect(await engine.networks()).toMatchObject([{ Labels: {} }]);
    expect(await engine.services()).toEqual([]);
    expect(await engine.tasks()).toEqual([]);
    expect(await engine.nodes()).toEqual([]);
  });

  test('of a swarm without quorum still says why', async () => {
    const Swarm = {
      NodeID: 'n1',
      NodeAddr: '100.64.0.2',
      LocalNodeState: 'active',
      ControlAvailable: true,
      Error: 'rpc error: The swarm does not have a leader.',
      RemoteManagers: [{ NodeID: 'n1', Addr: '100.64.0.2:2377' }],
      Cluster: { ID: 'a-cluster' },
    };
    const { engine } = await engineThat((response) =>
      json(response, { Name: 'm1', ServerVersion: '20.10.24', Swarm }),
    );
    expect((await engine.info()).swarm).toMatchObject({
      error: expect.stringContaining('does not have a leader'),
      remoteManagers: ['100.64.0.2:2377'],
      clusterId: 'a-cluster',
    });
  });

  test('about a node that has just joined is taken without the name it has not told', async () => {
    const node = {
      ID: 'n2',
      Version: { Index: 9 },
      Spec: { Role: 'worker', Availability: 'active', Labels: null },
      Status: { State: 'unknown' },
    };
    const { engine } = await engineThat((response) => json(response, [node]));
    expect(await engine.nodes()).toMatchObject([{ Description: { Hostname: '' }, Status: { Addr: '' } }]);
  });

  test('in a shape that is not the Engine API’s is refused, with the place', async () => {
    const { engine } = await engineThat((response) => json(response, [{ ID: 7 }]));
    await expect(engine.nodes()).rejects.toMatchObject({
      code: 'engine_refused',
      message: expect.stringContaining('at 0.ID'),
    });
  });
});

describe('what an old or hasty engine leaves out', () => {
  const version = { Version: { Index: 1 } };

  test('of a node is nothing', async () => {
    const Spec = { Role: 'worker', Availability: 'active', Labels: null };
    const nodes = [undefined, null, {}, { Hostname: 'm1', Engine: { Labels: null } }].map((Description) => ({
      ID: 'n',
      ...version,
      Spec,
      Status: { State: 'ready' },
      ...(Description === undefined ? {} : { Description }),
    }));
    const { engine } = await engineThat((response) => json(response, nodes));
    const nothing = {
      Hostname: '',
      Platform: { Architecture: '', OS: '' },
      Resources: { NanoCPUs: 0, MemoryBytes: 0 },
      Engine: { EngineVersion: '', Labels: {} },
    };
    const descriptions = (await engine.nodes()).map(({ Description }) => Description);
    expect(descriptions).toEqual([nothing, nothing, nothing, { ...nothing, Hostname: 'm1' }]);
  });

  test('of a service is no port, no address and no time', async () => {
    const Spec = { Name: 'web', Labels: null, TaskTemplate: {}, Mode: {} };
    const { engine } = await engineThat((response) => json(response, { ID: 's', ...version, Spec }));
    expect(await engine.service('web')).toEqual({
      ID: 's',
      ...version,
      CreatedAt: '',
      UpdatedAt: '',
      Spec: { ...Spec, Labels: {} },
      Endpoint: { Ports: [], VirtualIPs: [] },
    });
  });

  test('of a port is what every port is unless told', async () => {
    const Spec = { Name: 'web', Labels: {}, TaskTemplate: {}, Mode: {} };
    const Endpoint = { Ports: [{ TargetPort: 80 }], VirtualIPs: null };
    const { engine } = await engineThat((response) =>
      json(response, [{ ID: 's', ...version, Spec, Endpoint }]),
    );
    expect((await engine.services())[0]?.Endpoint).toEqual({
      Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishMode: 'ingress' }],
      VirtualIPs: [],
    });
  });
});

describe('what an engine is asked', () => {
  test('names the stack and the service it is about, and nothing where none is named', async () => {
    const { engine, scripted } = await engineThat((response) => json(response, []));
    await engine.services({ stack: 'web' });
    await engine.tasks({ stack: 'web', service: 'web_app' });
    await engine.networks();
    expect(scripted.heard.map(({ query }) => query.get('filters'))).toEqual([
      '{"label":["com.docker.stack.namespace=web"]}',
      '{"label":["com.docker.stack.namespace=web"],"service":["web_app"]}',
      null,
    ]);
  });

  test('about secrets and configs goes to each their own', async () => {
    const { engine, scripted } = await engineThat((response, { path }) =>
      json(response, path.endsWith('create') ? { ID: 'f1' } : []),
    );
    const spec = { Name: 'a', Labels: {}, Data: 'YQ==' };
    expect(await engine.createSecret(spec)).toEqual({ id: 'f1' });
    expect(await engine.createConfig(spec)).toEqual({ id: 'f1' });
    await engine.updateSecret('f1', 7, spec);
    await engine.updateConfig('f1', 8, spec);
    await engine.secrets({ stack: 'web' });
    await engine.configs();
    await engine.removeSecret('a/b');
    await engine.removeConfig('f1');
    expect(
      scripted.heard.map(({ method, path, query }) => `${method} ${path} ${decodeURIComponent(`${query}`)}`),
    ).toEqual([
      'POST /v1.41/secrets/create ',
      'POST /v1.41/configs/create ',
      'POST /v1.41/secrets/f1/update version=7',
      'POST /v1.41/configs/f1/update version=8',
      'GET /v1.41/secrets filters={"label":["com.docker.stack.namespace=web"]}',
      'GET /v1.41/configs ',
      'DELETE /v1.41/secrets/a%2Fb ',
      'DELETE /v1.41/configs/f1 ',
    ]);
    expect(JSON.parse(scripted.heard[0]?.body ?? '')).toEqual(spec);
  });

  test('about tasks may be narrowed to a node', async () => {
    const { engine, scripted } = await engineThat((response) => json(response, []));
    await engine.tasks({ node: 'n1' });
    expect(scripted.heard[0]?.query.get('filters')).toBe('{"node":["n1"]}');
  });

  test('for a rollback is the version that its caller saw, and the spec that is there', async () => {
    const Spec = { Name: 'web', Labels: { a: 'b' }, TaskTemplate: { More: 1 }, Mode: {} };
    const { engine, scripted } = await engineThat((response, { method }) =>
      json(response, method === 'GET' ? { ID: 's', Version: { Index: 9 }, Spec } : { Warnings: null }),
    );
    await engine.rollbackService('s', 7);
    const [, update] = scripted.heard;
    expect(update).toMatchObject({ method: 'POST', path: '/v1.41/services/s/update' });
    expect(Object.fromEntries(update?.query ?? [])).toEqual({ version: '7', rollback: 'previous' });
    expect(JSON.parse(update?.body ?? '')).toEqual(Spec);
  });

  test('cannot be turned into another question by an id', async () => {
    const { engine, scripted } = await engineThat((response) => void response.end());
    await engine.removeService('../swarm?force=1');
    await engine.removeNetwork('a/b');
    await engine.removeNode('n 1', { force: true });
    expect(scripted.heard.map(({ path }) => path)).toEqual([
      '/v1.41/services/..%2Fswarm%3Fforce%3D1',
      '/v1.41/networks/a%2Fb',
      '/v1.41/nodes/n%201',
    ]);
  });

  test('keeps a year of a node’s certificate exact in nanoseconds', async () => {
    const { engine, scripted } = await engineThat((response) => json(response, 'node-id'));
    await engine.initSwarm({ advertiseAddress: '100.64.0.2', nodeCertificateSeconds: 31_536_000 });
    expect(scripted.heard[0]?.body).toContain('"NodeCertExpiry":31536000000000000');
    expect(scripted.heard[0]?.body).toContain('"AdvertiseAddr":"100.64.0.2"');
  });
});

describe('a pull', () => {
  test('is not made for an image that is there', async () => {
    const { engine, scripted } = await engineThat((response) => json(response, {}));
    await engine.pullImage('library/nginx');
    expect(scripted.heard.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1.41/images/library/nginx:latest/json',
    ]);
  });

  test('is read to its end, and fails by what is said in the midst of it', async () => {
    const { engine, scripted } = await engineThat((response, { method, query }) => {
      if (method === 'GET') return json(response, { message: 'No such image' }, 404);
      const broken = query.get('fromImage') === 'broken:1';
      response.write('{"status":"Pulling from library/nginx"}\n');
      if (broken)
        response.write('{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}\n');
      response.end('{"status":"done"}\n');
    });
    await engine.pullImage('nginx');
    expect(scripted.heard[1]?.query.get('fromImage')).toBe('nginx:latest');
    await expect(engine.pullImage('broken:1')).rejects.toMatchObject({
      code: 'engine_refused',
      message: expect.stringContaining('pull of broken:1: manifest unknown'),
    });
  });

  test('is not begun where the engine cannot say what it has', async () => {
    const { engine, scripted } = await engineThat((response) => json(response, { message: 'broken' }, 500));
    await expect(engine.pullImage('nginx')).rejects.toMatchObject({ facts: { status: 500 } });
    expect(scripted.heard).toHaveLength(1);
  });

  test.each([
    ['nginx', 'nginx:latest'],
    ['nginx:1.25', 'nginx:1.25'],
    ['registry.example:5000/team/app', 'registry.example:5000/team/app:latest'],
    [`app@sha256:${'a'.repeat(64)}`, `app@sha256:${'a'.repeat(64)}`],
  ])('of %s asks for %s: one tag, not all', (given, full) => {
    expect(fullReference(given)).toBe(full);
  });

  test.each(['', '../swarm', 'a?b', 'a b', 'a/../b', 'app@sha256:short'])('of %j is refused', (reference) => {
    expect(() => fullReference(reference)).toThrow('is not a reference');
  });
});

describe('a watch', () => {
  test('calls back at each event but those of health checks, and once more when the engine goes', async () => {
    let response: Parameters<Answer>[0] | undefined;
    const { engine, scripted } = await engineThat((opening) => {
      response = opening;
      for (const Action of ['start', 'exec_create: curl', 'exec_die', 'health_status: healthy']) {
        opening.write(
          `${JSON.stringify({ Type: 'container', Action, Actor: { ID: 'c', Attributes: null } })}\n`,
        );
      }
    });
    let calls = 0;
    engine.watch(() => {
      calls += 1;
    }, new AbortController().signal);
    await expect.poll(() => calls).toBe(2);
    // What our own programs on the host do is no news either.
    const ours = { ID: 'c', Attributes: { 'io.slipway.host-program': '' } };
    response?.write(`${JSON.stringify({ Type: 'container', Action: 'start', Actor: ours })}\n`);
    response?.write(`${JSON.stringify({ Type: 'container', Action: 'prune', Actor: {} })}\n`);
    response?.end();
    await expect.poll(() => calls).toBe(3);
    expect(JSON.parse(scripted.heard[0]?.query.get('filters') ?? '')).toEqual({
      type: ['container', 'service', 'node'],
    });
  });

  test('is silent once its caller has left', async () => {
    const leaving = new AbortController();
    const { engine, scripted } = await engineThat((opening) => void opening.write('\n'));
    let calls = 0;
    engine.watch(() => {
      calls += 1;
    }, leaving.signal);
    await expect.poll(() => scripted.connections()).toBe(1);
    leaving.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(calls).toBe(0);
  });
});

test('the connector gives one engine for one endpoint and certificate, another for another, and forgets in time', () => {
  let now = 0;
  const connector = new EngineConnector(() => now);
  opened.push(connector);
  const endpoint = { host: '127.0.0.1', port: 1, serverName: 'm1', ca: 'ca', cert: 'cert', key: 'key' };
  const first = connector.connect(endpoint);
  expect(connector.connect({ ...endpoint })).toBe(first);
  expect(connector.connect({ ...endpoint, cert: 'renewed' })).not.toBe(first);
  expect(connector.connect({ ...endpoint, host: '127.0.0.2' })).not.toBe(first);
  now += 9 * 60_000;
  expect(connector.connect(endpoint)).toBe(first);
  now += 11 * 60_000;
  expect(connector.connect(endpoint)).not.toBe(first);
});
