import { beforeEach, describe, expect, test } from 'vitest';
import { type ApiHandler, createApiHandler } from '../../../functions/api/create-handler.ts';
import { isHeartbeat } from '../../../functions/heartbeat.ts';
import type { ApiDeps } from '../../../shared/ports/deps.ts';
import { lambdaContext, requestEvent } from '../../support/lambda-events.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let handler: ApiHandler;
beforeEach(() => {
  world = createWorld();
  const { driver: _, sweeps: __, ...deps } = world.deps;
  const apiDeps: ApiDeps = { ...deps, driver: { name: 'amazonec2', enforcesAllowFrom: true } };
  handler = createApiHandler(apiDeps, isHeartbeat);
});

interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
}

async function ask(
  method: string,
  path: string,
  options: Parameters<typeof requestEvent>[2] & { as?: 'student' | 'instructor' } = {},
): Promise<Answer> {
  const { as = 'student', headers, ...others } = options;
  const event = requestEvent(method, path, {
    ...others,
    headers: { authorization: `Bearer ${await world.token(as)}`, ...headers },
  });
  return (await handler(event, lambdaContext())) as Answer;
}

describe('a request by API Gateway', () => {
  test('makes a lab that the caller’s own address may reach, whatever a header claims', async () => {
    const { statusCode, body } = await ask('POST', '/v1/labs', {
      body: JSON.stringify({ template: 'swarm' }),
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' },
      sourceIp: '198.51.100.4',
    });
    expect(statusCode).toBe(202);
    expect(JSON.parse(body)).toMatchObject({ allowFrom: ['198.51.100.4/32'], allowFromEnforced: true });
  });

  test('has its query, its errors and its unknown paths as anywhere', async () => {
    expect(JSON.parse((await ask('GET', '/v1/labs?limit=1')).body)).toEqual({ items: [] });
    const problem = await ask('GET', '/v1/labs?limit=none');
    expect([problem.statusCode, problem.headers['content-type']]).toEqual([422, 'application/problem+json']);
    expect((await ask('GET', '/v1/nothing')).statusCode).toBe(404);
    const wrong = await ask('DELETE', '/v1/labs');
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'POST, GET']);
  });

  test('is not made to wait for news, which would be paid for', async () => {
    const { id } = await world.keep();
    const began = performance.now();
    expect((await ask('GET', `/v1/labs/${id}/events?after=999&wait=20`)).statusCode).toBe(200);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('has bytes both ways', async () => {
    const { id } = await world.keep();
    const form = new FormData();
    form.set('compose', new Blob(['services: { web: { image: nginx } }']));
    const sent = new Response(form);
    const put = await ask('PUT', `/v1/labs/${id}/stacks/mine?plan=true`, {
      body: Buffer.from(await sent.arrayBuffer()),
      headers: { 'content-type': sent.headers.get('content-type') ?? '' },
    });
    expect([put.statusCode, JSON.parse(put.body).services]).toEqual([200, ['mine_web']]);
    const page = await ask('GET', '/docs');
    expect(page.isBase64Encoded).toBe(false);
    expect(page.body).toContain('Slipway');
  });
});

describe('an event that is no request', () => {
  test('is a heartbeat, which fails when the records cannot be had', async () => {
    expect(await handler({ task: 'heartbeat' }, lambdaContext())).toBeUndefined();
    world.deps.labs.faults.failNext('load');
    await expect(handler({ task: 'heartbeat' }, lambdaContext())).rejects.toThrow(/recordsReadable.*false/);
  });

  test.each([[{}], [null], ['text'], [{ version: '1.0', httpMethod: 'GET', path: '/healthz' }], [[1]]])(
    'is dropped where nobody knows it: %j',
    async (event) => {
      expect(await handler(event, lambdaContext())).toBeUndefined();
    },
  );
});
