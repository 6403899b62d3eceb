import type { DockerCli } from '../../support/docker-cli.ts';
import type { VerifyLab } from './verify-lab.ts';

/** Nodes hear of it from the managers, a second or two later; on a busy machine more. */
const FORGET_SECONDS = 15;
const NAMESPACE = 'com.docker.stack.namespace';

/** Name -> version index of a stack's services, read by the docker command. */
export async function versionsOf(lab: VerifyLab, stack: string): Promise<Map<string, string>> {
  const ids = await list(lab.docker, 'service', stack);
  if (ids.length === 0) return new Map();
  const format = '{{.Spec.Name}} {{.Version.Index}}';
  const lines = (await lab.docker('service', 'inspect', '--format', format, ...ids)).split('\n');
  return new Map(
    lines.map((line): [string, string] => {
      const [name = '', index = ''] = line.split(' ');
      return [name, index];
    }),
  );
}

/**
 * What there is of a stack in the swarm, by the docker command; nothing once it is removed. A network that one manager lists
 * and another does not is none of the swarm's: see `staleNetworks`.
 */
export async function leftOf(lab: VerifyLab, stack: string): Promise<string[]> {
  const kinds = ['service', 'config', 'secret'];
  const found = await Promise.all(
    kinds.map(async (kind) => (await list(lab.docker, kind, stack)).map((name) => `${kind} ${name}`)),
  );
  const [first = [], ...others] = await networksByManager(lab, stack);
  const shared = first.filter((name) => others.every((names) => names.includes(name)));
  return [...found.flat(), ...shared.map((name) => `network ${name}`)];
}

/**
 * Copies of networks that the swarm has forgotten and a machine's engine has not, once it had its time. Where the last two
 * tasks on a machine end in the same moment, Docker 20.10 may leave the network's load balancer behind, and with it the
 * copy, until the engine starts again.
 */
export async function staleNetworks(lab: VerifyLab, stacks: string[]): Promise<string[]> {
  const end = Date.now() + FORGET_SECONDS * 1000;
  for (;;) {
    const found = await Promise.all(
      stacks.flatMap((stack) =>
        lab.machines.map(async ({ name, docker }) =>
          (await list(docker, 'network', stack)).map((network) => `${network} on ${name}`),
        ),
      ),
    );
    if (found.flat().length === 0 || Date.now() > end) return found.flat();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function networksByManager(lab: VerifyLab, stack: string): Promise<string[][]> {
  const managers = lines(
    await lab.docker('node', 'ls', '--filter', 'role=manager', '--format', '{{.Hostname}}'),
  );
  const machines = lab.machines.filter(({ name }) => managers.includes(name));
  return Promise.all(machines.map(({ docker }) => list(docker, 'network', stack)));
}

/** Volumes of a stack on all machines; removing it leaves them, as docker does. */
export async function volumesOf(lab: VerifyLab, stack: string): Promise<string[]> {
  const filter = ['--filter', `label=${NAMESPACE}=${stack}`, '--format', '{{.Name}}'];
  const found = await Promise.all(
    lab.machines.map(async ({ name, docker }) =>
      lines(await docker('volume', 'ls', ...filter)).map((volume) => `${volume} on ${name}`),
    ),
  );
  return found.flat();
}

/** Names. */
async function list(docker: DockerCli, kind: string, stack: string): Promise<string[]> {
  const filter = ['--filter', `label=${NAMESPACE}=${stack}`, '--format', '{{.Name}}'];
  return lines(await docker(kind, 'ls', ...filter));
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
