import type { ReadStack } from './compose/read-compose.ts';

/**
 * The images that every one of so many nodes will need, wherever Swarm puts the tasks: of global services and of those with
 * a task for each node at least. Worth pulling before there is a swarm.
 */
export function imagesForEveryNode({ file }: ReadStack, nodes: number): string[] {
  const images = Object.values(file.services)
    .filter(({ deploy }) => deploy.placement?.constraints === undefined)
    .filter(({ deploy }) => deploy.mode.startsWith('global') || (deploy.replicas ?? 1) >= nodes)
    .map(({ image }) => image.sent);
  return [...new Set(images)];
}
