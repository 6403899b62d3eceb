import { type InputIssue, SlipwayError } from '../../core/errors.ts';
import type { NetworkSpec, ServiceSpec, SwarmFileSpec } from '../../ports/engine.ts';
import { isExternal } from '../compose/external.ts';
import type { ReadStack } from '../compose/read-compose.ts';
import { pointerTo } from '../compose/yaml-file.ts';
import type { Remark } from '../remark.ts';
import { bindConfigs } from './bind-configs.ts';
import { configSpecs, fileName, secretSpecs } from './file-specs.ts';
import { configUses, credentialSpec, secretUses } from './file-uses.ts';
import { externalNetworks, networkName, networkSpecs, usedNetworks } from './network-spec.ts';
import { serviceSpec } from './service-spec.ts';
import { scoped } from './stack-names.ts';
import { nameIssues, type SwarmName } from './swarm-names.ts';

/** What a stack is made of, object by object. */
export interface StackObjects {
  networks: NetworkSpec[];
  /** Names in the swarm of what services use and the file does not make. */
  external: { networks: string[]; secrets: string[]; configs: string[] };
  secrets: SwarmFileSpec[];
  /** Those of the file, and those that relative binds have become. */
  configs: SwarmFileSpec[];
  /** In the file's order. Their networks, secrets and configs are by name. */
  services: ServiceSpec[];
  /** What was made something else. */
  remarks: Remark[];
}

/**
 * What `docker stack deploy` makes of a Compose file; `npm run verify:stacks` compares.
 * @throws SlipwayError `invalid_input` for names that no swarm takes, all at once
 */
export function convertStack(stack: string, read: ReadStack): StackObjects {
  const { file } = read;
  const own = configSpecs(stack, read);
  const taken = new Map(own.map(({ Name }) => [Name, 'declared']));
  const issues = nameIssues(swarmNames(stack, read), read);
  const tell = (path: PropertyKey[], message: string) => issues.push(issueAt(read, path, message));
  const bound = Object.keys(file.services).map((name) => bindConfigs(stack, name, read, taken));
  const services = Object.entries(file.services).map(([name, service], index) => {
    const { mounts = [], uses = [] } = bound[index] ?? {};
    const configs = configUses(stack, service, read, uses);
    const targets = configs.flatMap((use) => ('File' in use ? [use.File.Name] : []));
    for (const target of new Set(targets.filter((target, at) => targets.indexOf(target) < at))) {
      tell(['services', name, 'volumes'], `makes a config at ${target}, where another is already`);
    }
    const credentials = credentialSpec(stack, service, configs);
    if (credentials === 'unknown') {
      tell(
        ['services', name, 'credential_spec', 'config'],
        'names a config that has another name in the swarm: leave its name out',
      );
    }
    return serviceSpec(stack, name, service, file, {
      mounts,
      secrets: secretUses(stack, service, read),
      configs,
      credentials: credentials === 'unknown' ? null : credentials,
    });
  });
  if (issues.length > 0) {
    const words = issues.map(({ message }) => message).join('; ');
    throw new SlipwayError('invalid_input', `the stack cannot be: ${words}`, { issues });
  }
  return {
    networks: networkSpecs(stack, file),
    external: {
      networks: externalNetworks(stack, file),
      secrets: externalFiles(stack, read, 'secrets'),
      configs: externalFiles(stack, read, 'configs'),
    },
    secrets: secretSpecs(stack, read),
    configs: [...own, ...bound.flatMap(({ configs }) => configs)],
    services,
    remarks: bound.flatMap(({ remarks }) => remarks),
  };
}

/** Names that the stack gives, each with its place. */
function swarmNames(stack: string, { file }: ReadStack): SwarmName[] {
  const files = (['secrets', 'configs'] as const).flatMap((section) =>
    Object.entries(file[section])
      .filter(([, thing]) => !isExternal(thing))
      .map(
        ([name, thing]): SwarmName => ({
          kind: section === 'secrets' ? 'secret' : 'config',
          name: fileName(stack, name, thing),
          path: [section, name],
        }),
      ),
  );
  return [
    ...Object.keys(file.services).map(
      (name): SwarmName => ({
        kind: 'service',
        name: scoped(stack, name),
        path: ['services', name],
      }),
    ),
    ...usedNetworks(file)
      .filter((name) => !isExternal(file.networks[name]))
      .map(
        (name): SwarmName => ({
          kind: 'network',
          name: networkName(stack, file, name),
          path: ['networks', name],
        }),
      ),
    ...files,
  ];
}

/** Those that a service uses; the CLI does not look for one that none does. */
function externalFiles(stack: string, { file }: ReadStack, section: 'secrets' | 'configs'): string[] {
  const used = Object.values(file.services).flatMap((service) => [
    ...(service[section] ?? []).map(({ source = '' }) => source),
    ...(section === 'configs' ? [service.credential_spec?.config ?? ''] : []),
  ]);
  return [...new Set(used)]
    .filter((name) => isExternal(file[section][name]))
    .map((name) => fileName(stack, name, file[section][name]));
}

function issueAt(read: ReadStack, path: PropertyKey[], message: string): InputIssue {
  const place = read.placeOf(path);
  return {
    pointer: pointerTo(path),
    message: `${path.map(String).join('.')}: ${message}`,
    ...(place === undefined ? {} : { place }),
  };
}
