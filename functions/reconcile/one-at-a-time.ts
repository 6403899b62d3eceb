import { randomSecret } from '../../shared/core/ids.ts';
import type { Deps } from '../../shared/ports/deps.ts';

/** Who runs a lab now; `DynamoRunStore`. */
export interface Runs {
  take(wakeId: string, holder: string, until: number, now: number): Promise<boolean>;
  giveBack(wakeId: string, holder: string): Promise<void>;
}

/** A little more than the function's timeout: a run that was cut is surely over. */
const HOLD_SECONDS = 35;
/** The shortest delay that SQS knows. */
const AGAIN_SECONDS = 1;

/**
 * One run of a lab, or of a class, at a time, as the queue on one machine sees to by itself; SQS hands two messages of a lab to two
 * processes at once. Versions keep the record whole, but not the engines: of two runs that form one swarm, each makes
 * the other's machines leave it. Who comes while the lab is taken leaves a message for the next moment, so that what
 * it came for is not lost.
 */
export function oneAtATime(
  { runs, queue, clock, log }: Pick<Deps, 'queue' | 'clock' | 'log'> & { runs: Runs },
  reconcile: (wakeId: string) => Promise<void>,
): (wakeId: string) => Promise<void> {
  return async (wakeId) => {
    const holder = randomSecret();
    const now = clock.now();
    if (!(await runs.take(wakeId, holder, now + HOLD_SECONDS * 1000, now))) {
      log.debug({ wake: wakeId }, 'another run has it');
      return await queue.enqueue(wakeId, AGAIN_SECONDS);
    }
    try {
      await reconcile(wakeId);
    } finally {
      await runs.giveBack(wakeId, holder);
    }
  };
}
