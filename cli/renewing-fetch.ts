import type { Terminal } from './terminal.ts';

/**
 * A fetch that, once a token is refused, gets a new one and asks again: a token that a join code was given for lasts
 * hours, a lesson's watch longer.
 * @param renew is asked once, however many calls were refused at the same time.
 */
export function renewingFetch(ask: Terminal['fetch'], renew: () => Promise<string>): Terminal['fetch'] {
  let renewed: Promise<string> | undefined;
  const withToken = (init: RequestInit, token: string): RequestInit => ({
    ...init,
    headers: { ...(init.headers as Record<string, string>), Authorization: `Bearer ${token}` },
  });
  return async (url, init) => {
    const response = await ask(url, renewed === undefined ? init : withToken(init, await renewed));
    if (response.status !== 401) return response;
    // A second refusal of what was just renewed is the answer.
    if (renewed !== undefined) return response;
    renewed = renew();
    return await ask(url, withToken(init, await renewed));
  };
}
