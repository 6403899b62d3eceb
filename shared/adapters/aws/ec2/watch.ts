import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../core/errors.ts';
import type { Log } from '../../../core/log.ts';
import type { DriverMachine } from '../../../ports/driver.ts';

/**
 * Looks every so often for machines that changed. EC2 tells of changes by EventBridge alone, which needs a queue of its
 * own (functions/ has one): this is for a server that has none.
 */
export async function watchMachines(
  { list, everySeconds, log }: { list: () => Promise<DriverMachine[]>; everySeconds: number; log: Log },
  onChange: (labId: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let before: Map<string, DriverMachine> | undefined;
  while (!signal.aborted) {
    const now: Map<string, DriverMachine> | undefined = await list().then(
      (machines) => new Map(machines.map((machine) => [`${machine.labId} ${machine.name}`, machine])),
      (error: unknown) => {
        log.warn({ error: messageOf(error) }, 'the watch could not list the machines; it looks again');
        return undefined;
      },
    );
    if (signal.aborted) return;
    if (now !== undefined && before !== undefined) for (const labId of changed(before, now)) onChange(labId);
    before = now ?? before;
    await sleep(everySeconds * 1000, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** Labs of which a machine came, went, or is in another state or at another address. */
function changed(before: Map<string, DriverMachine>, now: Map<string, DriverMachine>): Set<string> {
  const labs = new Set<string>();
  for (const [key, machine] of before) if (!now.has(key)) labs.add(machine.labId);
  for (const [key, machine] of now) {
    const was = before.get(key);
    if (was?.state !== machine.state || was.address !== machine.address || was.attempt !== machine.attempt) {
      labs.add(machine.labId);
    }
  }
  return labs;
}
