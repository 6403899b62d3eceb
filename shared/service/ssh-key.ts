import type { Clock } from '../core/clock.ts';
import { labSshKey, type SecretDeps } from '../engine/lab-secrets.ts';
import type { Lab } from '../lab/lab.ts';
import { whileUp } from './lab-keys.ts';

/**
 * The private key that opens `ssh` to every machine of the lab: PEM. The caller has checked that it is the owner
 * who asks.
 * @throws SlipwayError `conflict` while the lab has no key yet, and once it goes down.
 */
export function readSshKey(deps: SecretDeps & { clock: Clock }, lab: Lab): Promise<string> {
  return whileUp(lab, deps.clock.now(), async () => (await labSshKey(deps, lab.id)).privateKey);
}
