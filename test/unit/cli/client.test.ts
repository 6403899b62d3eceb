import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError, Unreachable } from '../../../client/api-error.ts';
import { createClient } from '../../../client/client.ts';
import { readServerEvents } from '../../../client/server-events.ts';
import { GENERATED, generateOperations } from '../../../scripts/generate-client.ts';
import { createWorld } from '../../support/world.ts';

const SERVER = 'http://slipway.test';

async function clientOf(world = createWorld()) {
  const asked: { url: string; init: RequestInit }[] = [];
  const client = createClient({
    server: `${SERVER}/`,
    token: await world.token('student'),
    fetch: async (url, init) => {
      asked.push({ url, init });
      return await world.app.request(url.slice(SERVER.length), init);
    },
  });
  return { world, client, asked };
}

describe('the typed client', () => {
  test('is the API as it is now; "npm run generate:client" writes it anew', async () => {
    const bare = (text: string) => text.replaceAll(/[\s;|,()'"]/g, '');
    expect(bare(await readFile(GENERATED, 'utf8'))).toBe(bare(await generateOperations()));
  });

  test('asks, answers in JSON or text, and carries the token', async () => {
    const { world, client, asked } = await clientOf();
    const lab = await world.keep();
    expect((await client.getLab({ lab: lab.id })).name).toBe(lab.name);
    expect(await client.machineStatus({ lab: lab.id, machine: 'LINUXtips-01' })).toBe('Running\n');
    expect(await client.text('listMachines', { lab: lab.id })).toMatch(/^NAME /);
    expect(new Headers(asked[0]?.init.headers).get('Authorization')).toMatch(/^Bearer /);
  });

  test('throws what the API refuses, with its code and every issue', async () => {
    const { client } = await clientOf();
    const refused = await client
      .createLab({ body: { template: 'nonsense' } })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 422, code: 'invalid_input', issues: [{ pointer: '/template' }] });
  });

  test('throws Unreachable, with the reason, where nobody answers', async () => {
    const nobody = createClient({
      server: SERVER,
      fetch: () =>
        Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
    });
    const failed = await nobody.checkHealth().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Unreachable);
    expect(failed).toMatchObject({ message: `${SERVER} does not answer: connect ECONNREFUSED` });
  });

  test('where something else answers says so', async () => {
    const other = createClient({
      server: SERVER,
      fetch: async () => new Response('<html>', { status: 502 }),
    });
    await expect(other.checkHealth()).rejects.toMatchObject({ status: 502, code: 'unknown' });
  });

  test('never asks for another path than its operation’s, whatever the names are', async () => {
    const urls: string[] = [];
    const client = createClient({
      server: SERVER,
      fetch: async (url) => {
        urls.push(url);
        return new Response('{}');
      },
    });
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.constantFrom('.', '..', '', '/', '%2e%2e', 'a/../b', '?x', '#'),
        async (one, two) => {
          urls.length = 0;
          await client.getStack({ lab: one, stack: two }).catch((error: unknown) => {
            if (!(error instanceof TypeError || error instanceof URIError)) throw error;
          });
          for (const url of urls) expect(new URL(url).pathname.split('/')).toHaveLength(6);
        },
      ),
    );
  });

  test('leaves out of a query what is undefined', async () => {
    const { world, client, asked } = await clientOf();
    const lab = await world.keep();
    await client.listEvents({ lab: lab.id, query: { after: 0, wait: undefined } });
    expect(asked.at(-1)?.url).toBe(`${SERVER}/v1/labs/${lab.id}/events?after=0`);
  });
});

describe('server-sent events', () => {
  test('are the same however the text is cut', async () => {
    const text =
      'retry: 2000\n\n: still here\n\nid: 7\nevent: log\ndata: a\ndata: b\n\r\ndata: {"x":1}\r\n\r\nid: 8\n\n';
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length)), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        const events = [];
        for await (const event of readServerEvents(piecewise(pieces))) events.push(event);
        expect(events).toEqual([
          { id: '7', event: 'log', data: 'a\nb' },
          { event: 'message', data: '{"x":1}' },
        ]);
      }),
    );
  });

  test('end, without an error, where the caller ends them', async () => {
    const { world, client } = await clientOf();
    const lab = await world.keep();
    const ended = new AbortController();
    setTimeout(() => ended.abort(), 200);
    const seen = [];
    for await (const event of client.events('listEvents', { lab: lab.id }, ended.signal)) seen.push(event);
    expect(seen).toEqual([]);
  });
});

async function* piecewise(pieces: string[]): AsyncIterable<string> {
  yield* pieces;
}
