import type { Engine, Network, Node, Service, ServiceSpec, Task } from '../../ports/engine.ts';

/** A swarm at one moment, as far as a new stack meets it. */
export interface SwarmPicture {
  services: Service[];
  networks: Network[];
  /** Names. */
  secrets: string[];
  configs: string[];
  nodes: Node[];
  tasks: Task[];
  /** Of the images asked for, what their registries said; one that is not in it is not known. */
  images: Map<string, ImageFinding>;
}

type ImageFinding = 'there' | 'missing' | 'unknown';

/** All images together: registries far away answer in a tenth of it, and nobody waits longer for a plan. */
const IMAGES_WITHIN_MS = 3000;
/** Each is a request that the engine passes on. */
const AT_ONCE = 6;
const MOST_IMAGES = 60;

/**
 * Reads what a stack is to be held against, all at once.
 * @param images to ask their registries for; `imagesOf` has a stack's.
 */
export async function lookAtSwarm(
  engine: Engine,
  { images = [] }: { images?: string[] } = {},
): Promise<SwarmPicture> {
  const [services, networks, secrets, configs, nodes, tasks, found] = await Promise.all([
    engine.services(),
    engine.networks(),
    engine.secrets(),
    engine.configs(),
    engine.nodes(),
    engine.tasks(),
    findImages(engine, images),
  ]);
  const names = (files: { Spec: { Name: string } }[]) => files.map(({ Spec }) => Spec.Name);
  return {
    services,
    networks,
    secrets: names(secrets),
    configs: names(configs),
    nodes,
    tasks,
    images: found,
  };
}

/** The images of services, each once. */
export function imagesOf(services: ServiceSpec[]): string[] {
  return [...new Set(services.map(imageOfSpec))].filter((image) => image !== '');
}

export function imageOfSpec({ TaskTemplate }: ServiceSpec): string {
  return ((TaskTemplate.ContainerSpec ?? {}) as { Image?: string }).Image ?? '';
}

/** What has not answered in time is left out; that nobody answers stops nothing. */
async function findImages(engine: Engine, images: string[]): Promise<Map<string, ImageFinding>> {
  const found = new Map<string, ImageFinding>();
  const left = [...new Set(images)].slice(0, MOST_IMAGES);
  if (left.length === 0) return found;
  const ask = async () => {
    for (let image = left.shift(); image !== undefined; image = left.shift()) {
      const finding = await engine.findImage(image).catch((): ImageFinding => 'unknown');
      found.set(image, finding);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, IMAGES_WITHIN_MS);
  });
  await Promise.race([Promise.all(Array.from({ length: AT_ONCE }, ask)), late]);
  clearTimeout(timer);
  // Those that come too late find nothing left to ask, and their answers are nobody's.
  left.length = 0;
  return new Map(found);
}
