import { isSlipwayError } from '../../shared/core/errors.ts';
import { isSignedAnew, issueToken, type TokenDeps, verifyToken } from '../../shared/service/tokens.ts';

const DAY_SECONDS = 86_400;
const LIFETIME_SECONDS = 365 * DAY_SECONDS;
/** Renewed so long before its end that whoever uses it has a month to fetch the new one. */
const RENEW_BEFORE_SECONDS = 30 * DAY_SECONDS;

/** Where the key is kept for the operator to fetch. */
export interface KeyPlace {
  read(): Promise<string | undefined>;
  /** Keeps the first. @returns whether it was this one. */
  putIfAbsent(key: string): Promise<boolean>;
  replace(key: string): Promise<void>;
}

/**
 * Sees to it that an operator's key of this deployment is there, good for another month at least and signed with the
 * signing key of now: the next rotation would make an end of an older one. Two at once end with
 * one that is good, and so does what a crash left.
 */
export async function keepOperatorKey(
  deps: TokenDeps,
  place: KeyPlace,
): Promise<'kept' | 'made' | 'renewed'> {
  const present = await place.read();
  if (present !== undefined && (await isGood(deps, present))) return 'kept';
  const { token } = await issueToken(deps, {
    role: 'operator',
    subject: 'operator',
    expiresInSeconds: LIFETIME_SECONDS,
  });
  if (present === undefined) return (await place.putIfAbsent(token)) ? 'made' : 'kept';
  await place.replace(token);
  return 'renewed';
}

/** Is it ours, an operator's, and will still be taken a month from now, though the signing key be rotated? */
async function isGood(deps: TokenDeps, token: string): Promise<boolean> {
  const later = { now: () => deps.clock.now() + RENEW_BEFORE_SECONDS * 1000 };
  try {
    const { role } = await verifyToken({ ...deps, clock: later }, token);
    return role === 'operator' && (await isSignedAnew(deps, token));
  } catch (error) {
    if (isSlipwayError(error, 'unauthenticated')) return false;
    throw error;
  }
}
