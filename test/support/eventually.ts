import { setTimeout as sleep } from 'node:timers/promises';

/** For what a real engine does by itself on a busy machine; a task may wait 30 s for its network (decision 15). */
const PATIENCE_SECONDS = 60;

/** Asks again and again, each a tenth of a second after the last, until the answer is yes. */
export async function eventually(
  ask: () => Promise<boolean>,
  withinSeconds: number = PATIENCE_SECONDS,
): Promise<void> {
  const end = Date.now() + withinSeconds * 1000;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`still not so after ${withinSeconds} s: ${ask}`);
    await sleep(100);
  }
}
