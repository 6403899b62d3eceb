import { beforeEach, describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { threeMachines } from '../../support/builders.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let id: string;
beforeEach(async () => {
  world = createWorld();
  ({ id } = await world.keep());
});

const get = (path: string) => world.ask('GET', `/v1/labs/${id}/${path}`);
const post = (path: string, headers: Record<string, string> = {}) =>
  world.ask('POST', `/v1/labs/${id}/${path}`, { headers });
const host = (name: string) => {
  const found = world.hosts.find((one) => one.labId === id && one.name === name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
};
/** Another lab, of managers alone. */
async function ofManagers(): Promise<void> {
  const machines = threeMachines().map((one) => ({ ...one, role: 'manager' as const }));
  ({ id } = await world.keep({ id: '01kjq7a1000000000000000007', spec: { machines } }));
}

describe('nodes are shown', () => {
  test('by host name, as the managers see them now', async () => {
    host('LINUXtips-03').power = 'off';
    const { status, json } = await get('nodes');
    expect(status).toBe(200);
    expect(
      json.items.map(({ hostname, role, state, leader }: Record<string, unknown>) => [
        hostname,
        role,
        state,
        leader,
      ]),
    ).toEqual([
      ['LINUXtips-01', 'manager', 'ready', true],
      ['LINUXtips-02', 'manager', 'ready', false],
      ['LINUXtips-03', 'worker', 'down', false],
    ]);
    expect(json.items[0]).toMatchObject({
      availability: 'active',
      reachability: 'reachable',
      address: '100.64.0.2',
      platform: 'linux/x86_64',
      cpus: 2,
    });
  });

  test('a page at a time', async () => {
    const first = (await get('nodes?limit=2')).json;
    expect(first.items).toHaveLength(2);
    const second = (await get(`nodes?limit=2&cursor=${first.cursor}`)).json;
    expect(second.items.map(({ hostname }: { hostname: string }) => hostname)).toEqual(['LINUXtips-03']);
    expect(second.cursor).toBeUndefined();
  });

  test('one by name or id, or not found with the nearest name', async () => {
    const { json } = await get('nodes/LINUXtips-02');
    expect((await get(`nodes/${json.id}`)).json).toEqual(json);
    const missing = await get('nodes/LINUXtips-2');
    expect([missing.status, missing.json.code]).toEqual([404, 'not_found']);
    expect(missing.json.detail).toContain('did you mean "LINUXtips-02"?');
  });

  test('not at all where the majority is lost: an old answer would pass for a new one', async () => {
    host('LINUXtips-02').power = 'off';
    const { status, json } = await get('nodes');
    expect([status, json.code]).toEqual([409, 'conflict']);
    expect(json.detail).toContain('lost its majority of managers');
  });
});

describe('a node is changed', () => {
  test.each([
    ['drain', { availability: 'drain' }],
    ['pause', { availability: 'pause' }],
    ['activate', { availability: 'active' }],
    ['promote', { role: 'manager' }],
    ['demote', { role: 'worker' }],
  ])('by %s, and by the same again it stays so', async (verb, expected) => {
    const first = await post(`nodes/LINUXtips-03/${verb}`);
    expect([first.status, first.json]).toEqual([200, expect.objectContaining(expected)]);
    expect((await get('nodes/LINUXtips-03')).json).toMatchObject(expected);
    const before = world.engines.calls.length;
    expect((await post(`nodes/LINUXtips-03/${verb}`)).status).toBe(200);
    expect(world.engines.calls.slice(before)).not.toContain('LINUXtips-01 updateNode');
  });

  test('and warned of an even number of managers, which tolerates no more than the odd one below', async () => {
    expect((await post('nodes/LINUXtips-03/promote')).json.warning).toBeUndefined();
    const { json } = await post('nodes/LINUXtips-03/demote');
    expect(json.warning).toContain('2 of 2 needed');
  });

  test('by labels that are set, and taken off by null', async () => {
    const label = (labels: object) =>
      world.ask('PATCH', `/v1/labs/${id}/nodes/LINUXtips-03`, { json: { labels } });
    await label({ zone: 'a', disk: 'ssd' });
    expect((await label({ zone: null, size: 'small' })).json.labels).toEqual({ disk: 'ssd', size: 'small' });
    const refused = await label({ '': 'x', zone: 5 });
    expect(refused.status).toBe(422);
    expect(refused.json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      expect.arrayContaining(['/labels/', '/labels/zone']),
    );
  });

  test('though its version moves under the change', async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      world.engines.failOnce('updateNode', 'before', {
        error: new SlipwayError('engine_refused', 'x', {
          facts: { status: 500, reason: 'rpc error: code = Unknown desc = update out of sequence' },
        }),
      });
    }
    expect((await post('nodes/LINUXtips-03/drain')).json.availability).toBe('drain');
  });

  test('by a demotion that keeps the majority: of two managers either may become a worker', async () => {
    expect((await post('nodes/LINUXtips-01/demote')).json.role).toBe('worker');
    expect(
      (await get('nodes')).json.items.filter(({ role }: { role: string }) => role === 'manager'),
    ).toHaveLength(1);
  });

  test('but not by one that would lose it', async () => {
    await ofManagers();
    host('LINUXtips-03').power = 'off';
    const { status, json } = await post('nodes/LINUXtips-02/demote');
    expect([status, json.code]).toEqual([409, 'quorum']);
    expect(json.detail).toContain('2 of 2 needed, 1 would remain');
    // The one that is down is who should go.
    expect((await post('nodes/LINUXtips-03/demote')).status).toBe(200);
  });

  test('and never by that of the last manager', async () => {
    await post('nodes/LINUXtips-02/demote');
    const { status, json } = await post('nodes/LINUXtips-01/demote');
    expect([status, json.code]).toEqual([409, 'quorum']);
    expect(json.detail).toContain('1 of 1 needed');
    const forced = await post('nodes/LINUXtips-01/demote?force=true');
    expect([forced.status, forced.json.code]).toEqual([409, 'conflict']);
  });
});

