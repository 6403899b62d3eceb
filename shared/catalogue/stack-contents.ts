import type { StackSource } from '../lab/stack-source.ts';
import { readCompose } from '../stack/compose/read-compose.ts';
import { convertStack } from '../stack/convert/convert-stack.ts';
import { IMAGE_LABEL } from '../stack/convert/stack-names.ts';

export interface StackContents {
  services: StackService[];
  /** As written, each once. */
  images: string[];
  /** Published on the nodes, each once. */
  ports: number[];
}

interface StackService {
  /** As in the file. */
  name: string;
  image: string;
  /** Absent: one task on every node. */
  replicas?: number;
  ports: number[];
}

/**
 * What a stack is made of, for who chooses one.
 * @throws SlipwayError `invalid_input` for a Compose file that cannot be converted.
 */
export function stackContents({ name, source }: { name: string; source: StackSource }): StackContents {
  const services = convertStack(name, readCompose(source)).services.map((spec): StackService => {
    const ports = (spec.EndpointSpec as { Ports?: { PublishedPort?: number }[] } | undefined)?.Ports ?? [];
    return {
      name: spec.Name.slice(name.length + 1),
      image: spec.Labels[IMAGE_LABEL] ?? '',
      ...(spec.Mode.Global ? {} : { replicas: spec.Mode.Replicated?.Replicas ?? 1 }),
      // One without a number gets it from the swarm.
      ports: ports.flatMap(({ PublishedPort }) => (PublishedPort ? [PublishedPort] : [])),
    };
  });
  return {
    services,
    images: [...new Set(services.map(({ image }) => image))],
    ports: [...new Set(services.flatMap(({ ports }) => ports))],
  };
}
