import type { PortConfig } from '../ports/engine.ts';
import type { ReadStack } from './compose/read-compose.ts';
import { pointerTo } from './compose/yaml-file.ts';

/** A port that a service publishes on the nodes. */
export interface PublishedPort {
  /** As the file names it. */
  service: string;
  port: number;
  protocol: PortConfig['Protocol'];
  mode: PortConfig['PublishMode'];
  /** JSON pointer into the Compose file. */
  pointer: string;
}

/** Every port that a Compose file publishes on the nodes, each once. */
export function publishedPorts(read: ReadStack): number[] {
  return [...new Set(publishedPortsByService(read).map(({ port }) => port))];
}

/** The same by service and protocol; ports that the swarm chooses are not among them. */
export function publishedPortsByService({ file }: ReadStack): PublishedPort[] {
  return Object.entries(file.services).flatMap(([service, { ports = [] }]) =>
    ports.flatMap(({ PublishedPort: port, Protocol: protocol, PublishMode: mode }) =>
      port === undefined
        ? []
        : [{ service, port, protocol, mode, pointer: pointerTo(['services', service, 'ports']) }],
    ),
  );
}
