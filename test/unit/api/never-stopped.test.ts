import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

describe('a lab that is made never to be stopped', () => {
  test('is recorded and shown so; any other may be stopped', async () => {
    const { json, status } = await world.ask('POST', '/v1/labs', {
      json: { template: 'swarm', stoppable: false },
    });
    expect([status, json.stoppable]).toEqual([202, false]);
    expect((await world.deps.labs.load(json.id))?.lab.spec.stoppable).toBe(false);
    const other = await world.ask('POST', '/v1/labs', { subject: 'eva', json: { template: 'swarm' } });
    expect(other.json.stoppable).toBe(true);
  });

  test.each([
    ['switched off', 'PATCH', '', { power: 'off' }],
    ['stopped', 'POST', '/machines/LINUXtips-03/stop', undefined],
    ['killed', 'POST', '/machines/LINUXtips-03/kill', undefined],
    ['stopped by force', 'POST', '/machines/LINUXtips-01/stop?force=true', undefined],
  ])('is not %s: the answer says why and what to do', async (_, method, path, json) => {
    const { id } = await world.keep({ spec: { stoppable: false } });
    const answer = await world.ask(method, `/v1/labs/${id}${path}`, json === undefined ? {} : { json });
    expect([answer.status, answer.json.code]).toEqual([409, 'conflict']);
    expect(answer.json.detail).toMatch(/made to be deleted, never stopped .*DELETE \/v1\/labs\//);
    expect((await world.deps.labs.load(id))?.lab.specVersion).toBe(1);
  });

  test('is restarted, extended and deleted as any other', async () => {
    const { id } = await world.keep({ spec: { stoppable: false } });
    const restart = await world.ask('POST', `/v1/labs/${id}/machines/LINUXtips-03/restart`);
    const extend = await world.ask('PATCH', `/v1/labs/${id}`, { json: { extend: 'PT1H', power: 'on' } });
    const remove = await world.ask('DELETE', `/v1/labs/${id}`);
    expect([restart.status, extend.status, remove.status]).toEqual([202, 202, 202]);
  });
});

describe('more addresses and ports than the driver has rules for', () => {
  /** Each with a rule of its own: no two are neighbours. */
  const ports = Array.from({ length: 12 }, (_, index) => 8000 + 2 * index);
  const ranges = (count: number) => Array.from({ length: count }, (_, index) => `203.0.113.${index}`);
  const busy = {
    name: 'busy',
    deployedAt: '2026-03-02T12:00:00.000Z',
    deployed: 'a-digest',
    published: ports.map((port) => ({ service: 'web', port })),
    services: [],
  };
  const compose = `services: { web: { image: nginx, ports: [${ports.map((port) => `"${port + 100}:80"`).join(', ')}] } }`;

  test('are refused before they are written, naming the bound and the cure', async () => {
    const { id } = await world.keep({ status: { stacks: [busy] } });
    const { status, json } = await world.ask('PATCH', `/v1/labs/${id}`, { json: { allowFrom: ranges(4) } });
    expect(status).toBe(422);
    // 22, 2376 and twelve, of which the template's 8080 is none.
    expect(json.errors).toEqual([
      {
        pointer: '/allowFrom',
        message: expect.stringMatching(
          /^must hold at most 3 ranges here: .* 15 rules, and a lab has room for 50/,
        ),
      },
    ]);
    expect((await world.deps.labs.load(id))?.lab.specVersion).toBe(1);
    expect((await world.ask('PATCH', `/v1/labs/${id}`, { json: { allowFrom: ranges(3) } })).status).toBe(202);
  });

  test('are no matter where the driver enforces nothing', async () => {
    Object.assign(world.deps.driver, { enforcesAllowFrom: false, mostAccessRules: undefined });
    const { id } = await world.keep({ status: { stacks: [busy] } });
    expect((await world.ask('PATCH', `/v1/labs/${id}`, { json: { allowFrom: ranges(5) } })).status).toBe(202);
  });

  test('of a stack are found by its pre-flight', async () => {
    const { id } = await world.keep({ spec: { allowFrom: ranges(4).map((one) => `${one}/32`) } });
    const { status, json } = await world.ask('PUT', `/v1/labs/${id}/stacks/shop`, {
      body: compose,
      headers: { 'Content-Type': 'application/yaml' },
    });
    expect(status).toBe(409);
    expect(json.detail).toMatch(
      /publishes 13 ports to 4 ranges of addresses: 60 rules, and a lab has room for 50/,
    );
    await world.ask('PATCH', `/v1/labs/${id}`, { json: { allowFrom: ranges(1) } });
    const again = await world.ask('PUT', `/v1/labs/${id}/stacks/shop`, {
      body: compose,
      headers: { 'Content-Type': 'application/yaml' },
    });
    expect(again.status).toBe(202);
  });
});
