import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroupParent, removeCgroups, removeEmptyCgroups } from '../../shared/adapters/docker/cgroups.ts';
import { DockerEngine } from '../../shared/adapters/engine/docker-engine.ts';
import { EngineHttp } from '../../shared/adapters/engine/engine-http.ts';
import type { Engine } from '../../shared/ports/engine.ts';
import { docker, outerDocker } from './docker-cli.ts';
import { ground } from './ground.ts';

/** A real Docker Engine in a container, reached by its socket: no enrolment, no TLS, for tests of what runs on it. */
export interface PlainEngine {
  name: string;
  /** On the network that all engines of the set share; kept over stop and start. */
  address: string;
  engine: Engine;
  /** For what the Engine port does not say. */
  http: EngineHttp;
  /** The real docker command against it. */
  docker(...command: string[]): Promise<string>;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface PlainEngines {
  engines: PlainEngine[];
  close(): Promise<void>;
}

const UP_WITHIN_MS = 60_000;
/** What `--privileged` gives but the one capability that a machine may lack; docker-facts.md, section 2. */
const RIGHTS = [
  ...['--cap-add', 'ALL', '--cap-drop', 'SYS_RESOURCE', '--device-cgroup-rule', 'a *:* rwm'],
  ...['seccomp', 'apparmor', 'systempaths'].flatMap((option) => ['--security-opt', `${option}=unconfined`]),
];

/** @param deployment a name of the test's own, by which all of it is found and removed. */
export async function startPlainEngines(deployment: string, count: number): Promise<PlainEngines> {
  const folder = await mkdtemp(join(tmpdir(), `${deployment}-`));
  const label = ['--label', `slipway.deployment=${deployment}`];
  const subnet = await createNetwork(deployment, label);
  const cgroups =
    (await outerDocker('info', '--format', '{{.CgroupVersion}}')) === '2'
      ? ['--cgroupns', 'private']
      : ['-v', '/sys/fs/cgroup:/sys/fs/cgroup:rw'];
  const names = Array.from({ length: count }, (_, index) => `${deployment}-${index + 1}`);

  async function open(name: string, index: number): Promise<PlainEngine> {
    const address = `${subnet}.${index + 2}`;
    const home = join(folder, name);
    await outerDocker(
      ...['run', '-d', '--name', name, '--hostname', name, ...label, ...RIGHTS, ...cgroups],
      ...['--network', deployment, '--ip', address, '--tmpfs', '/run', '--tmpfs', '/tmp'],
      ...['-v', '/var/lib/docker', '-v', `${home}:/engine`, ground().hostImage],
      ...['dockerd', '-H', 'unix:///engine/docker.sock', '--cgroup-parent', cgroupParent(deployment)],
      ...['--registry-mirror', `http://${subnet}.1:${ground().mirrorPort}`],
    );
    const dockerHost = `unix://${home}/docker.sock`;
    const http = EngineHttp.at(dockerHost);
    const engine = new DockerEngine(http);
    await untilUp(engine);
    return {
      name,
      address,
      engine,
      http,
      docker: (...command) => docker(command, { DOCKER_HOST: dockerHost }),
      kill: async () => void (await outerDocker('kill', name)),
      start: async () => {
        await outerDocker('start', name);
        await untilUp(engine);
      },
    };
  }

  async function close(engines: PlainEngine[]): Promise<void> {
    for (const { http } of engines) http.close();
    await outerDocker('rm', '-fv', ...names).catch(() => '');
    await outerDocker('network', 'rm', deployment);
    await removeCgroups(cgroupParent(deployment));
    await removeEmptyCgroups(cgroupParent(deployment));
    await rm(folder, { recursive: true, force: true });
  }

  const opened = await Promise.allSettled(names.map(open));
  const engines = opened.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = opened.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await close(engines);
    throw failed.reason;
  }
  return { engines, close: () => close(engines) };
}

/** Runs a program in a container of the service, on the first of the engines that has one. */
export async function execIn({ engines }: Pick<PlainEngines, 'engines'>, service: string): Promise<void> {
  for (const { docker: command } of engines) {
    const [container = ''] = (await command('ps', '-q', '--filter', `name=${service}`)).split('\n');
    if (container !== '') return void (await command('exec', container, 'true'));
  }
  throw new Error(`no engine has a container of ${service}`);
}

/** @returns the first three numbers of its addresses: a range out of a corner that labs come to last. */
async function createNetwork(name: string, label: string[]): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const prefix = `100.127.${Math.floor(Math.random() * 250)}`;
    try {
      await outerDocker('network', 'create', ...label, '--subnet', `${prefix}.0/28`, name);
      return prefix;
    } catch (error) {
      if (tries >= 5 || !/overlap/i.test((error as Error).message)) throw error;
    }
  }
}

async function untilUp(engine: Engine): Promise<void> {
  const end = Date.now() + UP_WITHIN_MS;
  for (;;) {
    try {
      await engine.info();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await sleep(100);
  }
}
