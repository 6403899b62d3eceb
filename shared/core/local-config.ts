import { z } from 'zod';
import { CommonSettings, count, readSettings, whole } from './config.ts';

/** Every `SLIPWAY_*` setting of the server on one machine, in one place; README and docs/operations.md list them. */
export const LocalConfig = z.strictObject({
  ...CommonSettings,
  /** Port of the HTTP API; bound on 0.0.0.0, because the hosts enrol through their network's gateway. */
  SLIPWAY_PORT: whole(0, 65_535).default(7070),
  /** Directory of records, keys and the operator's token. */
  SLIPWAY_DATA: z.string().min(1).default('/var/lib/slipway/data'),
  /** Address of this machine on which 2376, 22 and links are published, for a classroom; unset: not published. */
  SLIPWAY_ADVERTISE: z.ipv4('must be an IPv4 address of this machine, such as 192.0.2.10').optional(),
  SLIPWAY_READY_WITHIN_SECONDS: count(600, 3600),
  /** From a lab's launch to ready, as it is reckoned with when a class must be ready by the bell. */
  SLIPWAY_READY_SECONDS: count(60, 3600),
  /** How much earlier than that asks a class's labs are launched, so that what fails once is ready by the bell all the same. */
  SLIPWAY_SPARE_SECONDS: whole(0, 3600).default(0),
  SLIPWAY_OBSERVE_SECONDS: count(5, 300),
  SLIPWAY_SWEEP_GRACE_SECONDS: count(60, 3600),
});
export type LocalConfig = z.infer<typeof LocalConfig>;

/**
 * Reads the environment once.
 * @throws SlipwayError `invalid_input` that names every wrong or unknown `SLIPWAY_*` setting at once.
 */
export function readLocalConfig(environment: NodeJS.ProcessEnv = process.env): LocalConfig {
  return readSettings(LocalConfig, environment);
}
