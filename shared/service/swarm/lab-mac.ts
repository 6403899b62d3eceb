import { createHmac } from 'node:crypto';
import { type SecretDeps, stacksKey } from '../../engine/lab-secrets.ts';

/** What a digest is for: the same content has another one for each. */
type Use = 'request' | 'secret version';

/**
 * Digest of something that may hold a secret, under the lab's own key: who reads it where it is stored or listed cannot
 * try guesses against it, as they could against a plain hash. HMAC-SHA256, hexadecimal.
 */
export async function labMac(deps: SecretDeps, labId: string, use: Use, content: string): Promise<string> {
  return createHmac('sha256', await stacksKey(deps, labId))
    .update(`slipway ${use}\n${labId}\n`)
    .update(content)
    .digest('hex');
}
