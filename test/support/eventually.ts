import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again, each a tenth of a second after the last, until the answer is yes. */
export async function eventually(ask: () => Promise<boolean>, withinSeconds: number): Promise<void> {
  const end = Date.now() + withinSeconds * 1000;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`still not so after ${withinSeconds} s: ${ask}`);
    await sleep(100);
  }
}
