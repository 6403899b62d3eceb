import type { PortConfig } from '../../ports/engine.ts';
import { type Place, refuse } from './by-kind.ts';
import type { ServiceMount } from './mounts.ts';

/** What a swarm refuses of a service's ports; swarmkit, manager/controlapi/service.go, validateEndpointSpec. */
export function refuseSamePort(
  {
    ports = [],
    deploy,
  }: { ports?: PortConfig[] | undefined; deploy: { endpoint_mode?: string | undefined } },
  context: Place,
): void {
  if (deploy.endpoint_mode === 'dnsrr' && ports.some(({ PublishMode }) => PublishMode === 'ingress')) {
    refuse(context, ['ports'], 'with endpoint_mode: dnsrr each port must be published with mode: host');
  }
  const seen = new Set<string>();
  for (const { PublishedPort, Protocol } of ports) {
    if (PublishedPort === undefined) continue;
    const port = `${PublishedPort}/${Protocol}`;
    if (seen.has(port)) refuse(context, ['ports'], `publishes ${port} twice`);
    seen.add(port);
  }
}

/** Nor does it take two mounts at one place; validateMounts there. */
export function refuseSameTarget(
  { volumes = [] }: { volumes?: ServiceMount[] | undefined },
  context: Place,
): void {
  const seen = new Set<string>();
  for (const [index, { target = '' }] of volumes.entries()) {
    if (seen.has(target)) refuse(context, ['volumes', index], `another is at ${target} already`);
    seen.add(target);
  }
}
