import { z } from 'zod';
import { SlipwayError } from '../core/errors.ts';
import { randomSecret, sha256 } from '../core/ids.ts';
import type { Deps } from '../ports/deps.ts';
import type { SecretStore } from '../ports/store.ts';

export type SigningDeps = Pick<Deps, 'secrets' | 'sealer' | 'clock'>;

/** A key of the deployment's own tokens: 256 bits. */
export interface SigningKey {
  /** What tokens name it by. */
  id: string;
  secret: Uint8Array;
}

export interface SigningKeys {
  /** Signs. */
  current: SigningKey;
  /** What it signed until the last rotation is still taken. */
  previous?: SigningKey;
}

const place = { scope: 'deployment', purpose: 'signing' } as const;

/** Two of them in one item, so that no rotation is ever half done. The first key of a deployment stands there bare. */
const Kept = z.object({ current: z.string(), previous: z.string().optional() });
type Kept = z.infer<typeof Kept>;

/** So long may another process take a key that was rotated out. */
const OLDEST_SECONDS = 300;
/** A token that names a key we do not know has the item read again, not more often than that. */
const UNKNOWN_EVERY_SECONDS = 1;
/** A rotation that others overtake again and again is given up. */
const RACES = 5;

interface Opened {
  sealed: string;
  keys: SigningKeys;
  readAt: number;
}
// One opening per store and process: every request needs it, and on AWS opening is a call to KMS.
const opened = new WeakMap<SecretStore, { last?: Opened; reading?: Promise<Opened> }>();

/** The deployment's keys, made once, whoever asks first; kept sealed, and read again after at most five minutes. */
export async function signingKeys(
  deps: SigningDeps,
  oldestSeconds: number = OLDEST_SECONDS,
): Promise<SigningKeys> {
  return (await openKeys(deps, oldestSeconds)).keys;
}

/**
 * Those that a token may be signed with.
 * @param id as the token names its key; undefined for one of the time before keys had names.
 */
export async function keysNamed(deps: SigningDeps, id: string | undefined): Promise<SigningKey[]> {
  const fits = ({ current, previous }: SigningKeys) =>
    [current, previous].filter(
      (key): key is SigningKey => key !== undefined && (id === undefined || key.id === id),
    );
  const known = fits(await signingKeys(deps));
  // Another process may have made it since.
  return known.length > 0 ? known : fits(await signingKeys(deps, UNKNOWN_EVERY_SECONDS));
}

/**
 * Makes a new current key; the one before stays good until the next rotation. Of several at once, one does, and the
 * others come to the same key.
 */
export async function rotateSigningKeys(deps: SigningDeps): Promise<SigningKeys> {
  const { secrets, sealer } = deps;
  const before = await openKeys(deps, 0);
  const current = randomSecret();
  const previous = Buffer.from(before.keys.current.secret).toString('base64url');
  const next: Kept = { current, previous };
  const sealed = await sealer.seal(JSON.stringify(next), place);
  // Where it was replaced meanwhile, that was the rotation.
  await secrets.replace(place.scope, place.purpose, before.sealed, sealed);
  for (let race = 0; race < RACES; race += 1) {
    const after = await openKeys(deps, 0);
    // A read that began before the write was shared: not this one's.
    if (after.sealed !== before.sealed) return after.keys;
  }
  throw new SlipwayError('in_progress', 'the signing key is being rotated elsewhere: try again');
}

async function openKeys(deps: SigningDeps, oldestSeconds: number): Promise<Opened> {
  const entry = opened.get(deps.secrets) ?? {};
  opened.set(deps.secrets, entry);
  const { last } = entry;
  const age = last === undefined ? Number.POSITIVE_INFINITY : deps.clock.now() - last.readAt;
  // A clock that was put back makes nothing young.
  if (last !== undefined && age >= 0 && age < oldestSeconds * 1000) return last;
  entry.reading ??= read(deps, last).finally(() => delete entry.reading);
  entry.last = await entry.reading;
  return entry.last;
}

/** @param last is not opened again while it is what is there. */
async function read({ secrets, sealer, clock }: SigningDeps, last: Opened | undefined): Promise<Opened> {
  const readAt = clock.now();
  const sealed =
    (await secrets.get(place.scope, place.purpose)) ??
    (await secrets.putIfAbsent(place.scope, place.purpose, await sealer.seal(randomSecret(), place)));
  if (sealed === last?.sealed) return { ...last, readAt };
  const { current, previous } = keptOf(await sealer.open(sealed, place));
  const keys = { current: keyOf(current), ...(previous === undefined ? {} : { previous: keyOf(previous) }) };
  return { sealed, keys, readAt };
}

function keptOf(text: string): Kept {
  return text.startsWith('{') ? Kept.parse(JSON.parse(text)) : { current: text };
}

/** Its name follows from it, and tells nothing of it. */
function keyOf(secret: string): SigningKey {
  return { id: sha256(`signing key ${secret}`).slice(0, 16), secret: Buffer.from(secret, 'base64url') };
}