describe('a node is removed', () => {
  const remove = (name: string, query = '', headers = {}) =>
    world.ask('DELETE', `/v1/labs/${id}/nodes/${name}${query}`, { headers });

  test('once it is down, or by force, and never while it is a manager', async () => {
    const up = await remove('LINUXtips-03');
    expect([up.status, up.json.detail]).toEqual([409, expect.stringContaining('is up')]);
    expect((await remove('LINUXtips-03', '?force=true')).status).toBe(204);
    expect((await get('nodes/LINUXtips-03')).status).toBe(404);
    const manager = await remove('LINUXtips-02', '?force=true');
    expect([manager.status, manager.json.detail]).toEqual([409, expect.stringContaining('demote it first')]);
  });

  test('once, though it is asked again under its key', async () => {
    host('LINUXtips-03').power = 'off';
    const headers = { 'Idempotency-Key': 'rm' };
    expect((await remove('LINUXtips-03', '', headers)).status).toBe(204);
    expect((await remove('LINUXtips-03', '', headers)).status).toBe(204);
    expect((await remove('LINUXtips-03')).status).toBe(404);
  });
});

describe('join tokens', () => {
  const tokens = async () => (await get('swarm/join-tokens')).json;

  test('are read from the swarm, with where to join, and let a machine in', async () => {
    expect(await tokens()).toMatchObject({
      manager: expect.stringMatching(/^SWMTKN-1-/),
      worker: expect.stringMatching(/^SWMTKN-1-/),
      managers: ['100.64.0.2:2377', '100.64.0.3:2377'],
    });
  });

  test('are rotated by role, or both, in an answer without them', async () => {
    const before = await tokens();
    const rotated = await post('swarm/join-tokens/rotate?role=worker');
    expect([rotated.status, rotated.text]).toEqual([204, '']);
    const after = await tokens();
    expect([after.manager === before.manager, after.worker === before.worker]).toEqual([true, false]);
    await post('swarm/join-tokens/rotate');
    expect((await tokens()).manager).not.toBe(after.manager);
  });

  test('are rotated once by a request that is repeated under its key', async () => {
    world.deps.clock.advance(1);
    const headers = { 'Idempotency-Key': 'rotate' };
    expect((await post('swarm/join-tokens/rotate', headers)).status).toBe(204);
    const after = await tokens();
    world.deps.clock.advance(1);
    expect((await post('swarm/join-tokens/rotate', headers)).status).toBe(204);
    expect(await tokens()).toEqual(after);
    expect((await post('swarm/join-tokens/rotate?role=worker', headers)).json.code).toBe(
      'idempotency_mismatch',
    );
  });

  test('are nobody’s in a lab without a swarm', async () => {
    const other = '01kjq7a1000000000000000008';
    await world.keep({
      id: other,
      spec: { swarm: 'none', machines: [{ name: 'docker-host', role: 'none', power: 'on', restarts: 0 }] },
    });
    await world.engines.machine(other, 'docker-host').leaveSwarm({ force: true });
    const { status, json } = await world.ask('GET', `/v1/labs/${other}/swarm/join-tokens`);
    expect([status, json.code]).toEqual([409, 'conflict']);
  });
});
