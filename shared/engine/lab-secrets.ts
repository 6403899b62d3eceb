import { createHmac, timingSafeEqual } from 'node:crypto';
import { SlipwayError } from '../core/errors.ts';
import { randomSecret } from '../core/ids.ts';
import type { Sealer, SecretPurpose, SecretStore } from '../ports/store.ts';
import { type Authority, createAuthority } from './pki.ts';
import { createSshKey, type SshKey } from './ssh-key.ts';

export interface SecretDeps {
  secrets: SecretStore;
  sealer: Sealer;
}

/** Which machine a token speaks for: a rebuilt one has a higher attempt, and another token. */
export interface TokenHolder {
  labId: string;
  machine: string;
  attempt: number;
}

/**
 * Makes what a lab's trust hangs on, where it is not there yet: its certificate authority, its SSH key and the seed
 * of its machines' tokens. May run any number of times, and twice at once: what was put first is kept.
 */
export async function ensureLabSecrets(deps: SecretDeps, labId: string, now: number): Promise<void> {
  await Promise.all([
    ensure(deps, labId, 'ca', async () => JSON.stringify(await createAuthority(labId, now))),
    ensure(deps, labId, 'ssh', async () => JSON.stringify(await createSshKey(`slipway-${labId}`))),
    ensure(deps, labId, 'enrolment', async () => randomSecret()),
  ]);
}

/** @throws SlipwayError `not_found` before `ensureLabSecrets` and once the lab is forgotten. */
export async function labAuthority(deps: SecretDeps, labId: string): Promise<Authority> {
  return JSON.parse(await open(deps, labId, 'ca')) as Authority;
}

/** @throws SlipwayError `not_found` before `ensureLabSecrets` and once the lab is forgotten. */
export async function labSshKey(deps: SecretDeps, labId: string): Promise<SshKey> {
  return JSON.parse(await open(deps, labId, 'ssh')) as SshKey;
}

/**
 * The token that a launch hands to a machine: derived, so that a repeated launch is identical and nothing of it is
 * stored. HMAC-SHA256 under the lab's seed, base64url, 43 characters.
 * @throws SlipwayError `not_found` before `ensureLabSecrets` and once the lab is forgotten.
 */
export async function machineToken(
  deps: SecretDeps,
  labId: string,
  machine: string,
  attempt: number,
): Promise<string> {
  const seed = await open(deps, labId, 'enrolment');
  return deriveToken(seed, { labId, machine, attempt }).toString('base64url');
}

/** Is this the holder's token? Takes the same time for every wrong one; false too where the lab is forgotten. */
export async function verifyMachineToken(
  deps: SecretDeps,
  holder: TokenHolder,
  token: string,
): Promise<boolean> {
  const sealed = await deps.secrets.get(holder.labId, 'enrolment');
  if (sealed === undefined) return false;
  const seed = await deps.sealer.open(sealed, { scope: holder.labId, purpose: 'enrolment' });
  const expected = Buffer.from(deriveToken(seed, holder).toString('base64url'));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The key that seals the sources of a lab's stacks: 256 bits, made when first asked for. */
export async function stacksKey(deps: SecretDeps, labId: string): Promise<Buffer> {
  await ensure(deps, labId, 'stacks', async () => randomSecret());
  return Buffer.from(await open(deps, labId, 'stacks'), 'base64url');
}

/** Neither an id nor a machine's name may hold a line feed, so no two holders are written alike. */
function deriveToken(seed: string, { labId, machine, attempt }: TokenHolder): Buffer {
  return createHmac('sha256', Buffer.from(seed, 'base64url'))
    .update(`slipway machine token\n${labId}\n${machine}\n${attempt}`)
    .digest();
}

async function ensure(
  deps: SecretDeps,
  labId: string,
  purpose: SecretPurpose,
  make: () => Promise<string>,
): Promise<void> {
  if ((await deps.secrets.get(labId, purpose)) !== undefined) return;
  const sealed = await deps.sealer.seal(await make(), { scope: labId, purpose });
  await deps.secrets.putIfAbsent(labId, purpose, sealed);
}

async function open(deps: SecretDeps, labId: string, purpose: SecretPurpose): Promise<string> {
  const sealed = await deps.secrets.get(labId, purpose);
  if (sealed === undefined)
    throw new SlipwayError(
      'not_found',
      `lab ${labId} has no ${purpose} key: not made yet, or gone with the lab`,
    );
  return await deps.sealer.open(sealed, { scope: labId, purpose });
}
