import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EngineHttp } from '../../../../shared/adapters/engine/engine-http.ts';
import { targetOf } from '../../../../shared/adapters/engine/engine-target.ts';
import { createAuthority, issueClient, signServer } from '../../../../shared/engine/pki.ts';
import { makeRequest } from '../../../support/openssl.ts';
import {
  type Answer,
  json,
  openScriptedEngine,
  type ScriptedEngine,
} from '../../../support/scripted-engine.ts';

const Pong = z.looseObject({ Pong: z.number() });
let opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of opened.reverse()) await one.close();
  opened = [];
});

async function engineThat(answer: Answer): Promise<{ engine: ScriptedEngine; http: EngineHttp }> {
  const engine = await openScriptedEngine(answer);
  const http = new EngineHttp({ socketPath: engine.socketPath });
  opened.push(engine, http);
  return { engine, http };
}

describe('a call', () => {
  test('goes to the versioned path with its query, objects as JSON, and gives the answer as its schema has it', async () => {
    const { engine, http } = await engineThat((response) => json(response, { Pong: 1, More: 'let through' }));
    const query = { all: true, n: 3, filters: { label: ['a=b&c'] }, left: undefined };
    expect(await http.call({ path: '/ping', query, schema: Pong })).toMatchObject({ Pong: 1 });
    expect(engine.heard[0]).toMatchObject({ method: 'GET', path: '/v1.41/ping' });
    expect(Object.fromEntries(engine.heard[0]?.query ?? [])).toEqual({
      all: 'true',
      n: '3',
      filters: '{"label":["a=b&c"]}',
    });
  });

  test('sends an object as JSON and bytes as a tar', async () => {
    const { engine, http } = await engineThat((response) => void response.end());
    const schema = z.unknown();
    await http.call({ method: 'POST', path: '/a', body: { Ä: 1 }, schema });
    await http.call({ method: 'PUT', path: '/b', body: Buffer.from('bytes'), schema });
    expect(engine.heard.map(({ body, headers }) => [headers['content-type'], body])).toEqual([
      ['application/json', '{"Ä":1}'],
      ['application/x-tar', 'bytes'],
    ]);
  });

  test('takes 204 and 304 for done', async () => {
    const { http } = await engineThat((response, { path }) => {
      response.writeHead(path.endsWith('started') ? 304 : 204).end();
    });
    expect(await http.call({ method: 'POST', path: '/x/started', schema: z.unknown() })).toBeUndefined();
    expect(await http.call({ method: 'POST', path: '/x', schema: z.unknown() })).toBeUndefined();
  });

  test('keeps its connection for the next', async () => {
    const { engine, http } = await engineThat((response) => json(response, { Pong: 1 }));
    for (let count = 0; count < 5; count += 1) await http.call({ path: '/ping', schema: Pong });
    expect(engine.connections()).toBe(1);
  });

  test('is refused in the engine’s own words, on one line, with the status as a fact', async () => {
    const { http } = await engineThat((response) =>
      json(response, { message: 'no such\u001b[31m\nthing' }, 404),
    );
    await expect(http.call({ path: '/containers/x/json', schema: Pong })).rejects.toMatchObject({
      code: 'engine_refused',
      retryable: false,
      facts: { status: 404, reason: 'no such [31m thing' },
      message: expect.stringContaining('GET /containers/x/json: 404 no such'),
    });
  });

  test.each([
    ['a redirect, which is not followed', 302, 'moved'],
    ['an error that is not JSON', 500, '<html>gateway</html>'],
    ['an error without a body', 503, ''],
    ['an error whose message is no text', 500, '{"message":{"a":1}}'],
    ['an error that is null', 500, 'null'],
  ])('is refused by %s', async (_, status, body) => {
    const { engine, http } = await engineThat((response) => {
      response.writeHead(status, { Location: '/elsewhere' }).end(body);
    });
    await expect(http.call({ path: '/ping', schema: Pong })).rejects.toMatchObject({
      code: 'engine_refused',
      facts: { status },
    });
    expect(engine.heard).toHaveLength(1);
  });

  test.each([
    ['not JSON', 'Pong!'],
    ['another shape', '{"Pong":"one"}'],
    ['nothing', ''],
  ])('is refused when the answer is %s', async (_, body) => {
    const { http } = await engineThat((response) => void response.end(body));
    await expect(http.call({ path: '/ping', schema: Pong })).rejects.toMatchObject({
      code: 'engine_refused',
      message: expect.stringContaining('not what the Engine API says'),
    });
  });

  test('reads no more of an answer than it was told', async () => {
    let sent = 0;
    const { http } = await engineThat((response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect(http.call({ path: '/ping', schema: Pong, maximumBytes: 100_000 })).rejects.toMatchObject({
      code: 'engine_refused',
      message: expect.stringContaining('longer than 100000'),
    });
    expect(sent).toBeLessThan(20_000_000);
  });

  test('ends at its deadline, whether the engine says nothing or does not stop', async () => {
    const { http } = await engineThat(async (response, { path }) => {
      if (path.endsWith('silent')) return;
      while (!response.destroyed) {
        response.write(' ');
        await sleep(10);
      }
    });
    for (const path of ['/silent', '/endless']) {
      const start = Date.now();
      await expect(http.call({ path, schema: Pong, deadlineSeconds: 0.2 })).rejects.toMatchObject({
        code: 'engine_unreachable',
        retryable: true,
        message: expect.stringContaining('no answer within 0.2 s'),
      });
      expect(Date.now() - start).toBeLessThan(10_000);
    }
  });

  test('to where nobody listens fails at once, retryably, and says why', async () => {
    const http = EngineHttp.at('unix:///nowhere/docker.sock');
    await expect(http.call({ path: '/ping', schema: Pong })).rejects.toMatchObject({
      code: 'engine_unreachable',
      retryable: true,
      facts: { code: 'ENOENT' },
    });
  });

  test('that only reads is repeated when the kept connection turns out to be dead', async () => {
    let kills = 1;
    const { engine, http } = await engineThat((response, { path }) => {
      if (path.endsWith('second') && kills-- > 0) return engine.cut();
      json(response, { Pong: 1 });
    });
    await http.call({ path: '/first', schema: Pong });
    expect(await http.call({ path: '/second', schema: Pong })).toMatchObject({ Pong: 1 });
    expect(engine.connections()).toBe(2);
  });

  test('that changes something is not repeated: nobody knows whether it was done', async () => {
    const { engine, http } = await engineThat((response, { method }) => {
      if (method === 'POST') return engine.cut();
      json(response, { Pong: 1 });
    });
    await http.call({ path: '/first', schema: Pong });
    await expect(http.call({ method: 'POST', path: '/second', schema: Pong })).rejects.toMatchObject({
      code: 'engine_unreachable',
    });
    expect(engine.heard.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('whose answer is cut off in the middle is unreachable, not half an answer', async () => {
    const { engine, http } = await engineThat(async (response) => {
      response.writeHead(200, { 'Content-Length': 1000 });
      response.write('{"Pong":1}');
      await sleep(20);
      engine.cut();
    });
    await expect(http.call({ path: '/ping', schema: Pong })).rejects.toMatchObject({
      code: 'engine_unreachable',
    });
  });

  test('speaks the version an engine asks for that is too new for 1.41, from then on', async () => {
    const { engine, http } = await engineThat((response, { path }) => {
      if (path.startsWith('/v1.44/')) return json(response, { Pong: 1 });
      const message = 'client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade';
      json(response, { message }, 400);
    });
    await http.call({ path: '/ping', schema: Pong });
    await http.call({ path: '/ping', schema: Pong });
    expect(engine.heard.map(({ path }) => path)).toEqual(['/v1.41/ping', '/v1.44/ping', '/v1.44/ping']);
  });
});

describe('a stream', () => {
  test('hands on each message as it comes, however the bytes are cut, and resolves at its end', async () => {
    const { http } = await engineThat(async (response) => {
      for (const part of ['{"Pong":1}\n{"Po', 'ng":2}\r\n\n', '{"Pong":3}']) {
        response.write(part);
        await sleep(10);
      }
      response.end();
    });
    const heard: number[] = [];
    await http.stream({ path: '/events', schema: Pong, onMessage: ({ Pong: number }) => heard.push(number) });
    expect(heard).toEqual([1, 2, 3]);
  });

  test('outlives any call’s deadline, ends when its caller leaves, and then holds no connection', async () => {
    const { http } = await engineThat((response) => {
      response.write('{"Pong":1}\n');
    });
    const leaving = new AbortController();
    const heard: number[] = [];
    const ended = http.stream({
      path: '/events',
      schema: Pong,
      signal: leaving.signal,
      onMessage: ({ Pong: number }) => heard.push(number),
    });
    await expect.poll(() => heard).toEqual([1]);
    leaving.abort();
    await expect(ended).rejects.toMatchObject({ message: expect.stringContaining('no longer wanted') });
    await expect(
      http.stream({ path: '/events', schema: Pong, signal: leaving.signal, onMessage: () => {} }),
    ).rejects.toMatchObject({ code: 'engine_unreachable' });
  });

  test('is refused when a message is malformed, endless, or the whole too long', async () => {
    const { http } = await engineThat((response, { path }) => {
      if (path.endsWith('malformed')) response.end('{"Pong":\n');
      else if (path.endsWith('endless')) response.end('x'.repeat(1_100_000));
      else response.end('{"Pong":1}\n'.repeat(10_000));
    });
    for (const path of ['/malformed', '/endless', '/long']) {
      await expect(
        http.stream({
          path,
          schema: Pong,
          maximumBytes: path === '/long' ? 1000 : 9_000_000,
          onMessage: () => {},
        }),
      ).rejects.toMatchObject({ code: 'engine_refused' });
    }
  });

  test('that is refused from the start says so', async () => {
    const { http } = await engineThat((response) => json(response, { message: 'not now' }, 503));
    await expect(http.stream({ path: '/events', schema: Pong, onMessage: () => {} })).rejects.toMatchObject({
      facts: { status: 503, reason: 'not now' },
    });
  });
});

describe('mutual TLS', () => {
  const now = Date.now();

  async function secureEngine(machine: string) {
    const authority = await createAuthority('a-lab', now);
    const { csr, key } = await makeRequest();
    const cert = await signServer({ authority, csr, machine, addresses: [], now });
    const engine = await openScriptedEngine((response) => json(response, { Pong: 1 }), {
      cert: cert + authority.cert,
      key,
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    opened.push(engine);
    const client = await issueClient({ authority, subject: 'test', notAfter: now + 60_000, now });
    return { engine, client };
  }

  function connectTo(port: number, tls: { serverName: string; ca: string; cert: string; key: string }) {
    const http = new EngineHttp({ host: '127.0.0.1', port, tls });
    opened.push(http);
    return http.call({ path: '/ping', schema: Pong });
  }

  test('goes by the machine’s name, not by its address, which changes', async () => {
    const { engine, client } = await secureEngine('LINUXtips-01');
    expect(await connectTo(engine.port, { serverName: 'LINUXtips-01', ...client })).toMatchObject({
      Pong: 1,
    });
    await expect(connectTo(engine.port, { serverName: 'LINUXtips-02', ...client })).rejects.toMatchObject({
      code: 'engine_unreachable',
      facts: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
  });

  test('a certificate of lab A opens nothing of lab B, and A does not take B for its own', async () => {
    const [a, b] = [await secureEngine('m1'), await secureEngine('m1')];
    const mixed = { ...a.client, ca: b.client.ca };
    for (const client of [mixed, a.client]) {
      await expect(connectTo(b.engine.port, { serverName: 'm1', ...client })).rejects.toMatchObject({
        code: 'engine_unreachable',
      });
    }
    expect(b.engine.heard).toEqual([]);
  });
});

test('a DOCKER_HOST is a socket or an address', () => {
  expect(targetOf('unix:///run/docker.sock')).toEqual({ socketPath: '/run/docker.sock' });
  expect(targetOf('tcp://192.0.2.7:2375')).toEqual({ host: '192.0.2.7', port: 2375 });
  expect(new EngineHttp(targetOf('tcp://192.0.2.7')).name).toBe('tcp://192.0.2.7:2375');
});
