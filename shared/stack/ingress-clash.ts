import { SlipwayError } from '../core/errors.ts';
import type { PortConfig, ServiceSpec } from '../ports/engine.ts';

/**
 * A port of the routing mesh is one service's, on every node; only ports published on the nodes themselves may be shared.
 * Created side by side, two services slip past the swarm's own check, and both stand there with a port that only one can
 * have: so it is held against the file before anything is made.
 * @throws SlipwayError `conflict` naming the port and who wants it.
 */
export function refuseIngressClash(services: ServiceSpec[]): void {
  const holders = new Map<string, { name: string; mode: PortConfig['PublishMode'] }>();
  for (const { Name: name, EndpointSpec } of services) {
    for (const { PublishMode: mode, PublishedPort, Protocol } of (EndpointSpec?.Ports ??
      []) as PortConfig[]) {
      if (PublishedPort === undefined) continue;
      const key = `${PublishedPort}/${Protocol}`;
      const holder = holders.get(key);
      if (holder !== undefined && holder.name !== name && !(mode === 'host' && holder.mode === 'host')) {
        throw new SlipwayError(
          'conflict',
          `port ${key} is published by ${holder.name} and by ${name}: give one of them another`,
        );
      }
      holders.set(key, { name, mode });
    }
  }
}
