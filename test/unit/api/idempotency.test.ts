import { beforeEach, describe, expect, test } from 'vitest';
import type { RequestStore } from '../../../shared/ports/store.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const key = { 'Idempotency-Key': 'the-key' };
const create = (json: object = { template: 'swarm' }, headers: Record<string, string> = key) =>
  world.ask('POST', '/v1/labs', { json, headers });
const labs = async () => (await world.deps.labs.list({ limit: 10 })).items;

describe('a lab asked for with a key', () => {
  test('is the same lab when asked again, for a day', async () => {
    const first = await create();
    world.deps.clock.advance(86_399);
    // A token lives an hour here, so each request has a new one.
    const again = await create();
    expect(again.status).toBe(202);
    expect(again.json.id).toBe(first.json.id);
    expect(again.headers.get('Location')).toBe(first.headers.get('Location'));
    expect(await labs()).toHaveLength(1);
    world.deps.clock.advance(2);
    expect((await create()).json.code).toBe('quota');
  });

  test('is the same whatever the order of its members', async () => {
    const first = await create({ template: 'swarm', hours: 2 });
    expect((await create({ hours: 2, template: 'swarm' })).json.id).toBe(first.json.id);
  });

  test('is refused with another body, and nothing is made', async () => {
    await create();
    const { status, json } = await create({ template: 'docker-host' });
    expect(status).toBe(422);
    expect(json.code).toBe('idempotency_mismatch');
    expect(json.errors[0].pointer).toBe('/Idempotency-Key');
    expect(await labs()).toHaveLength(1);
  });

  test('is another’s lab under another subject’s same key', async () => {
    const first = await create();
    const other = await world.ask('POST', '/v1/labs', {
      json: { template: 'swarm' },
      headers: key,
      subject: 'bob',
    });
    expect(other.status).toBe(202);
    expect(other.json.id).not.toBe(first.json.id);
  });

  test('is one lab when asked for many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => create()));
    const made = answers.filter(({ status }) => status === 202);
    expect(new Set(made.map(({ json }) => json.id)).size).toBe(1);
    expect(await labs()).toHaveLength(1);
  });

  test('is told to be under way while the first of its kind still is', async () => {
    const { labs: store } = world.deps;
    const real = store.create.bind(store);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = () => {};
    const creating = new Promise<void>((resolve) => {
      begun = resolve;
    });
    store.create = async (lab) => {
      begun();
      await held;
      await real(lab);
    };
    const first = create();
    await creating;
    const second = await create();
    expect([second.status, second.json.code, second.headers.get('Retry-After')]).toEqual([
      409,
      'in_progress',
      '1',
    ]);
    expect((await create({ template: 'docker-host' })).json.code).toBe('idempotency_mismatch');
    release();
    expect((await first).status).toBe(202);
    expect((await create()).json.id).toBe((await first).json.id);
  });

  test('may be tried again after a refusal for the quota', async () => {
    const first = await create({ template: 'swarm' }, {});
    expect((await create()).json.code).toBe('quota');
    await world.deps.requests.freeSlot('ana', first.json.id);
    expect((await create()).status).toBe(202);
  });

  test('may be as strange as printable ASCII, and no stranger', async () => {
    expect((await create({ template: 'swarm' }, { 'Idempotency-Key': '"#/~%' })).status).toBe(202);
    for (const bad of ['', 'two words', 'x'.repeat(256)]) {
      const { status, json } = await create({ template: 'swarm' }, { 'Idempotency-Key': bad });
      expect([status, json.errors[0].pointer]).toEqual([422, '/Idempotency-Key']);
    }
  });
});

/** A crash after a call: what it did is done, and its caller never learnt. */
function crashAfter(store: object, call: string): void {
  const target = store as Record<string, (...given: unknown[]) => Promise<unknown>>;
  const real = target[call]?.bind(store);
  let crashed = false;
  target[call] = async (...given) => {
    const result = await real?.(...given);
    if (crashed) return result;
    crashed = true;
    throw new Error('the process died here');
  };
}

