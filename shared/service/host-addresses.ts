import { isIP } from 'node:net';
import { SlipwayError } from '../core/errors.ts';
import type { Deps } from '../ports/deps.ts';
import type { Driver } from '../ports/driver.ts';
import type { KnownMachine, MachineCaller } from './machine-identity.ts';

/**
 * Where clients will reach a machine that enrols.
 * @returns at least one IP address.
 * @throws SlipwayError `driver_failed`, retryable, while none is known.
 */
export type HostAddresses = (known: KnownMachine, caller: MachineCaller) => Promise<string[]>;

export type AddressDeps = Pick<Deps, 'log'> & { driver: Pick<Driver, 'list'> };

/**
 * As the driver lists them. It is asked first: a boot is early, when the record has no address yet or that of the boot
 * before. The record serves while the driver lags or fails.
 */
export function listedAddresses(deps: AddressDeps): HostAddresses {
  return async ({ lab, attempt }, { machine }) => {
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
    return atLeastOne([privateAddress, address, engineHost, published], machine);
  };
}

/** @throws SlipwayError `driver_failed`, retryable, where none of them is an address. */
export function atLeastOne(candidates: (string | undefined)[], machine: string): string[] {
  const addresses = candidates.filter((one): one is string => one !== undefined && isIP(one) !== 0);
  if (addresses.length > 0) return [...new Set(addresses)];
  throw new SlipwayError('driver_failed', `no address of ${machine} is known yet; ask again in a moment`, {
    retryable: true,
  });
}
