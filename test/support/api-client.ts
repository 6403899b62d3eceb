/**
 * What tests ask the API with: fetch, a token, and errors in the API's own words. The typed client (client/) has its own tests;
 * this one can ask what that one would not compile.
 */
export interface ApiClient {
  /**
   * @param idempotencyKey makes a POST safe to repeat
   * @returns the parsed JSON answer; throws with the problem's words where the status is an error.
   */
  json<Answer>(method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<Answer>;
  text(path: string): Promise<string>;
}

const REQUEST_SECONDS = 40;

/** @param url the API's root, without `/v1` */
export function createApiClient(url: string, token: string): ApiClient {
  async function ask(method: string, path: string, accept: string, body?: unknown, idempotencyKey?: string) {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        Accept: accept,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_SECONDS * 1000),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
  return {
    async json(method, path, body, idempotencyKey) {
      return (await ask(method, path, 'application/json', body, idempotencyKey)).json() as Promise<never>;
    },
    async text(path) {
      return (await ask('GET', path, 'text/plain')).text();
    },
  };
}
