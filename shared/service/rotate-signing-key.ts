import { z } from 'zod';
import type { Deps } from '../ports/deps.ts';
import { rotateSigningKeys, type SigningDeps } from './signing-key.ts';

/** Names of the keys, as tokens bear them in their header; never the keys. */
export const SigningKeyNames = z.object({
  current: z.string().describe('Signs every token from now on'),
  previous: z.string().optional().describe('What it signed is taken until the next rotation'),
});
export type SigningKeyNames = z.infer<typeof SigningKeyNames>;

/** A new signing key; nobody is logged out until the next rotation. */
export async function rotateSigningKey(deps: SigningDeps & Pick<Deps, 'log'>): Promise<SigningKeyNames> {
  const { current, previous } = await rotateSigningKeys(deps);
  deps.log.info({ current: current.id, previous: previous?.id }, 'the signing key was rotated');
  return { current: current.id, ...(previous === undefined ? {} : { previous: previous.id }) };
}
