import { expect, test } from 'vitest';
import { watchMachines } from '../../../../../shared/adapters/aws/ec2/watch.ts';
import { createLog } from '../../../../../shared/core/log.ts';
import type { DriverMachine } from '../../../../../shared/ports/driver.ts';

const machine = (labId: string, over: Partial<DriverMachine> = {}): DriverMachine => ({
  labId,
  name: 'm1',
  attempt: 1,
  state: 'Running',
  privateAddress: '10.0.0.4',
  address: '198.18.0.1',
  ports: {},
  ...over,
});

test('a watch tells of machines that came, went or changed, and goes on after a list that failed', async () => {
  const looks: (DriverMachine[] | Error)[] = [
    [machine('same'), machine('stops'), machine('goes'), machine('moves'), machine('again')],
    new Error('EC2 is away'),
    [
      machine('same'),
      machine('stops', { state: 'Stopping' }),
      machine('moves', { address: '198.18.0.2' }),
      machine('again', { attempt: 2 }),
      machine('comes'),
    ],
  ];
  const ending = new AbortController();
  const told: string[] = [];
  const list = async () => {
    const look = looks.shift();
    if (look === undefined) ending.abort();
    if (look instanceof Error) throw look;
    return look ?? [];
  };
  await watchMachines(
    { list, everySeconds: 0.001, log: createLog('silent') },
    (labId) => told.push(labId),
    ending.signal,
  );
  expect(told.sort()).toEqual(['again', 'comes', 'goes', 'moves', 'stops']);
});
