import { type Finding, findingAt } from './finding.ts';
import { type PreflightInput, plannedServices } from './preflight-input.ts';
import { imageOfSpec } from './swarm-picture.ts';

/** Images that their registry says it has not; one that does not answer says nothing. */
export function checkImages(input: PreflightInput): Finding[] {
  const { read, swarm } = input;
  if (swarm === undefined) return [];
  // Some node has it, wherever from.
  const inUse = new Set(
    swarm.tasks
      .filter(({ Status }) => Status.State === 'running')
      .map(({ Spec }) => withoutDigest((Spec.ContainerSpec as { Image?: string } | undefined)?.Image ?? '')),
  );
  return plannedServices(input)
    .map(({ name, spec }) => ({ name, image: imageOfSpec(spec) }))
    .filter(({ image }) => swarm.images.get(image) === 'missing' && !inUse.has(withoutDigest(image)))
    .map(({ name, image }) =>
      findingAt(read, ['services', name, 'image'], {
        // It may be on other nodes, brought there by hand.
        level: 'warning',
        code: 'image_missing',
        message: `the registry has no image ${image}: check its name and tag, or push it (docker push) where the nodes can pull it; a node that has it runs it all the same`,
      }),
    );
}

/** The docker command adds one to the image that it was given. */
function withoutDigest(image: string): string {
  return image.replace(/@sha256:[0-9a-f]+$/, '');
}
