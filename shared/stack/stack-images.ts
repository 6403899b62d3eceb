import { readCompose } from './compose/read-compose.ts';

/**
 * The images that every one of so many nodes will need, wherever Swarm puts the tasks: of global services and of those with
 * a task for each node at least. Worth pulling before there is a swarm.
 * @throws SlipwayError `invalid_input`
 */
export function imagesForEveryNode(compose: string, nodes: number): string[] {
  const images = Object.values(readCompose(compose).services)
    .filter(({ deploy }) => deploy.placement?.constraints === undefined)
    .filter(({ deploy }) => deploy.mode === 'global' || (deploy.replicas ?? 1) >= nodes)
    .map(({ image }) => image.sent);
  return [...new Set(images)];
}
