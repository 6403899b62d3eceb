import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServiceStatus, ServiceStatus as Status } from '../../shared/lab/lab.ts';
import { composeOnly } from '../../shared/lab/stack-source.ts';
import { hasConverged, serviceStatuses } from '../../shared/stack/converge.ts';
import { deployStack } from '../../shared/stack/deploy.ts';
import { StackView, viewServices, viewStack } from '../../shared/stack/view-stack.ts';
import { eventually } from '../support/eventually.ts';
import { type PlainEngine, type PlainEngines, startPlainEngines } from '../support/plain-engines.ts';

const IMAGE = 'nginx:latest';
/** A program for 64-bit ARM: no more than its header, which is as far as the kernel reads. */
const ARM_HEADER = '7f454c460201010000000000000000000200b7000100000078004000000000004000000000000000';
const PROVOKED_WITHIN_SECONDS = 60;

/** Each service meets one trouble, all at once: on two nodes, with a stub nginx that is a busybox. */
const TROUBLES = `
services:
  lost: { image: "nobody/has-this:1" }
  port: { image: "${IMAGE}", deploy: { replicas: 3 }, ports: [{ target: 80, published: 8081, mode: host }] }
  held: { image: "${IMAGE}", deploy: { placement: { constraints: [node.role == manager] } }, ports: [{ target: 80, published: 8082, mode: host }] }
  ssd: { image: "${IMAGE}", deploy: { placement: { constraints: [node.labels.disk == ssd] } } }
  big: { image: "${IMAGE}", deploy: { resources: { reservations: { memory: 900G } } } }
  many: { image: "${IMAGE}", deploy: { replicas: 5, placement: { max_replicas_per_node: 1 } } }
  bind: { image: "${IMAGE}", volumes: ["/not/there:/data"] }
  hungry: { image: "${IMAGE}", entrypoint: [sh, -c, "x=aaaaaaaaaaaaaaaa; while :; do x=$$x$$x; done"], deploy: { resources: { limits: { memory: 8M } } } }
  crash: { image: "${IMAGE}", entrypoint: [sh, -c, "i=0; while [ $$i -lt 30 ]; do i=$$((i+1)); echo line $$i; done; exit 3"], deploy: { restart_policy: { delay: 1s } } }
  foreign: { image: "arm:1", deploy: { restart_policy: { delay: 1s } } }
  crowded: { image: "${IMAGE}", networks: [tiny], deploy: { replicas: 4 } }
  wrong: { image: "${IMAGE}", entrypoint: [/not/a/program] }
  barred: { image: "${IMAGE}", entrypoint: [/etc/passwd] }
  sick: { image: "${IMAGE}", entrypoint: [sh, -c, 'trap "exit 9" TERM; sleep 1000 & wait'], stop_grace_period: 1s, healthcheck: { test: [CMD, "false"], interval: 1s, retries: 1 } }
  done: { image: "${IMAGE}", entrypoint: ["true"], deploy: { restart_policy: { condition: on-failure } } }
  brief: { image: "${IMAGE}", entrypoint: ["true"], deploy: { restart_policy: { delay: 1s } } }
  fine: { image: "${IMAGE}", deploy: { mode: global } }
  none: { image: "${IMAGE}", deploy: { replicas: 0 } }
networks:
  tiny: { ipam: { config: [{ subnet: 10.99.0.0/30 }] } }
`;

const EXPECTED: Record<string, { cause: string; words: (string | RegExp)[] }> = {
  lost: { cause: 'no_such_image', words: ['check the name and tag of nobody/has-this:1'] },
  port: {
    cause: 'port_in_use',
    words: ['the port 8081 that it publishes is in use', 'it is taken on 2 nodes', 'publish another'],
  },
  held: { cause: 'port_in_use', words: ['the port 8082 that it publishes is in use on'] },
  ssd: {
    cause: 'no_suitable_node',
    words: ['its constraints are not met on 2 nodes', 'no node meets node.labels.disk == ssd: no node has'],
  },
  big: {
    cause: 'no_suitable_node',
    words: ['what it reserves is not free on 2 nodes', /reserves 900 GiB, of [\d.]+ GiB at most on a node/],
  },
  many: { cause: 'no_suitable_node', words: ['max_replicas_per_node (1) is reached'] },
  bind: { cause: 'bind_source_missing', words: ['the path /not/there to mount is not on the node'] },
  hungry: { cause: 'out_of_memory', words: ['most likely out of memory: its limit is 8 MiB'] },
  crash: { cause: 'crash_loop', words: ['ends by itself with exit code 3'] },
  foreign: {
    cause: 'other_architecture',
    words: ['another kind of machine than the nodes, which are', 'use a tag of arm:1 made for them'],
  },
  crowded: { cause: 'network_not_ready', words: ['gives its tasks no address', 'larger subnet'] },
  wrong: { cause: 'command_not_found', words: ['its command is not in the image'] },
  barred: { cause: 'permission_denied', words: ['its command may not be run'] },
  sick: { cause: 'unhealthy', words: ['its health check fails: try its command in the container'] },
  brief: { cause: 'ended', words: ['ended by itself with exit code 0; a service must keep running'] },
};

