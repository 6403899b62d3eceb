import { beforeEach, describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { newLabId } from '../../../shared/core/ids.ts';
import { LabView } from '../../../shared/service/lab-view.ts';
import { aMachineStatus, START } from '../../support/builders.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const idAt = (minute: number) => newLabId(START + minute * 60_000);

describe('a ready lab', () => {
  test('is answered whole, in the document’s own shape', async () => {
    const { id } = await world.keep();
    const { status, json } = await world.ask('GET', `/v1/labs/${id}`);
    expect(status).toBe(200);
    expect(LabView.strict().parse(json)).toEqual(json);
    expect(json).toMatchObject({
      phase: 'ready',
      progress: 100,
      machines: [
        { name: 'LINUXtips-01', state: 'Running', url: 'tcp://100.64.0.2:2376', swarm: 'manager (leader)' },
        { name: 'LINUXtips-02', swarm: 'manager' },
        { name: 'LINUXtips-03', swarm: 'worker' },
      ],
      stacks: [{ name: 'webserver', services: [{ name: 'webserver_web', running: 5, desired: 5 }] }],
      links: [{ label: 'nginx', url: 'http://100.64.0.2:8080/' }],
    });
    expect(json).not.toHaveProperty('allowFromNote');
  });

  test('says so where the driver does not close ports', async () => {
    const driver = Object.assign(world.deps.driver, { enforcesAllowFrom: false });
    world = createWorld({ over: { driver } });
    const { id } = await world.keep();
    const { json } = await world.ask('GET', `/v1/labs/${id}`);
    expect(json.allowFromEnforced).toBe(false);
    expect(json.allowFromNote).toContain('does not close ports');
  });

  test('tells why a machine’s engine is not up, in its boot’s own words', async () => {
    const { id } = await world.keep({ status: { machines: [] } });
    const failure = { message: 'no room on the disk', at: 'then' };
    await world.deps.labs.saveEnrolment(id, { machine: 'LINUXtips-02', failure });
    const { json } = await world.ask('GET', `/v1/labs/${id}`);
    expect(json.machines[1]).toMatchObject({ state: 'Starting', error: 'no room on the disk' });
  });
});

describe('links', () => {
  const linksWith = async (status: Parameters<World['keep']>[0]) => {
    const { id } = await world.keep(status);
    return (await world.ask('GET', `/v1/labs/${id}`)).json.links;
  };

  test('lead to the next manager that runs, when the first does not', async () => {
    const machines = [
      aMachineStatus('LINUXtips-01', { state: 'Stopped' }),
      aMachineStatus('LINUXtips-03', { address: '100.64.0.4' }),
      aMachineStatus('LINUXtips-02', { address: '2001:db8::3' }),
    ];
    expect(await linksWith({ status: { machines } })).toEqual([
      { label: 'nginx', url: 'http://[2001:db8::3]:8080/' },
    ]);
  });

  test('carry the number under which a port is published, and are left out where it is not', async () => {
    const published = aMachineStatus('LINUXtips-01', {
      address: '127.0.0.1',
      ports: { 2376: 40001, 8080: 40002 },
    });
    expect(await linksWith({ status: { machines: [published] } })).toEqual([
      { label: 'nginx', url: 'http://127.0.0.1:40002/' },
    ]);
    world = createWorld();
    const other = aMachineStatus('LINUXtips-01', { address: '127.0.0.1', ports: { 2376: 40001 } });
    expect(await linksWith({ status: { machines: [other] } })).toEqual([]);
  });

  test('are not there before the stack is deployed, nor when no manager runs', async () => {
    expect(await linksWith({ status: { stacks: [] } })).toEqual([]);
    world = createWorld();
    expect(await linksWith({ status: { machines: [] } })).toEqual([]);
  });
});

describe('a list of labs', () => {
  const ids = (answer: Awaited<ReturnType<World['ask']>>) =>
    answer.json.items.map(({ id }: { id: string }) => id);

  test('is newest first, one’s own for a student and an instructor, everybody’s for an operator', async () => {
    const [a, b, c] = [idAt(1), idAt(2), idAt(3)];
    await world.keep({ id: a, createdAt: iso(START + 1), owner: 'ana' });
    await world.keep({ id: b, createdAt: iso(START + 2), owner: 'bob' });
    await world.keep({ id: c, createdAt: iso(START + 3), owner: 'ana' });
    expect(ids(await world.ask('GET', '/v1/labs'))).toEqual([c, a]);
    expect(ids(await world.ask('GET', '/v1/labs', { as: 'instructor', subject: 'bob' }))).toEqual([b]);
    expect(ids(await world.ask('GET', '/v1/labs', { as: 'operator', subject: 'root' }))).toEqual([c, b, a]);
  });

  test('pages to its end, each lab once', async () => {
    const all = [1, 2, 3, 4, 5, 6, 7].map(idAt);
    for (const [index, id] of all.entries()) await world.keep({ id, createdAt: iso(START + index) });
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = await world.ask(
        'GET',
        `/v1/labs?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      seen.push(...ids(answer));
      cursor = answer.json.cursor ?? '';
    } while (cursor !== '');
    expect(seen).toEqual([...all].reverse());
  });

  test('can be had by phase and template; the deleted are shown when asked for', async () => {
    const [ready, off, gone] = [idAt(1), idAt(2), idAt(3)];
    await world.keep({ id: ready, createdAt: iso(START + 1) });
    await world.keep({ id: off, createdAt: iso(START + 2), template: 'docker-host', spec: { power: 'off' } });
    await world.keep({ id: gone, createdAt: iso(START + 3), status: { deletedAt: iso(START) } });
    const query = async (text: string) => ids(await world.ask('GET', `/v1/labs${text}`));
    expect(await query('')).toEqual([off, ready]);
    expect(await query('?phase=ready')).toEqual([ready]);
    expect(await query('?phase=deleted')).toEqual([gone]);
    expect(await query('?template=docker-host&phase=stopping')).toEqual([off]);
    expect(await query('?template=docker-host&phase=ready')).toEqual([]);
  });

  test('reads only so much for one answer where few labs fit, and then goes on by its cursor', async () => {
    const oldest = idAt(0);
    await world.keep({ id: oldest, createdAt: iso(START), template: 'docker-host' });
    for (let minute = 1; minute < 25; minute += 1) {
      await world.keep({ id: idAt(minute), createdAt: iso(START + minute) });
    }
    const first = await world.ask('GET', '/v1/labs?limit=1&template=docker-host');
    expect(ids(first)).toEqual([]);
    expect(first.json.cursor).toBeDefined();
    const next = async (cursor: string) =>
      world.ask('GET', `/v1/labs?limit=100&template=docker-host&cursor=${encodeURIComponent(cursor)}`);
    expect(ids(await next(first.json.cursor))).toEqual([oldest]);
  });
});

test.each([
  ['never was', '01kjq7a1000000000000000009'],
  ['is somebody else’s', '01kjq7a1000000000000000002'],
  ['is no id at all', '..%2F..%2Fetc'],
  ['is too long for any key', 'a'.repeat(5000)],
])('a lab that %s is not there, in the same words', async (_what, id) => {
  await world.keep({ id: '01kjq7a1000000000000000002', owner: 'bob' });
  const { status, json } = await world.ask('GET', `/v1/labs/${id}`);
  expect(status).toBe(404);
  expect(json.detail).toMatch(/^there is no lab ".{1,40}" of yours; GET \/v1\/labs lists them$/);
});
