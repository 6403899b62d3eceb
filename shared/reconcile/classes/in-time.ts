import { isSlipwayError, SlipwayError } from '../../core/errors.ts';
import { inParallel } from '../../core/in-parallel.ts';
import type { ClassRun } from './class-run.ts';

/** Of DynamoDB's pool of 50 connections. */
const AT_ONCE = 25;
/** How often a long run asks whether it still does what is wanted. */
const LOOK_EVERY = 100;

/**
 * Does something for each, as far as time goes. Whom somebody else wrote meanwhile is left to the next run, as is what time
 * does not reach.
 * @returns were all reached, and by us?
 * @throws SlipwayError `version_conflict` where something else is asked of the class by now: the run is over.
 */
export async function inTime<Item>(
  run: ClassRun,
  items: readonly Item[],
  act: (item: Item, index: number) => Promise<unknown>,
): Promise<boolean> {
  let isWhole = true;
  await inParallel(items, AT_ONCE, async (item, index) => {
    if (run.deps.clock.now() >= run.until) {
      isWhole = false;
      return;
    }
    if (index % LOOK_EVERY === LOOK_EVERY - 1) await requireAsked(run);
    try {
      await act(item, index);
    } catch (error) {
      if (!isSlipwayError(error, 'version_conflict')) throw error;
      isWhole = false;
    }
  });
  if (!isWhole) run.isUnfinished = true;
  return isWhole;
}

async function requireAsked({ deps, found }: ClassRun): Promise<void> {
  const latest = await deps.classes.load(found.id);
  if (latest?.specVersion === found.specVersion) return;
  throw new SlipwayError('version_conflict', `class ${found.id} was changed meanwhile`);
}
