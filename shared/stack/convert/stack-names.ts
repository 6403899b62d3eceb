/** Labels that tell what belongs to a stack; the docker command finds it by them. */
export const STACK_LABEL = 'com.docker.stack.namespace';
export const IMAGE_LABEL = 'com.docker.stack.image';

/** A thing of the file as the swarm knows it. */
export function scoped(stack: string, name: string): string {
  return `${stack}_${name}`;
}

/** The file's labels and the stack's. */
export function labelled(stack: string, labels: Record<string, string> = {}): Record<string, string> {
  return { ...labels, [STACK_LABEL]: stack };
}
