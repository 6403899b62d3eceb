import { messageOf } from '../core/errors.ts';
import { imagesForEveryNode } from '../stack/stack-images.ts';
import { catalogueStacks, engineOf, type Run } from './run.ts';

/**
 * Lets a machine's engine pull what its stacks will run on every node, while the swarm is formed: a tenth of the way up,
 * measured. Nobody waits for it and nothing hangs on it: the tasks pull for themselves and tell what is wrong.
 */
export async function pullAhead(run: Run, machine: string): Promise<void> {
  const { deps, lab } = run;
  // Later the images are there, or the student has chosen to be without them.
  if (run.status.readyAt !== undefined) return;
  const images = catalogueStacks(run).flatMap((read) => imagesForEveryNode(read, lab.spec.machines.length));
  const engine = await engineOf(run, machine);
  for (const image of images) {
    engine.pullImage(image).catch((error: unknown) => {
      deps.log.debug({ lab: lab.id, machine, image, reason: messageOf(error) }, 'not pulled ahead');
    });
  }
}
