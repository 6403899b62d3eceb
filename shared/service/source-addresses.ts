import { SlipwayError } from '../core/errors.ts';
import type { Deps } from '../ports/deps.ts';
import { atLeastOne, type HostAddresses } from './host-addresses.ts';
import { wakeLab } from './wake-lab.ts';

/**
 * By the record and by where the request comes from: for hosts that call from the very address they are reached at, and
 * an API that has no client to list them with. Machines of one launch can read each other's tokens, so a token counts
 * only from where the record has its machine; while it has none, a boot being early, the source address is signed for,
 * unless it is another machine's. docs/decisions/0012-enrolment-by-source-address.md tells why that is enough.
 */
export function sourceAddresses(deps: Pick<Deps, 'queue' | 'log'>): HostAddresses {
  return async ({ lab, attempt }, { machine, sourceAddress }) => {
    const recorded = lab.status.machines.find((one) => one.name === machine && one.attempt === attempt);
    const isOthers = lab.status.machines.some(
      ({ name, address }) => name !== machine && address !== undefined && address === sourceAddress,
    );
    // One that calls is not off: what the record has then is of the boot before, and addresses change.
    const isOn = recorded?.state === 'Running' || recorded?.state === 'Starting';
    const isElsewhere = isOn && recorded.address !== undefined && recorded.address !== sourceAddress;
    if (isOthers || isElsewhere) {
      deps.log.warn({ lab: lab.id, machine, sourceAddress }, 'asks from an address that is not its own');
      // The record may be of the boot before: whoever looks at the machines again may set it right.
      await wakeLab(deps, lab);
      throw new SlipwayError(
        'driver_failed',
        `${machine} is not known at the address that this request comes from; ask again in a moment`,
        { retryable: true, facts: { afterSeconds: 3 } },
      );
    }
    return atLeastOne([recorded?.privateAddress, sourceAddress], machine);
  };
}
