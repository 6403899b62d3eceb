import { afterEach, describe, expect, test } from 'vitest';
import { DockerEngine } from '../../../../shared/adapters/engine/docker-engine.ts';
import { EngineHttp } from '../../../../shared/adapters/engine/engine-http.ts';
import { json, openScriptedEngine } from '../../../support/scripted-engine.ts';

let opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of opened.reverse()) await one.close();
  opened = [];
});

interface Said {
  status: number;
  message?: string;
}

async function find(reference: string, registry: Said | 'silent', here: Said = { status: 404 }) {
  const scripted = await openScriptedEngine((response, { path }) => {
    if (path.includes('/images/')) return json(response, { message: here.message }, here.status);
    if (registry !== 'silent') json(response, { message: registry.message }, registry.status);
  });
  const http = new EngineHttp({ socketPath: scripted.socketPath });
  opened.push(scripted, http);
  const found = new DockerEngine(http).findImage(reference);
  return { found, asked: () => scripted.heard.map(({ path }) => path) };
}

const DENIED =
  'errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n';

describe('an image is', () => {
  test('there where its registry says so, and nobody else is asked then', async () => {
    const { found, asked } = await find('redis', { status: 200 });
    expect(await found).toBe('there');
    expect(asked()).toEqual(['/v1.41/distribution/redis:latest/json']);
  });

  test.each([
    ['a mirror without it', 'ngnix', { status: 404, message: 'manifest unknown: manifest unknown' }],
    ['a registry without it', 'ghcr.io/a/b:1', { status: 404, message: 'name unknown' }],
    ['Docker Hub, where nobody took the name', 'nobody/has-this', { status: 401, message: DENIED }],
    ['Docker Hub by its own name', 'docker.io/nobody/x:1', { status: 403, message: DENIED }],
    ['an engine: it is no name', 'UPPER/x', { status: 400, message: 'invalid reference format' }],
  ])('missing by the word of %s', async (_, reference, said) => {
    expect(await (await find(reference, said)).found).toBe('missing');
  });

  test.each([
    [
      'a name server has no answer',
      'ghcr.io/a/b:1',
      { status: 500, message: 'lookup ghcr.io: no such host' },
    ],
    ['nobody listens', 'localhost/x:1', { status: 500, message: 'connect: connection refused' }],
    [
      'a registry of somebody’s own wants to know who asks',
      'ghcr.io/a/b:1',
      { status: 401, message: DENIED },
    ],
    ['the engine has no such call', 'redis', { status: 404, message: 'page not known' }],
    ['a registry limits', 'redis', { status: 500, message: 'toomanyrequests: rate limit' }],
  ])('unknown where %s', async (_, reference, said) => {
    expect(await (await find(reference, said)).found).toBe('unknown');
  });

  test('unknown where a registry does not answer, and that is found within seconds', async () => {
    const start = performance.now();
    expect(await (await find('redis', 'silent')).found).toBe('unknown');
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('there where the engine itself has it, whatever a registry says', async () => {
    const here = { status: 200 };
    expect(await (await find('mine:1', { status: 404, message: 'manifest unknown' }, here)).found).toBe(
      'there',
    );
    expect(await (await find('mine:1', { status: 500, message: 'no such host' }, here)).found).toBe('there');
  });

  test('not found out about where its name is none, or the engine is broken', async () => {
    await expect((await find('a b', { status: 200 })).found).rejects.toMatchObject({ code: 'invalid_input' });
    const broken = await find('redis', { status: 404, message: 'manifest unknown' }, { status: 500 });
    await expect(broken.found).rejects.toMatchObject({ code: 'engine_refused' });
  });
});
