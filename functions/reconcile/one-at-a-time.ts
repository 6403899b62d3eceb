import { randomSecret } from '../../shared/core/ids.ts';
import type { Deps } from '../../shared/ports/deps.ts';

/** Who runs a lab now; `DynamoRunStore`. */
export interface Runs {
  take(labId: string, holder: string, until: number, now: number): Promise<boolean>;
  giveBack(labId: string, holder: string): Promise<void>;
}

/** A little more than the function's timeout: a run that was cut is surely over. */
const HOLD_SECONDS = 35;
/** The shortest delay that SQS knows. */
const AGAIN_SECONDS = 1;

/**
 * One run of a lab at a time, as the queue on one machine sees to by itself; SQS hands two messages of a lab to two
 * processes at once. Versions keep the record whole, but not the engines: of two runs that form one swarm, each makes
 * the other's machines leave it. Who comes while the lab is taken leaves a message for the next moment, so that what
 * it came for is not lost.
 */
export function oneAtATime(
  { runs, queue, clock, log }: Pick<Deps, 'queue' | 'clock' | 'log'> & { runs: Runs },
  reconcile: (labId: string) => Promise<void>,
): (labId: string) => Promise<void> {
  return async (labId) => {
    const holder = randomSecret();
    const now = clock.now();
    if (!(await runs.take(labId, holder, now + HOLD_SECONDS * 1000, now))) {
      log.debug({ lab: labId }, 'another run has it');
      return await queue.enqueue(labId, AGAIN_SECONDS);
    }
    try {
      await reconcile(labId);
    } finally {
      await runs.giveBack(labId, holder);
    }
  };
}