describe('why a service does not come up, as real engines have it', () => {
  let set: PlainEngines;
  let manager: PlainEngine;
  let folder: string;

  beforeAll(async () => {
    set = await startPlainEngines(`causes-${process.pid}`, 2);
    const [first, second] = set.engines as [PlainEngine, PlainEngine];
    manager = first;
    folder = await mkdtemp(join(tmpdir(), 'causes-'));
    await first.engine.initSwarm({ advertiseAddress: first.address, nodeCertificateSeconds: 31_536_000 });
    const { worker } = await first.engine.joinTokens();
    await second.engine.joinSwarm({
      joinToken: worker,
      managers: [`${first.address}:2377`],
      advertiseAddress: second.address,
    });
    const archive = await writeArmRoot(folder);
    await Promise.all(
      set.engines.map(async ({ engine, docker }) => {
        await engine.pullImage(IMAGE);
        await docker('import', '--change', 'CMD ["/app"]', archive, 'arm:1');
      }),
    );
    // Outside the swarm's books, as a student's own container is.
    await first.docker('run', '-d', '--name', 'holder', '-p', '8082:80', IMAGE);
    await deployStack(first.engine, { name: 'trouble', source: composeOnly(TROUBLES) });
    await first.docker(
      'service',
      'create',
      '-d',
      '--no-resolve-image',
      '--name',
      'by-hand',
      'nobody/by-hand:1',
    );
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await set?.close();
  });

  const view = async () => StackView.parse(await viewStack(manager.engine, 'trouble'));
  const serviceOf = (seen: StackView, name: string) => {
    const found = seen.services.find((service) => service.name === `trouble_${name}`);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };

  test('each trouble is told with its likely cause, in words', async () => {
    let seen = await view();
    await eventually(async () => {
      seen = await view();
      return Object.entries(EXPECTED).every(([name, { cause, words }]) => {
        const service = serviceOf(seen, name);
        return service.cause === cause && words.every((each) => matching(each).test(service.problem ?? ''));
      });
    }, PROVOKED_WITHIN_SECONDS).catch(() => undefined);
    for (const { name, cause, problem, error } of seen.services) {
      if (cause !== undefined) console.info(`${name}: ${cause}: ${problem}${error ? ` [${error}]` : ''}`);
    }
    for (const [name, { cause, words }] of Object.entries(EXPECTED)) {
      const service = serviceOf(seen, name);
      expect(service, name).toMatchObject({ cause, converged: false });
      for (const each of words) {
        expect(service.problem, name).toMatch(matching(each));
      }
      expect(service.running, name).toBeLessThan(service.desired);
      expect(Date.parse(service.since ?? ''), name).toBeLessThanOrEqual(Date.now() + 1000);
    }
    expect(seen.converged).toBe(false);
  });

  test('a crash loop comes with its last 20 lines', async () => {
    await eventually(async () => (serviceOf(await view(), 'crash').logTail?.length ?? 0) === 20);
    const { logTail, tasks, cause } = serviceOf(await view(), 'crash');
    expect(cause).toBe('crash_loop');
    expect(logTail).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 11}`));
    expect(tasks.find(({ state }) => state === 'failed')).toMatchObject({
      exitCode: 3,
      error: 'task: non-zero exit (3)',
    });
  });

  test('what has what it should is not blamed for anything', async () => {
    const seen = await view();
    expect(serviceOf(seen, 'fine')).toMatchObject({
      mode: 'global',
      desired: 2,
      running: 2,
      converged: true,
    });
    expect(serviceOf(seen, 'none')).toMatchObject({ desired: 0, running: 0, converged: true });
    expect(serviceOf(seen, 'done')).toMatchObject({ desired: 1, running: 1, completed: 1, converged: true });
    for (const name of ['fine', 'none', 'done']) expect(serviceOf(seen, name)).not.toHaveProperty('problem');
    expect(serviceOf(seen, 'port')).toMatchObject({ desired: 3, running: 2 });
  });

  test('what a student’s own hand made is told alike', async () => {
    const [services, tasks, nodes] = await Promise.all([
      manager.engine.services(),
      manager.engine.tasks(),
      manager.engine.nodes(),
    ]);
    const own = services.filter(({ Spec }) => Spec.Name === 'by-hand');
    await expect(viewServices(manager.engine, { services: own, tasks, nodes })).resolves.toMatchObject([
      { name: 'by-hand', cause: 'no_such_image', image: 'nobody/by-hand:1' },
    ]);
  });

  test('the cure that is told cures', async () => {
    const { problem = '' } = serviceOf(await view(), 'ssd');
    const [, command = ''] = /docker (node update [^;)]+)/.exec(problem) ?? [];
    expect(command).toMatch(/^node update --label-add disk=ssd \S+$/);
    await manager.docker(...command.split(' '));
    await eventually(async () => serviceOf(await view(), 'ssd').converged);
    expect(serviceOf(await view(), 'ssd')).not.toHaveProperty('cause');
  });

  test('an image that swarm knows to be for other machines finds no node', async () => {
    const { id } = await manager.engine.createService({
      Name: 'platform',
      Labels: {},
      TaskTemplate: {
        ContainerSpec: { Image: IMAGE },
        Placement: { Platforms: [{ Architecture: 'arm64', OS: 'linux' }] },
      },
      Mode: { Replicated: { Replicas: 1 } },
    });
    const status = async () => await statusOf(id);
    await eventually(async () => (await status()).cause !== undefined);
    expect(await status()).toMatchObject({
      cause: 'other_architecture',
      error: 'no suitable node (unsupported platform on 2 nodes)',
      problem: expect.stringContaining('another kind of machine than the nodes'),
    });
  });

  test('a job has converged once it has completed, and again after it ran anew', async () => {
    await manager.docker(
      ...['service', 'create', '-d', '--no-resolve-image', '--name', 'job', '--mode', 'replicated-job'],
      ...['--replicas', '3', '--max-concurrent', '2', '--entrypoint', 'true', IMAGE],
    );
    await manager.docker(
      ...['service', 'create', '-d', '--no-resolve-image', '--name', 'bad-job', '--mode', 'replicated-job'],
      ...['--restart-max-attempts', '1', '--restart-delay', '1s', '--entrypoint', 'false', IMAGE],
    );
    const { ID } = await manager.engine.service('job');
    const converged = async () => hasConverged(await statusOf(ID));
    await eventually(converged);
    expect(await statusOf(ID)).toMatchObject({
      mode: 'replicated-job',
      desired: 3,
      running: 3,
      completed: 3,
    });
    await manager.docker('service', 'update', '-d', '--no-resolve-image', '--force', 'job');
    await eventually(async () => ((await manager.engine.service(ID)).JobStatus?.JobIteration.Index ?? 0) > 0);
    await eventually(converged);
    const bad = (await manager.engine.service('bad-job')).ID;
    await eventually(async () => (await statusOf(bad)).cause === 'crash_loop');
    expect(await statusOf(bad)).toMatchObject({ running: 0, desired: 1, failed: 1 });
  });

  async function statusOf(id: string): Promise<ServiceStatus> {
    const [service, tasks, nodes] = await Promise.all([
      manager.engine.service(id),
      manager.engine.tasks({ service: id }),
      manager.engine.nodes(),
    ]);
    return Status.parse(serviceStatuses([service], tasks, nodes)[0]);
  }
});

/** @returns the path of a root file system with nothing but a program for another machine. */
async function writeArmRoot(folder: string): Promise<string> {
  const program = Buffer.alloc(4096);
  Buffer.from(ARM_HEADER, 'hex').copy(program);
  const archive = pack();
  archive.entry({ name: 'app', mode: 0o755 }, program);
  archive.finalize();
  const path = join(folder, 'arm.tar');
  await writeFile(path, await buffer(archive));
  return path;
}

function matching(words: string | RegExp): RegExp {
  if (typeof words !== 'string') return words;
  return new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
