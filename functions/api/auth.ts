import type { Context } from 'hono';
import { SlipwayError } from '../../shared/core/errors.ts';
import type { Caller, Role } from '../../shared/service/caller.ts';
import { type TokenDeps, verifyToken } from '../../shared/service/tokens.ts';

/**
 * The bearer token of a request, whoever issued it.
 * @throws SlipwayError `unauthenticated` where there is none.
 */
export function bearerOf(context: Context): string {
  const header = context.req.header('Authorization');
  const token = /^Bearer +([^\s]+) *$/i.exec(header ?? '')?.[1];
  if (token !== undefined) return token;
  throw new SlipwayError(
    'unauthenticated',
    header === undefined
      ? 'a token is needed: send it as Authorization: Bearer <token>'
      : 'the Authorization header must be: Bearer <token>',
  );
}

/**
 * Who asks, where a route is for these roles only. Whose lab it is, is the use cases' to check.
 * @throws SlipwayError `unauthenticated`; `forbidden` naming the roles.
 */
export async function authenticate(
  deps: TokenDeps,
  context: Context,
  roles: readonly Role[],
): Promise<Caller> {
  const caller = await verifyToken(deps, bearerOf(context));
  if (roles.includes(caller.role)) return caller;
  throw new SlipwayError(
    'forbidden',
    `this is for the role ${roles.join(' or ')}, and your token is a ${caller.role}’s`,
  );
}
