import type { ApiConfig } from '../shared/core/api-config.ts';
import type { TokenIssuer } from '../shared/ports/identity.ts';
import type { AwsDeps } from './aws-deps.ts';

/** Keys that `tick` read an hour ago are as good after five minutes more; a request in between asks nobody. */
const GOOD_MILLISECONDS = 5 * 60_000;

/** The OIDC issuer that the deployment is set to, its keys as `tick` last read them; nothing where it is set to none. */
export function issuerOf(
  { SLIPWAY_OIDC_ISSUER: url, SLIPWAY_OIDC_AUDIENCE: audience, SLIPWAY_TABLE: table }: ApiConfig,
  { dynamo, clock }: Pick<AwsDeps, 'dynamo' | 'clock'>,
): { issuer?: TokenIssuer } {
  if (url === undefined || audience === undefined) return {};
  let known: { keys: string; at: number } | undefined;
  return {
    issuer: {
      url,
      audience,
      async keys() {
        if (known !== undefined && clock.now() - known.at < GOOD_MILLISECONDS) return known.keys;
        const { DynamoSettingsStore } = await import('../shared/adapters/dynamo/dynamo-settings-store.ts');
        const { oidcKeys } = await new DynamoSettingsStore(dynamo, table).load();
        known = oidcKeys === undefined ? undefined : { keys: oidcKeys, at: clock.now() };
        return oidcKeys;
      },
    },
  };
}
