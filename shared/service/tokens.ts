import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { iso } from '../core/clock.ts';
import { SlipwayError } from '../core/errors.ts';
import type { Deps } from '../ports/deps.ts';
import { Caller } from './caller.ts';
import { claimsIssuer, verifyIssuedToken } from './issuer-tokens.ts';
import { keysNamed, type SigningDeps, signingKeys } from './signing-key.ts';

export type TokenDeps = SigningDeps & Pick<Deps, 'clock' | 'policy' | 'issuer'>;

const ALGORITHM = 'HS256';
const AUDIENCE = 'slipway-api';
/** A token of ours has some 300 characters. */
const LONGEST = 4096;

/** Signs a bearer token for a caller. Who may have which is `grantToken`'s to decide. */
export async function issueToken(
  deps: TokenDeps,
  request: Caller & { expiresInSeconds: number },
): Promise<{ token: string; expiresAt: string }> {
  const { subject, role, classId } = Caller.parse(request);
  const now = Math.floor(deps.clock.now() / 1000);
  const expires = now + request.expiresInSeconds;
  const { current } = await signingKeys(deps);
  const token = await new SignJWT({ role, ...(classId === undefined ? {} : { class: classId }) })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: current.id })
    .setIssuer(issuerOf(deps))
    .setAudience(AUDIENCE)
    .setSubject(subject)
    .setIssuedAt(now)
    .setExpirationTime(expires)
    .sign(current.secret);
  return { token, expiresAt: iso(expires * 1000) };
}

/**
 * Whose token it is: ours, or that of the OIDC issuer that the deployment is set to.
 * @throws SlipwayError `unauthenticated`, saying what is wrong with the token and never repeating it.
 */
export async function verifyToken(deps: TokenDeps, token: string): Promise<Caller> {
  if (token.length > LONGEST) throw refusal('it is longer than any token of ours');
  const { issuer } = deps;
  if (issuer !== undefined && claimsIssuer(token, issuer)) {
    const bearer = await verifyIssuedToken(deps, issuer, token);
    if ('refused' in bearer) throw refusal(bearer.refused);
    return bearer;
  }
  try {
    const payload = await payloadOf(deps, token);
    const caller = Caller.safeParse({ subject: payload.sub, role: payload.role, classId: payload.class });
    if (caller.success) return caller.data;
    throw refusal('its subject or role is none of ours');
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    throw refusal(reasonOf(error));
  }
}

/** @returns whether it was signed with the key that signs now: one that was not ends with the next rotation. */
export async function isSignedAnew(deps: SigningDeps, token: string): Promise<boolean> {
  const { current } = await signingKeys(deps);
  return decodeProtectedHeader(token).kid === current.id;
}

async function payloadOf(deps: TokenDeps, token: string): Promise<JWTPayload> {
  const { alg, kid } = decodeProtectedHeader(token);
  if (alg !== ALGORITHM) throw new errors.JOSEAlgNotAllowed();
  let failure: unknown = new errors.JWSSignatureVerificationFailed();
  for (const { secret } of await keysNamed(deps, kid)) {
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: [ALGORITHM],
        issuer: issuerOf(deps),
        audience: AUDIENCE,
        requiredClaims: ['sub', 'role', 'iat', 'exp'],
        currentDate: new Date(deps.clock.now()),
      });
      return payload;
    } catch (error) {
      failure = error;
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  }
  throw failure;
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) {
    const { exp } = error.payload;
    return exp === undefined ? 'it has expired' : `it expired at ${iso(exp * 1000)}`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return `its algorithm is not ${ALGORITHM}`;
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return 'it was not signed by this deployment with a key that is still good, or was changed since';
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return `its claim "${error.claim}" is not what this deployment issues`;
  }
  return 'it is no signed JWT';
}

function issuerOf({ policy }: Pick<TokenDeps, 'policy'>): string {
  return `slipway/${policy.deployment}`;
}

function refusal(reason: string): SlipwayError {
  return new SlipwayError('unauthenticated', `this token is not accepted: ${reason}; ask for a new one`);
}
