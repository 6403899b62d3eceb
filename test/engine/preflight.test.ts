import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeOnly } from '../../shared/lab/stack-source.ts';
import { readCompose } from '../../shared/stack/compose/read-compose.ts';
import { stackServices } from '../../shared/stack/converge.ts';
import { convertStack } from '../../shared/stack/convert/convert-stack.ts';
import { deployStack } from '../../shared/stack/deploy.ts';
import { PATHS_ON_EVERY_HOST, PATHS_ON_MACHINES_ONLY } from '../../shared/stack/preflight/check-binds.ts';
import type { Finding } from '../../shared/stack/preflight/finding.ts';
import { preflight } from '../../shared/stack/preflight/preflight.ts';
import { imagesOf, lookAtSwarm } from '../../shared/stack/preflight/swarm-picture.ts';
import { eventually } from '../support/eventually.ts';
import { type PlainEngine, type PlainEngines, startPlainEngines } from '../support/plain-engines.ts';

const IMAGE = 'nginx:latest';
const FIRST = `
services:
  web: { image: "${IMAGE}", stop_grace_period: 1s, ports: ["8080:80"], deploy: { resources: { reservations: { memory: 64M } } } }
`;

describe('the pre-flight against a real swarm', () => {
  let set: PlainEngines;
  let manager: PlainEngine;

  beforeAll(async () => {
    set = await startPlainEngines(`preflight-${process.pid}`, 2);
    const [first, second] = set.engines as [PlainEngine, PlainEngine];
    manager = first;
    await first.engine.initSwarm({ advertiseAddress: first.address, nodeCertificateSeconds: 31_536_000 });
    const { worker } = await first.engine.joinTokens();
    await second.engine.joinSwarm({
      joinToken: worker,
      managers: [`${first.address}:2377`],
      advertiseAddress: second.address,
    });
    await eventually(async () =>
      (await first.engine.nodes()).every(({ Status }) => Status.State === 'ready'),
    );
    await deployStack(first.engine, { name: 'first', source: composeOnly(FIRST) });
    await eventually(async () => {
      const services = await stackServices(first.engine, 'first', await first.engine.nodes());
      return services.every(({ running, desired }) => running === desired);
    });
    await first.docker('network', 'create', 'of-one-node');
  });

  afterAll(async () => {
    await set?.close();
  });

  async function plan(compose: string, stack: string): Promise<Finding[]> {
    const read = readCompose(composeOnly(compose));
    const objects = convertStack(stack, read);
    const swarm = await lookAtSwarm(manager.engine, { images: imagesOf(objects.services) });
    const facts = { hostsAreContainers: true, managers: 1, machines: 2 };
    return preflight({ stack, read, objects, swarm, others: [], facts });
  }
  const errorsOf = (findings: Finding[]) =>
    findings.filter(({ level }) => level === 'error').map(({ code, place }) => `${code}:${place?.line}`);
  const deploy = (name: string, compose: string) =>
    deployStack(manager.engine, { name, source: composeOnly(compose) });

  test('of what runs already there is nothing to say but for its single manager', async () => {
    expect((await plan(FIRST, 'first')).map(({ code }) => code)).toEqual(['one_manager']);
  });

  test('each thing that cannot be is found, in time, with its line', async () => {
    const file = `
services:
  web:
    image: nobody/has-this:1
    ports: ["8080:80"]
    secrets: [pass]
    networks: [edge, lone]
    volumes: ["/dev/disk:/d", "/srv/data:/e"]
  homeless:
    image: "${IMAGE}"
    deploy: { placement: { constraints: [node.labels.disk == ssd] } }
  big:
    image: "${IMAGE}"
    deploy: { resources: { reservations: { memory: 900G } } }
secrets: { pass: { external: true } }
networks:
  edge: { external: true }
  lone: { external: true, name: of-one-node }
`;
    const started = performance.now();
    const findings = await plan(file, 'second');
    console.info(`looked and planned in ${Math.round(performance.now() - started)} ms`);
    expect(performance.now() - started).toBeLessThan(15_000);
    for (const { level, place, message } of findings)
      console.info(`${level}, line ${place?.line}: ${message}`);
    expect(errorsOf(findings)).toEqual([
      'port_taken:5',
      'bind_missing:8',
      'no_suitable_node:11',
      'no_room:14',
      'secret_absent:15',
      'network_absent:17',
      'network_local:18',
    ]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        code: 'image_missing',
        place: expect.objectContaining({ line: 4 }),
      }),
    );
    expect(findings.map(({ code }) => code)).toContain('bind_unknown');
  });

  test('what it calls an error the engine refuses, or never runs', async () => {
    const clash = FIRST.replace('web:', 'other:');
    expect(errorsOf(await plan(clash, 'clash'))).toEqual(['port_taken:3']);
    await expect(deploy('clash', clash)).rejects.toMatchObject({ code: 'engine_refused' });

    const secret = `services: { web: { image: "${IMAGE}", secrets: [pass] } }\nsecrets: { pass: { external: true } }`;
    expect(errorsOf(await plan(secret, 'secretive'))).toEqual(['secret_absent:2']);
    await expect(deploy('secretive', secret)).rejects.toThrow(/pass/);
    await manager.engine.createSecret({ Name: 'pass', Labels: {}, Data: 'eA==' });
    expect(errorsOf(await plan(secret, 'secretive'))).toEqual([]);
    await deploy('secretive', secret);

    const bound = `services: { web: { image: "${IMAGE}", volumes: ["/dev/disk:/d"] } }`;
    expect(errorsOf(await plan(bound, 'bound'))).toEqual(['bind_missing:1']);
    await deploy('bound', bound);
    const cause = async () =>
      (await stackServices(manager.engine, 'bound', await manager.engine.nodes()))[0]?.cause;
    await eventually(async () => (await cause()) === 'bind_source_missing');
  });

  test('room that a running stack has reserved is not free', async () => {
    const [node] = await manager.engine.nodes();
    const bytes = node?.Description.Resources.MemoryBytes ?? 0;
    // Between what is free on the node with the first stack's task, and what is free on the other.
    const each = Math.floor(bytes / 1024 ** 2) - 32;
    const file = `services: { web: { image: "${IMAGE}", deploy: { replicas: 2, resources: { reservations: { memory: ${each}M } } } } }`;
    const findings = await plan(file, 'roomy');
    expect(findings.find(({ code }) => code === 'little_room')?.message).toContain(
      '1 of 2 tasks of web find room',
    );
    await deploy('roomy', file);
    const status = async () =>
      (await stackServices(manager.engine, 'roomy', await manager.engine.nodes()))[0];
    await eventually(async () => (await status())?.running === 1 && (await status())?.cause !== undefined);
    expect(await status()).toMatchObject({ running: 1, desired: 2, cause: 'no_suitable_node' });
    await manager.docker('stack', 'rm', 'roomy');
  });

  test('a host has the paths that it counts on, and lacks those that it counts out', async () => {
    const there = async (path: string) => {
      const command = ['test', '-e', path];
      const { exitCode } = await manager.engine.runOnHost({
        command,
        deadlineSeconds: 20,
        maximumBytes: 1000,
      });
      return exitCode === 0;
    };
    // This engine's socket is elsewhere, and what makes host images makes no /etc/docker of its own.
    const paths = PATHS_ON_EVERY_HOST.filter((path) => !/docker\.sock$|^\/etc\/docker$/.test(path));
    const script = 'for path; do test -e "$path" || echo "$path"; done';
    const { stdout } = await manager.engine.runOnHost({
      command: ['sh', '-c', script, 'sh', ...paths],
      deadlineSeconds: 20,
      maximumBytes: 10_000,
    });
    expect(stdout).toBe('');
    expect(await there('/etc')).toBe(true);
    for (const path of PATHS_ON_MACHINES_ONLY) expect(await there(path), path).toBe(false);
  });
});
