import type { NetworkSpec } from '../../ports/engine.ts';
import type { ComposeFile } from '../compose/compose-file.ts';
import { givenName, isExternal } from '../compose/external.ts';
import type { ComposeNetwork } from '../compose/networks.ts';
import type { ComposeService } from '../compose/service.ts';
import { labelled, scoped } from './stack-names.ts';
import { withoutUnset } from './without-unset.ts';

/** Networks that a service is attached to: the stack's own `default` where it names none. */
export function networksOf(service: ComposeService): string[] {
  const named = Object.keys(service.networks ?? {});
  return named.length === 0 ? ['default'] : named;
}

/** A network's name in the swarm. */
export function networkName(stack: string, file: ComposeFile, name: string): string {
  const network = file.networks[name];
  return (network && givenName(network)) ?? (isExternal(network) ? name : scoped(stack, name));
}

/** What must be made: the networks that services use, and no other that the file declares. */
export function networkSpecs(stack: string, file: ComposeFile): NetworkSpec[] {
  return usedNetworks(file)
    .filter((name) => !isExternal(file.networks[name]))
    .map((name) => networkSpec(networkName(stack, file, name), stack, file.networks[name]));
}

/** Names in the swarm of networks that must be there already; those that every node has go without saying. */
export function externalNetworks(stack: string, file: ComposeFile): string[] {
  return usedNetworks(file)
    .filter((name) => isExternal(file.networks[name]))
    .map((name) => networkName(stack, file, name))
    .filter((name) => !isPredefined(name));
}

/** Networks of the Engine's own, in which a service is found by no name. */
export function isPredefined(name: string): boolean {
  return ['bridge', 'host', 'none', 'default'].includes(name) || name.startsWith('container:');
}

/** Names in the file of the networks that services are on. */
export function usedNetworks(file: ComposeFile): string[] {
  return [...new Set(Object.values(file.services).flatMap(networksOf))];
}

function networkSpec(Name: string, stack: string, network: ComposeNetwork | undefined): NetworkSpec {
  return withoutUnset({
    Name,
    Driver: network?.driver || 'overlay',
    Labels: labelled(stack, network?.labels),
    Attachable: network?.attachable,
    Internal: network?.internal,
    Options: network?.driver_opts,
    IPAM: ipam(network?.ipam),
  });
}

function ipam(given: ComposeNetwork['ipam']): NetworkSpec['IPAM'] {
  const subnets = given?.config ?? [];
  if (!given?.driver && subnets.length === 0) return undefined;
  return { Driver: given?.driver ?? '', Config: subnets.map(({ subnet }) => ({ Subnet: subnet })) };
}
