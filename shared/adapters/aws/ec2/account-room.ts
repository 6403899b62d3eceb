import type { AccountRoom } from '../../../ports/deps.ts';
import type { KnownAccount } from './admission.ts';
import type { AdmissionStore } from './admission-store.ts';
import { add, NO_USAGE } from './usage.ts';

export interface AccountRoomDeps {
  /** What `tick` and the sweep learned of the account. */
  account: { load(): Promise<KnownAccount> };
  /** What our own labs were admitted to. */
  holdings: Pick<AdmissionStore, 'used'>;
  /** Of one machine. */
  vcpus?: number | undefined;
  /** That the hosts' subnets have. */
  addresses?: number | undefined;
}

/**
 * What the account has room for, of records alone. vCPUs are the on-demand ones, since spot machines are had only while
 * there are any. Addresses are those of machines that run: stopped ones keep theirs too, and are not counted here.
 */
export async function readAccountRoom(deps: AccountRoomDeps): Promise<AccountRoom> {
  const [{ quotas, foreign = NO_USAGE }, ours] = await Promise.all([
    deps.account.load(),
    deps.holdings.used(),
  ]);
  const used = add(ours, foreign);
  const { vcpus, addresses } = deps;
  return {
    ...(quotas === undefined
      ? {}
      : {
          vcpus: { quota: quotas.onDemandVcpus, used: used.onDemandVcpus },
          securityGroups: { quota: quotas.securityGroups, used: used.securityGroups },
        }),
    ...(addresses === undefined || vcpus === undefined
      ? {}
      : {
          addresses: {
            total: addresses,
            used: Math.ceil((ours.onDemandVcpus + ours.spotVcpus) / vcpus),
          },
        }),
  };
}
