import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DockerDriver } from '../../shared/adapters/docker/docker-driver.ts';
import { EngineConnector } from '../../shared/adapters/engine/engine-connector.ts';
import { isSlipwayError } from '../../shared/core/errors.ts';
import { newLabId } from '../../shared/core/ids.ts';
import { createAuthority, issueClient } from '../../shared/engine/pki.ts';
import type { Engine, EngineEndpoint, ServiceSpec } from '../../shared/ports/engine.ts';
import { launchOf, running } from '../contract/driver-contract.ts';
import { openDockerDriver } from '../support/docker-ground.ts';
import { type EnrolmentDesk, openEnrolmentDesk } from '../support/enrolment-desk.ts';
import { timesOf } from '../support/times-of.ts';

const labId = newLabId(Date.now());
const IMAGE = 'nginx:latest';

describe('the Engine client, over mutual TLS with real engines', () => {
  let desk: EnrolmentDesk;
  let driver: DockerDriver;
  const connector = new EngineConnector();
  let endpoints: EngineEndpoint[];
  let manager: Engine;
  let worker: Engine;
  let addresses: string[];

  beforeAll(async () => {
    desk = await openEnrolmentDesk(labId);
    driver = await openDockerDriver(`client-${process.pid}`, { apiPort: desk.port });
    await driver.createNetwork(labId);
    await driver.create(launchOf(labId, ['m1', 'm2']));
    const machines = await running(driver, labId, ['m1', 'm2']);
    const now = Date.now();
    const client = await issueClient({
      authority: desk.authority,
      subject: 'test',
      notAfter: now + 3_600_000,
      now,
    });
    endpoints = machines.map(({ name, engine }) => {
      if (engine === undefined) throw new Error(`${name} has no engine`);
      return { ...engine, serverName: name, ...client };
    });
    addresses = machines.map(({ privateAddress }) => privateAddress);
    [manager, worker] = endpoints.map((endpoint) => connector.connect(endpoint)) as [Engine, Engine];
    await Promise.all([answering(manager), answering(worker)]);
  });

  afterAll(async () => {
    connector.close();
    await driver.remove(labId, ['m1', 'm2']);
    await driver.removeNetwork(labId);
    await desk.close();
  });

  test('reads an engine that is in no swarm', async () => {
    const info = await manager.info();
    expect(info).toMatchObject({ name: 'm1', swarm: { localNodeState: 'inactive', remoteManagers: [] } });
    expect(info.swarm.clusterId).toBeUndefined();
    await expect(manager.nodes()).rejects.toMatchObject({ code: 'engine_refused', facts: { status: 503 } });
  });

  test('makes a swarm of two, and reads its nodes from the manager alone', async () => {
    const [first = '', second = ''] = addresses;
    await manager.initSwarm({ advertiseAddress: first, nodeCertificateSeconds: 31_536_000 });
    await expect(
      manager.initSwarm({ advertiseAddress: first, nodeCertificateSeconds: 31_536_000 }),
    ).rejects.toMatchObject({ facts: { status: 503 } });
    const tokens = await manager.joinTokens();
    await worker.joinSwarm({
      joinToken: tokens.worker,
      managers: [`${first}:2377`],
      advertiseAddress: second,
    });
    await expect
      .poll(async () => (await manager.nodes()).map(({ Status }) => Status.State))
      .toEqual(['ready', 'ready']);
    const roles = (await manager.nodes())
      .map(({ Description, Spec }) => [Description.Hostname, Spec.Role])
      .sort();
    expect(roles).toEqual([
      ['m1', 'manager'],
      ['m2', 'worker'],
    ]);
    const { swarm } = await manager.info();
    expect(swarm).toMatchObject({
      localNodeState: 'active',
      controlAvailable: true,
      remoteManagers: [`${first}:2377`],
    });
    expect(swarm.clusterId).toMatch(/^[a-z0-9]{25}$/);
    expect((await worker.info()).swarm).toMatchObject({
      controlAvailable: false,
      remoteManagers: [`${first}:2377`],
    });
  });

  test('deploys a service on a network, sees its tasks run, updates it by its version, removes both', async () => {
    const stack = 'web';
    const labels = { 'com.docker.stack.namespace': stack };
    const network = await manager.createNetwork({ Name: 'web_default', Driver: 'overlay', Labels: labels });
    const spec: ServiceSpec = {
      Name: 'web_app',
      Labels: labels,
      TaskTemplate: { ContainerSpec: { Image: IMAGE }, Networks: [{ Target: network.id, Aliases: ['app'] }] },
      Mode: { Replicated: { Replicas: 2 } },
    };
    const watching = new AbortController();
    let events = 0;
    manager.watch(() => {
      events += 1;
    }, watching.signal);
    const { id } = await manager.createService(spec);
    const states = async () => (await manager.tasks({ stack })).map(({ Status }) => Status.State);
    await expect.poll(states, { timeout: 60_000, interval: 250 }).toEqual(['running', 'running']);
    expect((await manager.tasks({ service: 'web_app' })).map(({ Slot }) => Slot).sort()).toEqual([1, 2]);
    expect(events).toBeGreaterThan(0);
    watching.abort();

    const [service] = await manager.services({ stack });
    expect(service).toMatchObject({
      ID: id,
      Spec: { Name: 'web_app', Mode: { Replicated: { Replicas: 2 } } },
    });
    const version = service?.Version.Index ?? 0;
    await manager.updateService(id, version, { ...spec, Mode: { Replicated: { Replicas: 1 } } });
    await expect(manager.updateService(id, version, spec)).rejects.toMatchObject({
      code: 'engine_refused',
      message: expect.stringContaining('out of sequence'),
    });
    await manager.removeService(id);
    expect(await manager.services({ stack })).toEqual([]);
    expect((await manager.networks({ stack })).map(({ Name }) => Name)).toEqual(['web_default']);
    await expect
      .poll(
        () =>
          manager.removeNetwork(network.id).then(
            () => 'removed',
            () => 'in use',
          ),
        { timeout: 30_000 },
      )
      .toBe('removed');
  });

  test('runs a program on the host itself, beside its systemd, and leaves nothing there', async () => {
    const run = (...command: string[]) =>
      worker.runOnHost({ command, deadlineSeconds: 20, maximumBytes: 1024 * 1024 });
    const start = performance.now();
    expect(await run('systemctl', 'is-active', 'docker')).toEqual({
      exitCode: 0,
      stdout: 'active\n',
      stderr: '',
      ended: 'by-itself',
    });
    process.stdout.write(`systemctl on a host over TLS took ${Math.round(performance.now() - start)} ms\n`);
    expect((await run('hostname')).stdout).toBe('m2\n');
    const ours = '--filter label=io.slipway.host-program -q';
    const listed = await run('sh', '-c', `docker container ls -a ${ours}; docker image ls -a ${ours}`);
    // Itself, while it runs: one container, one image.
    expect(listed.stdout.trim().split('\n')).toHaveLength(2);
    const endless = await worker.runOnHost({
      command: ['yes'],
      deadlineSeconds: 20,
      maximumBytes: 1024 * 1024,
    });
    expect(endless.ended).toBe('too-much-output');
    expect(endless.stdout).toHaveLength(1024 * 1024);
  });

  test('follows a log until it has heard enough', async () => {
    const Command = ['sh', '-c', 'while sleep 0.2; do echo again; done'];
    const { id } = await manager.createService({
      Name: 'talker',
      Labels: {},
      TaskTemplate: { ContainerSpec: { Image: IMAGE, Command } },
      Mode: { Global: {} },
    });
    const enough = new AbortController();
    const nodes = new Set<string | undefined>();
    await manager.logs(
      { service: id },
      { follow: true, signal: enough.signal, deadlineSeconds: 60 },
      (line) => {
        nodes.add(line.nodeId);
        if (nodes.size === 2) enough.abort();
      },
    );
    expect(nodes.size).toBe(2);
    await manager.removeService(id);
  });

  test('pulls an image from the mirror, finds it there the next time, and says what cannot be pulled', async () => {
    expect(await worker.findImage(IMAGE)).toBe('there');
    expect(await worker.findImage('slipway-has-no-such-image:1')).toBe('missing');
    await worker.pullImage(IMAGE);
    const times = await timesOf(3, () => worker.pullImage(IMAGE));
    expect(Math.min(...times)).toBeLessThan(1000);
    await expect(worker.pullImage('slipway-has-no-such-image:1')).rejects.toMatchObject({
      code: 'engine_refused',
    });
  });

  test('a certificate of another lab opens nothing, and an engine of another lab is not believed', async () => {
    const [endpoint] = endpoints as [EngineEndpoint];
    const other = await createAuthority('another-lab', Date.now());
    const now = Date.now();
    const foreign = await issueClient({ authority: other, subject: 'test', notAfter: now + 60_000, now });
    for (const client of [
      { ...foreign, ca: endpoint.ca },
      { ...endpoint, ca: foreign.ca },
    ]) {
      const refused = connector.connect({ ...endpoint, ...client }).info();
      await expect(refused).rejects.toMatchObject({ code: 'engine_unreachable' });
    }
    await expect(manager.info()).resolves.toMatchObject({ name: 'm1' });
  });

  test('a node leaves, is removed, and asking for what is gone is told as 404', async () => {
    await worker.leaveSwarm({ force: false });
    const left = (await manager.nodes()).find(({ Description }) => Description.Hostname === 'm2');
    const id = left?.ID ?? '';
    // Forced: without, a manager waits 10 s and more until it believes that the node is down.
    await manager.removeNode(id, { force: true });
    await expect(manager.removeNode(id, { force: true })).rejects.toMatchObject({ facts: { status: 404 } });
    await expect(manager.removeService('nothing')).rejects.toMatchObject({ facts: { status: 404 } });
  });

  test('a node is drained by its version, and by no other', async () => {
    const [node] = await manager.nodes();
    if (node === undefined) throw new Error('the manager lists no node');
    const { ID, Version, Spec } = node;
    await manager.updateNode(ID, Version.Index, { ...Spec, Availability: 'drain' });
    expect((await manager.nodes())[0]?.Spec.Availability).toBe('drain');
    await expect(manager.updateNode(ID, Version.Index, Spec)).rejects.toMatchObject({
      code: 'engine_refused',
    });
  });

  test('an engine whose host was killed is unreachable within its deadline, and answers again once it is back', async () => {
    await driver.kill(labId, ['m2']);
    const start = Date.now();
    await expect(worker.info()).rejects.toMatchObject({ code: 'engine_unreachable', retryable: true });
    expect(Date.now() - start).toBeLessThan(15_000);
    await driver.start(labId, ['m2']);
    await answering(worker);
  });
});

/** Waits until an engine answers; an address that nobody holds yet refuses or says nothing. */
async function answering(engine: Engine): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      await engine.info();
      return;
    } catch (error) {
      if (!isSlipwayError(error, 'engine_unreachable') || Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
