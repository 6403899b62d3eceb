import { ApiError } from '../client/api-error.ts';
import { type Answer, createClient } from '../client/client.ts';
import { NotAllowed, UsageError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** What a student was sent: `https://slipway.example/join#CODE`, or the code alone. */
export interface JoinLink {
  /** The API's root; undefined where only the code was given. */
  server: string | undefined;
  code: string;
}

export function isJoinLink(text: string): boolean {
  return URL.canParse(text) && /\/join\/*$/.test(new URL(text).pathname);
}

/** @throws UsageError, without what was given: it may be half of a code. */
export function readJoinLink(text: string): JoinLink {
  const given = text.trim();
  const link = isJoinLink(given) ? new URL(given) : undefined;
  // Read out by telephone it has blanks.
  const code = (link === undefined ? given : link.hash.slice(1)).replaceAll(/\s/g, '');
  if (!/^[\w-]{8,200}$/.test(code)) {
    throw new UsageError(
      'there is no join code in what was given; paste the whole link, in quotes, or what follows its #',
    );
  }
  const server = link && `${link.origin}${link.pathname}`.replace(/\/+join\/*$/, '');
  return { server, code };
}

/** @throws ApiError in the API's words where it is no good any more. */
export async function exchangeCode(
  { fetch }: Pick<Terminal, 'fetch'>,
  server: string,
  code: string,
): Promise<Answer<'join'>> {
  return await createClient({ server, fetch }).join({ body: { code } });
}

/** The same for a code that was kept. @throws NotAllowed with the cure where it opens nothing any more. */
export async function exchangeKeptCode(
  terminal: Pick<Terminal, 'fetch'>,
  server: string,
  code: string,
): Promise<string> {
  try {
    return (await exchangeCode(terminal, server, code)).token;
  } catch (error) {
    if (error instanceof ApiError && error.status < 500 && error.status !== 429) {
      throw new NotAllowed(
        `the token is no good any more, and neither is the join code that was kept: ${error.message}\nAsk your instructor for a new link, then: slipway login --code LINK`,
      );
    }
    throw error;
  }
}
