import { readCompose } from './read-compose.ts';

/** Every port that a Compose file publishes on the nodes. */
export function publishedPorts(compose: string): number[] {
  return Object.values(readCompose(compose).services).flatMap(({ ports = [] }) =>
    ports.flatMap(({ PublishedPort }) => (PublishedPort === undefined ? [] : [PublishedPort])),
  );
}
