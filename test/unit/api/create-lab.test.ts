import { beforeEach, describe, expect, test } from 'vitest';
import { START } from '../../support/builders.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const create = (json: unknown, more: Parameters<World['ask']>[2] = {}) =>
  world.ask('POST', '/v1/labs', { json, ...more });

describe('a lab that is asked for', () => {
  test('is answered at once, recorded as the template has it, and the reconciler is woken', async () => {
    const { status, json, headers } = await create({ template: 'swarm' });
    expect(status).toBe(202);
    expect(headers.get('Location')).toBe(`/v1/labs/${json.id}`);
    expect(json).toMatchObject({
      owner: 'ana',
      name: 'swarm',
      phase: 'pending',
      progress: 0,
      expiresAt: '2026-03-02T16:00:00.000Z',
      hardMaximum: '2026-04-01T12:00:00.000Z',
      allowFrom: ['203.0.113.7/32'],
      allowFromEnforced: true,
    });
    const stored = (await world.deps.labs.load(json.id))?.lab;
    expect(stored?.dueAt).toBe(START);
    expect(stored?.spec.machines.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'LINUXtips-01 manager',
      'LINUXtips-02 manager',
      'LINUXtips-03 worker',
    ]);
    expect(stored?.spec.stacks).toEqual([{ name: 'webserver', from: 'webserver' }]);
    expect(world.deps.queue.waiting).toEqual([{ labId: json.id, at: START }]);
  });

  test('lives as long as asked, else as its template, else as the deployment says', async () => {
    const hours = async (json: object) =>
      (Date.parse((await create(json, { as: 'operator' })).json.expiresAt) - START) / 3_600_000;
    expect(await hours({ template: 'swarm', hours: 1.5 })).toBe(1.5);
    expect(await hours({ template: 'docker-host' })).toBe(2);
    expect(await hours({ template: 'swarm' })).toBe(4);
  });

  test('has as many machines as asked, named in the template’s manner', async () => {
    const { json } = await create({ template: 'swarm', machines: { managers: 3, workers: 8 } });
    const names = json.machines.map(({ name, role }: { name: string; role: string }) => `${name} ${role}`);
    expect(names).toHaveLength(11);
    expect(names[0]).toBe('LINUXtips-01 manager');
    expect(names[2]).toBe('LINUXtips-03 manager');
    expect(names[3]).toBe('LINUXtips-04 worker');
    expect(names[10]).toBe('LINUXtips-11 worker');
  });

  test('has the stacks asked for instead of the template’s, or none', async () => {
    const stacks = async (names: string[]) =>
      (await create({ template: 'swarm', stacks: names }, { as: 'operator' })).json.stacks.map(
        ({ from }: { from: string }) => from,
      );
    expect(await stacks(['registry', 'webserver'])).toEqual(['registry', 'webserver']);
    expect(await stacks([])).toEqual([]);
  });

  test('is recorded all the same when the queue is away: the tick finds it', async () => {
    world.deps.queue.enqueue = async () => {
      throw new Error('no queue');
    };
    const { status, json } = await create({ template: 'swarm' });
    expect(status).toBe(202);
    expect((await world.deps.labs.listDue({ until: START, limit: 5 })).items).toEqual([
      { labId: json.id, dueAt: START },
    ]);
  });
});

describe('who may reach it', () => {
  test('is masked and each range kept once', async () => {
    const allowFrom = ['198.51.100.9', '198.51.100.9/32', '192.0.2.77/24', '255.255.255.255/9'];
    const { json } = await create({ template: 'swarm', allowFrom });
    expect(json.allowFrom).toEqual(['198.51.100.9/32', '192.0.2.0/24', '255.128.0.0/9']);
  });

  test.each([
    ['::ffff:198.51.100.9', ['198.51.100.9/32']],
    ['2001:db8::1', []],
  ])('is the caller’s IPv4 address where it has one: %s', async (address, expected) => {
    world = createWorld({ address });
    expect((await create({ template: 'swarm' })).json.allowFrom).toEqual(expected);
  });

  test.each(['0.0.0.0/0', '128.0.0.0/1'])(
    'is the whole world (%s) by an operator’s word only',
    async (range) => {
      const refused = await create({ template: 'swarm', allowFrom: ['192.0.2.1', range] });
      expect(refused.status).toBe(422);
      expect(refused.json.errors).toEqual([
        { pointer: '/allowFrom/1', message: expect.stringContaining('only an operator') },
      ]);
      expect((await create({ template: 'swarm', allowFrom: [range] }, { as: 'operator' })).status).toBe(202);
    },
  );
});

describe('a student’s quota', () => {
  test('is told when it is used up: what is used, what is allowed, where, and the cure', async () => {
    const first = await create({ template: 'swarm' });
    const { status, json } = await create({ template: 'docker-host' });
    expect(status).toBe(409);
    expect(json).toMatchObject({ code: 'quota', used: 1, allowed: 1, labs: [first.json.id] });
    expect(json.detail).toContain('DELETE /v1/labs/');
    expect((await world.deps.labs.list({ limit: 10 })).items).toHaveLength(1);
  });

  test('is the student’s own', async () => {
    await create({ template: 'swarm' });
    expect((await create({ template: 'swarm' }, { subject: 'bob' })).status).toBe(202);
  });

  test('holds under requests that come all at once', async () => {
    world = createWorld({ policy: { labsPerStudent: 2 } });
    const answers = await Promise.all(Array.from({ length: 8 }, () => create({ template: 'swarm' })));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(2);
    expect((await world.deps.labs.list({ limit: 10 })).items).toHaveLength(2);
  });

  test.each(['instructor', 'operator'] as const)('does not bind an %s', async (as) => {
    await create({ template: 'swarm' }, { as });
    expect((await create({ template: 'swarm' }, { as })).status).toBe(202);
  });

  test('is not eaten by a lab that a crash left unmade', async () => {
    world.deps.labs.faults.failNext('create');
    expect((await create({ template: 'swarm' })).status).toBe(503);
    expect((await create({ template: 'swarm' })).json.code).toBe('quota');
    world.deps.clock.advance(31);
    expect((await create({ template: 'swarm' })).status).toBe(202);
  });

  test('is not eaten by a lab that is gone', async () => {
    const gone = await world.keep({ status: { deletedAt: '2026-03-02T11:00:00.000Z' } });
    await world.deps.requests.takeSlot('ana', gone.id, 1, START);
    expect((await create({ template: 'swarm' })).status).toBe(202);
  });
});
