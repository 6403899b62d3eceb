import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../shared/core/log.ts';
import type { MachineStatus } from '../../../shared/lab/machine.ts';
import { sourceAddresses } from '../../../shared/service/source-addresses.ts';
import { aLab, aMachineStatus, START } from '../../support/builders.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ManualQueue } from '../../support/manual-queue.ts';

const machine = 'LINUXtips-01';
let woken: string[];
beforeEach(() => {
  woken = [];
});

function ask(machines: MachineStatus[], sourceAddress: string | undefined): Promise<string[]> {
  const queue = new ManualQueue({ clock: new ManualClock(START) });
  queue.enqueue = async (labId) => void woken.push(labId);
  const known = { lab: aLab({ id: 'a', status: { machines } }), attempt: 2, enrolment: undefined };
  const caller = { labId: 'a', machine, token: 't' };
  return sourceAddresses({ queue, log: createLog('silent') })(
    known,
    sourceAddress === undefined ? caller : { ...caller, sourceAddress },
  );
}

const listed = (over: Partial<MachineStatus> = {}) =>
  aMachineStatus(machine, { attempt: 2, privateAddress: '10.0.0.5', address: '198.51.100.5', ...over });
const { address: _, ...unaddressed } = listed();

describe('a host that enrols from its own address', () => {
  test('is signed for its recorded and its source address', async () => {
    expect(await ask([listed()], '198.51.100.5')).toEqual(['10.0.0.5', '198.51.100.5']);
    expect(woken).toEqual([]);
  });

  test('is refused for now, and the lab is woken, where the record has it elsewhere', async () => {
    await expect(ask([listed()], '198.51.100.6')).rejects.toMatchObject({
      code: 'driver_failed',
      retryable: true,
    });
    expect(woken).toEqual(['a']);
  });

  test.each([
    ['is not in the record yet', []],
    ['has no address there yet', [unaddressed]],
    ['is recorded as of an earlier launch', [listed({ attempt: 1 })]],
    ['is recorded as off: it has had another address since', [listed({ state: 'Stopped' })]],
  ])('is signed for its source address when it %s', async (_when, machines) => {
    expect(await ask(machines, '203.0.113.9')).toContain('203.0.113.9');
  });

  test('is refused where the address is another machine’s: its token was read by a neighbour', async () => {
    const neighbour = aMachineStatus('LINUXtips-02', { attempt: 2, address: '198.51.100.6' });
    await expect(ask([neighbour], '198.51.100.6')).rejects.toMatchObject({ retryable: true });
  });

  test('is refused for now without any address at all', async () => {
    await expect(ask([], undefined)).rejects.toMatchObject({ code: 'driver_failed', retryable: true });
  });
});
