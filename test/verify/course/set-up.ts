import { says, works } from './checks.ts';
import { quote } from './shell.ts';
import type { Chapter, Step } from './step.ts';

const LAB_SECONDS = 240;

/** What the chapter takes for granted: its lab, and on its machines the images that no mirror is asked for. */
export function setUpSteps(chapter: Chapter, archives: Map<string, string>): Step[] {
  const { template, images = [] } = chapter;
  if (template === undefined) return [];
  return [
    {
      command: `slipway create ${template} --name ${chapter.name}`,
      isSetUp: true,
      deadlineSeconds: LAB_SECONDS,
      check: says('Docker is up and running!'),
    },
    ...images
      .flatMap((image) => archives.get(image) ?? [])
      .map(
        (file): Step => ({
          command: `for machine in $(docker-machine ls -q); do docker $(docker-machine config $machine | tr -d '"') load -q -i ${quote(file)} || exit; done`,
          isSetUp: true,
          check: works,
        }),
      ),
  ];
}
