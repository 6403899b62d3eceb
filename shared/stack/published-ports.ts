import { readCompose } from './compose/read-compose.ts';

/** Every port that a Compose file publishes on the nodes, each once. @throws SlipwayError `invalid_input` */
export function publishedPorts(compose: string): number[] {
  const ports = Object.values(readCompose(compose).services).flatMap((service) => service.ports ?? []);
  return [...new Set(ports.flatMap(({ PublishedPort }) => PublishedPort ?? []))];
}
