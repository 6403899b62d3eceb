import { randomSecret } from '../core/ids.ts';
import type { Deps } from '../ports/deps.ts';
import type { SecretStore } from '../ports/store.ts';

export type SigningDeps = Pick<Deps, 'secrets' | 'sealer'>;

const place = { scope: 'deployment', purpose: 'signing' } as const;

// One opening per store and process: every request needs it, and on AWS opening is a call to KMS.
const opened = new WeakMap<SecretStore, Promise<Uint8Array>>();

/** The deployment's key of its own tokens: 256 bits, made once, whoever asks first; kept sealed. */
export function signingKey(deps: SigningDeps): Promise<Uint8Array> {
  const known = opened.get(deps.secrets);
  if (known !== undefined) return known;
  const key = openOrMake(deps);
  opened.set(deps.secrets, key);
  // A failure is told to those who wait for it; the next request tries again.
  key.catch(() => opened.delete(deps.secrets));
  return key;
}

async function openOrMake({ secrets, sealer }: SigningDeps): Promise<Uint8Array> {
  const sealed =
    (await secrets.get(place.scope, place.purpose)) ??
    (await secrets.putIfAbsent(place.scope, place.purpose, await sealer.seal(randomSecret(), place)));
  return Buffer.from(await sealer.open(sealed, place), 'base64url');
}
