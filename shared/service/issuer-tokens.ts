import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { z } from 'zod';
import { iso } from '../core/clock.ts';
import { SlipwayError } from '../core/errors.ts';
import type { Deps } from '../ports/deps.ts';
import type { TokenIssuer } from '../ports/identity.ts';
import { type Caller, Subject } from './caller.ts';

/** The claim of an OIDC issuer's token that gives its bearer a role; nobody else makes operators. */
const ROLE_CLAIM = 'slipway_role';
const IssuedRole = z.enum(['student', 'instructor']);

/** Asymmetric ones only: under a symmetric one whoever knows the public key could sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Another's clock is not ours. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** Whose the token says it is, unchecked: only to choose by what it is checked. */
export function claimsIssuer(token: string, { url }: TokenIssuer): boolean {
  try {
    return decodeJwt(token).iss === url;
  } catch {
    return false;
  }
}

/**
 * The bearer of an OIDC issuer's token: `sub` is the subject, `slipway_role` student or instructor.
 * @returns a refusal's reason in place of a caller.
 */
export async function verifyIssuedToken(
  deps: Pick<Deps, 'clock'>,
  issuer: TokenIssuer,
  token: string,
): Promise<Caller | { refused: string }> {
  const keys = await issuer.keys();
  if (keys === undefined) {
    throw new SlipwayError(
      'store_unavailable',
      `the keys of ${issuer.url} are not known yet; ask again in a minute`,
      { facts: { afterSeconds: 60 } },
    );
  }
  try {
    const { payload } = await jwtVerify(token, keySetOf(keys), {
      algorithms: ALGORITHMS,
      issuer: issuer.url,
      audience: issuer.audience,
      requiredClaims: ['sub', 'exp', ROLE_CLAIM],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(deps.clock.now()),
    });
    const role = IssuedRole.safeParse(payload[ROLE_CLAIM]);
    if (!role.success) return { refused: `its claim "${ROLE_CLAIM}" is neither student nor instructor` };
    const subject = Subject.safeParse(payload.sub);
    if (!subject.success) {
      return { refused: 'its subject is none that labs can be under: letters, digits and . _ @ + -' };
    }
    return { subject: subject.data, role: role.data };
  } catch (error) {
    return { refused: reasonOf(error) };
  }
}

/** Parsed once for each set that the issuer had. */
let parsed: { text: string; keys: ReturnType<typeof createLocalJWKSet> } | undefined;

function keySetOf(text: string): ReturnType<typeof createLocalJWKSet> {
  if (parsed?.text !== text) {
    parsed = { text, keys: createLocalJWKSet(JSON.parse(text) as JSONWebKeySet) };
  }
  return parsed.keys;
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) {
    return `it expired at ${iso((error.payload.exp ?? 0) * 1000)}`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is none that an issuer may use here';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return 'its issuer has no such key, or made it within the hour';
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `its claim "${error.claim}" is not what this deployment takes`;
  }
  return 'it was not signed by its issuer, or was changed since';
}
