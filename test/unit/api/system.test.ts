import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
const get = (path: string) => world.ask('GET', path, { as: undefined });

describe('health', () => {
  test('is good while records can be written and read and keys be opened', async () => {
    const { status, json } = await get('/healthz?from=monitor');
    expect(status).toBe(200);
    expect(json.status).toBe('ok');
    expect(Object.keys(json.checks)).toEqual(['recordsReadable', 'recordsWritable', 'keysReadable']);
  });

  test.each([
    ['labs', 'load', 'recordsReadable'],
    ['requests', 'remember', 'recordsWritable'],
    ['secrets', 'get', 'keysReadable'],
  ] as const)('is 503 when %s.%s fails, and says which check', async (store, call, check) => {
    world.deps[store].faults.failNext(call);
    const { status, json } = await get('/healthz');
    expect([status, json.status]).toEqual([503, 'failing']);
    expect(json.checks[check]).toEqual({ ok: false, message: `${call} was told to fail` });
    expect((await get('/healthz')).status).toBe(200);
  });

  test('tells strangers nothing of an error that is not ours', async () => {
    world.deps.labs.faults.failNext('load', new Error('/home/somebody/key'));
    expect((await get('/healthz')).text).not.toContain('somebody');
  });
});

describe('the page about the API', () => {
  test('shows every operation, and needs nothing from anywhere', async () => {
    const { text, headers } = await get('/docs');
    expect(headers.get('Content-Type')).toMatch(/^text\/html/);
    expect(headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'/);
    const { json } = await get('/openapi.json');
    for (const path of Object.keys(json.paths)) expect(text).toContain(`<code>${path}</code>`);
    expect(text).not.toMatch(/<script|<link|src="|@import|url\(/);
    expect(text).toContain('id="quota"');
  });
});

test('a HEAD is a GET without its body', async () => {
  const { status, text } = await world.ask('HEAD', '/v1/labs');
  expect([status, text]).toEqual([200, '']);
});