describe('after a crash in the making of a lab', () => {
  const points = [
    ['requests', 'remember'],
    ['requests', 'takeSlot'],
    ['labs', 'create'],
  ] as const;

  test.each(points)('before %s.%s, the same key makes one lab', async (store, call) => {
    world.deps[store].faults.failNext(call, new Error('the process died here'));
    expect((await create()).status).toBe(500);
    const again = await create();
    expect(again.status).toBe(202);
    expect((await labs()).map(({ id }) => id)).toEqual([again.json.id]);
    expect(await world.deps.requests.slots('ana')).toMatchObject([{ labId: again.json.id }]);
  });

  test.each(points)('after %s.%s, the same key makes one lab', async (store, call) => {
    crashAfter(world.deps[store], call);
    expect((await create()).status).toBe(500);
    const again = await create();
    expect(again.status).toBe(202);
    expect((await labs()).map(({ id }) => id)).toEqual([again.json.id]);
    expect(await world.deps.requests.slots('ana')).toMatchObject([{ labId: again.json.id }]);
    expect(world.deps.queue.waiting).toMatchObject([{ labId: again.json.id }]);
  });

  test('two processes that carry out the same request at once end with the same lab', async () => {
    // Each process knows of its own work only, as on Lambda: the same records, another object to ask them by.
    const { requests, labs: records, secrets } = world.deps;
    const second = createWorld({ over: { requests: sameRecords(requests), labs: records, secrets } });
    const request = { json: { template: 'swarm' }, headers: key };
    const answers = await Promise.all([world, second].map((one) => one.ask('POST', '/v1/labs', request)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect(await labs()).toHaveLength(1);
    expect(await requests.slots('ana')).toHaveLength(1);
  });
});

function sameRecords(requests: RequestStore): RequestStore {
  return {
    remember: (request) => requests.remember(request),
    forget: (subject, name) => requests.forget(subject, name),
    takeSlot: (owner, labId, limit, now) => requests.takeSlot(owner, labId, limit, now),
    slots: (owner) => requests.slots(owner),
    freeSlot: (owner, labId) => requests.freeSlot(owner, labId),
  };
}

describe('a change with a key', () => {
  const patch = (id: string, json: object, headers = key) =>
    world.ask('PATCH', `/v1/labs/${id}`, { json, headers });

  test('is carried out once, however often it is asked', async () => {
    const { id } = await world.keep();
    await patch(id, { extend: 'PT1H' });
    const again = await patch(id, { extend: 'PT1H' });
    expect(again.status).toBe(202);
    expect(again.json.expiresAt).toBe('2026-03-02T17:00:00.000Z');
    const other = await patch(id, { extend: 'PT1H' }, { 'Idempotency-Key': 'another' });
    expect(other.json.expiresAt).toBe('2026-03-02T18:00:00.000Z');
  });

  test('is not lost by a crash before it was written, nor done twice by one after', async () => {
    const { id } = await world.keep();
    world.deps.labs.faults.failNext('saveSpec', new Error('the process died here'));
    expect((await patch(id, { extend: 'PT1H' })).status).toBe(500);
    expect((await patch(id, { extend: 'PT1H' })).json.expiresAt).toBe('2026-03-02T17:00:00.000Z');

    crashAfter(world.deps.labs, 'saveSpec');
    const next = { 'Idempotency-Key': 'next' };
    expect((await patch(id, { extend: 'PT1H' }, next)).status).toBe(500);
    expect((await patch(id, { extend: 'PT1H' }, next)).json.expiresAt).toBe('2026-03-02T18:00:00.000Z');
  });

  test('does not undo what came after it', async () => {
    const { id } = await world.keep();
    await patch(id, { power: 'off' });
    await patch(id, { power: 'on' }, { 'Idempotency-Key': 'on-again' });
    expect((await patch(id, { power: 'off' })).json.power).toBe('on');
  });

  test('that was refused may be asked again under the same key', async () => {
    const { id } = await world.keep();
    const stop = () => world.ask('POST', `/v1/labs/${id}/machines/LINUXtips-02/stop`, { headers: key });
    expect((await stop()).json.code).toBe('quorum');
    const { lab } = (await world.deps.labs.load(id)) ?? {};
    if (lab?.status.swarm === undefined) throw new Error('no swarm');
    const nodes = lab.status.swarm.nodes.map((node) =>
      node.hostname === 'LINUXtips-02' ? { ...node, role: 'worker' as const } : node,
    );
    await world.deps.labs.saveStatus(
      lab,
      { ...lab.status, swarm: { ...lab.status.swarm, nodes } },
      lab.dueAt,
    );
    expect((await stop()).status).toBe(202);
  });

  test('is another request on another path', async () => {
    const { id } = await world.keep();
    const restart = (machine: string) =>
      world.ask('POST', `/v1/labs/${id}/machines/${machine}/restart`, { headers: key });
    expect((await restart('LINUXtips-03')).status).toBe(202);
    expect((await restart('LINUXtips-03')).status).toBe(202);
    expect((await restart('LINUXtips-02')).json.code).toBe('idempotency_mismatch');
    expect((await world.deps.labs.load(id))?.lab.spec.machines[2]?.restarts).toBe(1);
  });

  test('a delete is answered alike once the lab is gone, where one without a key is 404', async () => {
    const { id } = await world.keep();
    const remove = (headers = {}) => world.ask('DELETE', `/v1/labs/${id}`, { headers });
    expect((await remove(key)).status).toBe(202);
    const { lab } = (await world.deps.labs.load(id)) ?? {};
    if (lab === undefined) throw new Error('no lab');
    await world.deps.labs.saveStatus(
      lab,
      { ...lab.status, deletedAt: '2026-03-02T12:00:01.000Z' },
      undefined,
    );
    expect((await remove(key)).status).toBe(202);
    expect((await remove()).status).toBe(404);
  });

  test('keeps the marks of the last twenty only, so that the record stays small', async () => {
    const { id } = await world.keep();
    for (let count = 0; count < 25; count += 1) {
      await patch(id, { power: count % 2 === 0 ? 'off' : 'on' }, { 'Idempotency-Key': `key-${count}` });
    }
    expect((await world.deps.labs.load(id))?.lab.spec.applied).toHaveLength(20);
  });
});
