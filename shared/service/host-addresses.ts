import { isIP } from 'node:net';
import { SlipwayError } from '../core/errors.ts';
import type { Deps } from '../ports/deps.ts';
import type { Driver } from '../ports/driver.ts';
import type { KnownMachine } from './machine-identity.ts';

export type AddressDeps = Pick<Deps, 'log'> & { driver: Pick<Driver, 'list'> };

/**
 * Where clients will reach the machine. The driver is asked first: a boot is early, when the record has no address
 * yet or that of the boot before. The record serves while the driver lags or fails.
 * @returns at least one IP address.
 * @throws SlipwayError `driver_failed`, retryable, while none is known.
 */
export async function hostAddresses(
  deps: AddressDeps,
  { lab, attempt }: KnownMachine,
  machine: string,
): Promise<string[]> {
  const isIt = (one: { name: string; attempt: number }) => one.name === machine && one.attempt === attempt;
  const recorded = lab.status.machines.find(isIt);
  const listed = await deps.driver.list(lab.id).then(
    (machines) => machines.find(isIt),
    (error: unknown) => {
      if (recorded === undefined) throw error;
      deps.log.warn({ lab: lab.id, machine, error }, 'the driver does not list; the record serves');
    },
  );
  const { privateAddress, address, ports } = listed ?? recorded ?? { privateAddress: '', ports: {} };
  const engineHost = listed?.engine?.host;
  const published = Object.keys(ports).length > 0 ? '127.0.0.1' : undefined;
  const addresses = [privateAddress, address, engineHost, published].filter(
    (one): one is string => one !== undefined && isIP(one) !== 0,
  );
  if (addresses.length === 0)
    throw new SlipwayError('driver_failed', `no address of ${machine} is known yet; ask again in a moment`, {
      retryable: true,
    });
  return [...new Set(addresses)];
}
