import { describe, expect, test } from 'vitest';
import { oneAtATime } from '../../../functions/reconcile/one-at-a-time.ts';
import { DynamoRunStore } from '../../../shared/adapters/dynamo/dynamo-run-store.ts';
import { createLog } from '../../../shared/core/log.ts';
import { emptyStore } from '../../support/embedded-stores.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** Two processes over one table, whose runs end when the test says so. */
async function twoProcesses() {
  const clock = new ManualClock(1_000_000);
  const runs = await emptyStore(DynamoRunStore);
  const again: { labId: string; afterSeconds: number }[] = [];
  const queue = {
    enqueue: async (labId: string, afterSeconds: number) => void again.push({ labId, afterSeconds }),
  };
  const begun: { labId: string; end: (error?: Error) => void }[] = [];
  const open = () =>
    oneAtATime({ clock, runs, queue, log: createLog('silent') }, (labId) => {
      return new Promise<void>((resolve, reject) => {
        begun.push({ labId, end: (error) => (error === undefined ? resolve() : reject(error)) });
      });
    });
  const whenBegun = async (count: number) => {
    while (begun.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { clock, again, begun, whenBegun, first: open(), second: open() };
}

describe('a lab that two messages wake at once', () => {
  test('is run by one, and looked at again a second later for the other’s sake', async () => {
    const { first, second, begun, whenBegun, again } = await twoProcesses();
    const run = first('lab');
    await whenBegun(1);
    await second('lab');
    expect(begun).toHaveLength(1);
    expect(again).toEqual([{ labId: 'lab', afterSeconds: 1 }]);
    begun[0]?.end();
    await run;
    const next = second('lab');
    await whenBegun(2);
    begun[1]?.end();
    await next;
    expect(again).toHaveLength(1);
  });

  test('is a class as well, by the id that wakes it', async () => {
    const { first, second, begun, whenBegun, again } = await twoProcesses();
    const run = first('class/docker-2026');
    await whenBegun(1);
    await second('class/docker-2026');
    expect([begun.length, again]).toEqual([1, [{ labId: 'class/docker-2026', afterSeconds: 1 }]]);
    begun[0]?.end();
    await run;
  });

  test('keeps no other lab waiting', async () => {
    const { first, second, begun, whenBegun } = await twoProcesses();
    const both = [first('one'), second('other')];
    await whenBegun(2);
    for (const { end } of begun) end();
    await Promise.all(both);
  });

  test('is free again when its run failed, and the failure is told', async () => {
    const { first, second, begun, whenBegun } = await twoProcesses();
    const run = first('lab');
    await whenBegun(1);
    begun[0]?.end(new Error('the table is away'));
    await expect(run).rejects.toThrow('the table is away');
    const next = second('lab');
    await whenBegun(2);
    begun[1]?.end();
    await next;
  });

  test('is free again once a run that was cut must be over, and the late one frees it for nobody', async () => {
    const { clock, first, second, begun, whenBegun, again } = await twoProcesses();
    const cut = first('lab');
    await whenBegun(1);
    clock.advance(34.999);
    await second('lab');
    expect(again).toHaveLength(1);
    clock.advance(0.001);
    const next = second('lab');
    await whenBegun(2);
    begun[0]?.end();
    await cut;
    await first('lab');
    expect(again).toHaveLength(2);
    begun[1]?.end();
    await next;
  });
});
