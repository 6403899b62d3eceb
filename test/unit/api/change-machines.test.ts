import { beforeEach, describe, expect, test } from 'vitest';
import { aMachine, START, threeMachines } from '../../support/builders.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let id: string;
beforeEach(async () => {
  world = createWorld();
  ({ id } = await world.keep());
});

const spec = async () => {
  const found = await world.deps.labs.load(id);
  if (found === undefined) throw new Error('no lab');
  return found.lab.spec;
};
const names = async () => (await spec()).machines.map(({ name, role }) => `${name} ${role}`);
const ask = (method: string, path: string, json?: unknown, headers: Record<string, string> = {}) =>
  world.ask(method, `/v1/labs/${id}/${path}`, { headers, ...(json === undefined ? {} : { json }) });
const host = (name: string) => {
  const found = world.hosts.find((one) => one.labId === id && one.name === name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
};
async function ofManagers(): Promise<void> {
  const machines = threeMachines().map((one) => ({ ...one, role: 'manager' as const }));
  ({ id } = await world.keep({ id: '01kjq7a1000000000000000007', spec: { machines } }));
}

describe('a machine is added', () => {
  test('under the next name of the lab’s own, as a worker, and is on its way', async () => {
    const { status, json, headers } = await ask('POST', 'machines', {});
    expect([status, json]).toEqual([
      202,
      expect.objectContaining({ name: 'LINUXtips-04', state: 'Starting', role: 'worker' }),
    ]);
    expect(headers.get('Location')).toBe(`/v1/labs/${id}/machines/LINUXtips-04`);
    expect(await names()).toContain('LINUXtips-04 worker');
    expect(world.deps.queue.waiting).toEqual([{ labId: id, at: START }]);
  });

  test('under a name of one’s own, once, whatever its case', async () => {
    expect((await ask('POST', 'machines', { name: 'build-1', role: 'manager' })).status).toBe(202);
    const again = await ask('POST', 'machines', { name: 'BUILD-1' });
    expect([again.status, again.json.detail]).toEqual([
      409,
      expect.stringContaining('"build-1" already exists'),
    ]);
  });

  test('once by a request that is repeated under its key', async () => {
    const headers = { 'Idempotency-Key': 'add' };
    const first = await ask('POST', 'machines', {}, headers);
    expect((await ask('POST', 'machines', {}, headers)).json).toEqual(first.json);
    expect(await names()).toHaveLength(4);
  });

  test('in a role that the lab has', async () => {
    const refused = await ask('POST', 'machines', { role: 'none' });
    expect([refused.status, refused.json.errors[0].pointer]).toEqual([422, '/role']);
    ({ id } = await world.keep({
      id: '01kjq7a1000000000000000008',
      spec: { swarm: 'none', machines: [aMachine('docker-host')] },
    }));
    expect((await ask('POST', 'machines', { role: 'worker' })).status).toBe(422);
    expect((await ask('POST', 'machines', {})).json).toMatchObject({ name: 'docker-host-01', role: 'none' });
  });

  test('until the lab has all that one may have', async () => {
    for (let count = 3; count < 16; count += 1) expect((await ask('POST', 'machines', {})).status).toBe(202);
    const full = await ask('POST', 'machines', {});
    expect([full.status, full.json.code]).toEqual([409, 'quota']);
    expect(full.json).toMatchObject({ used: 16, allowed: 16 });
  });

  test('not to a lab that is switched off', async () => {
    await world.ask('PATCH', `/v1/labs/${id}`, { json: { power: 'off' } });
    expect((await ask('POST', 'machines', {})).json.detail).toContain('{"power":"on"}');
  });
});

describe('a machine is removed', () => {
  test('from the spec at once, and is shown on its way out until it is gone', async () => {
    const { status, json } = await ask('DELETE', 'machines/LINUXtips-03');
    expect([status, json]).toEqual([
      202,
      expect.objectContaining({ name: 'LINUXtips-03', state: 'Stopping' }),
    ]);
    expect(await names()).toEqual(['LINUXtips-01 manager', 'LINUXtips-02 manager']);
    expect((await spec()).leaving).toEqual([{ name: 'LINUXtips-03', force: false }]);
    expect((await ask('DELETE', 'machines/LINUXtips-03')).status).toBe(202);
    const taken = await ask('POST', 'machines', { name: 'LINUXtips-03' });
    expect([taken.status, taken.json.detail]).toEqual([409, expect.stringContaining('still being removed')]);
  });

  test('and its name is free once it is gone', async () => {
    await ask('DELETE', 'machines/LINUXtips-03');
    const found = await world.deps.labs.load(id);
    if (found === undefined) throw new Error('no lab');
    const at = '2026-03-02T12:00:05.000Z';
    const status = { ...found.lab.status, leaving: [{ name: 'LINUXtips-03', since: at, goneAt: at }] };
    status.machines = status.machines.filter(({ name }) => name !== 'LINUXtips-03');
    await world.deps.labs.saveStatus(found.lab, status, undefined);
    expect((await ask('GET', 'machines')).json.items).toHaveLength(2);
    expect((await ask('DELETE', 'machines/LINUXtips-03')).status).toBe(404);
    expect((await ask('POST', 'machines', {})).json.name).toBe('LINUXtips-03');
    expect((await spec()).leaving).toBeUndefined();
  });

  test('where those that stay are a majority: of two managers one may go, for it is demoted first', async () => {
    expect((await ask('DELETE', 'machines/LINUXtips-02')).status).toBe(202);
    const last = await ask('DELETE', 'machines/LINUXtips-01');
    expect([last.status, last.json.code]).toEqual([409, 'quorum']);
    expect(last.json.detail).toContain('1 of 1 needed');
    expect((await ask('DELETE', 'machines/LINUXtips-01?force=true')).status).toBe(202);
    const only = await ask('DELETE', 'machines/LINUXtips-03?force=true');
    expect([only.status, only.json.detail]).toEqual([409, expect.stringContaining('last machine')]);
  });

  test('and not where one that stays is asked to be off', async () => {
    await ofManagers();
    expect((await ask('POST', 'machines/LINUXtips-03/stop')).status).toBe(202);
    const { status, json } = await ask('DELETE', 'machines/LINUXtips-02');
    expect([status, json.code]).toEqual([409, 'quorum']);
    expect(json).toMatchObject({ managers: 2, needed: 2, remaining: 1 });
    expect((await ask('DELETE', 'machines/LINUXtips-03')).status).toBe(202);
  });
});

describe('a machine is made anew', () => {
  test('under its name, switched on, in the role that its student gave it', async () => {
    await ask('POST', 'machines/LINUXtips-03/stop');
    const found = await world.deps.labs.load(id);
    if (found?.lab.status.swarm === undefined) throw new Error('no swarm');
    const nodes = found.lab.status.swarm.nodes.map((node) => ({ ...node, role: 'manager' as const }));
    const swarm = { ...found.lab.status.swarm, nodes };
    await world.deps.labs.saveStatus(found.lab, { ...found.lab.status, swarm }, undefined);
    expect((await ask('POST', 'machines/LINUXtips-03/rebuild')).status).toBe(202);
    const machine = (await spec()).machines.find(({ name }) => name === 'LINUXtips-03');
    expect(machine).toMatchObject({ role: 'manager', power: 'on', rebuilds: 1 });
  });

  test('but not where it takes the majority with it, unless forced', async () => {
    await ofManagers();
    await ask('POST', 'machines/LINUXtips-03/kill');
    const { status, json } = await ask('POST', 'machines/LINUXtips-02/rebuild');
    expect([status, json.code]).toEqual([409, 'quorum']);
    expect((await ask('POST', 'machines/LINUXtips-02/rebuild?force=true')).status).toBe(202);
  });
});

describe('a chore', () => {
  test.each(['regenerate-certs', 'provision', 'upgrade'])(
    '%s is asked for once while it goes on',
    async (verb) => {
      expect((await ask('POST', `machines/LINUXtips-03/${verb}`)).status).toBe(202);
      expect((await ask('POST', `machines/LINUXtips-03/${verb}`)).status).toBe(202);
      const machine = (await spec()).machines.find(({ name }) => name === 'LINUXtips-03');
      expect(machine?.chore).toEqual({ verb, count: 1 });
      const other = verb === 'upgrade' ? 'provision' : 'upgrade';
      const { status, json, headers } = await ask('POST', `machines/LINUXtips-03/${other}`);
      expect([status, headers.get('Retry-After')]).toEqual([409, '5']);
      expect(json.detail).toContain(`${verb} still goes on on LINUXtips-03`);
    },
  );

  test('needs a machine that runs, in docker-machine’s words', async () => {
    ({ id } = await world.keep({ id: '01kjq7a1000000000000000009', status: { machines: [] } }));
    expect((await ask('POST', 'machines/LINUXtips-03/upgrade')).json.detail).toBe('Host is not running');
  });
});

describe('leaving the swarm', () => {
  test('is a worker’s own to do, and done already is done', async () => {
    expect((await ask('POST', 'machines/LINUXtips-03/leave-swarm')).status).toBe(204);
    expect((await ask('POST', 'machines/LINUXtips-03/leave-swarm')).status).toBe(204);
    expect((await ask('GET', 'nodes/LINUXtips-03')).json.state).toBe('down');
  });

  test('is refused to a manager: by the majority it takes, or with what to do first', async () => {
    const two = await ask('POST', 'machines/LINUXtips-02/leave-swarm');
    expect([two.status, two.json.code]).toEqual([409, 'quorum']);
    await ofManagers();
    const three = await ask('POST', 'machines/LINUXtips-02/leave-swarm');
    expect([three.status, three.json.detail]).toEqual([409, expect.stringContaining('demote it first')]);
    expect((await ask('POST', 'machines/LINUXtips-02/leave-swarm?force=true')).status).toBe(204);
  });
});

describe('a lab is scaled', () => {
  const scale = (managers: number, workers: number) =>
    world.ask('PATCH', `/v1/labs/${id}`, { json: { machines: { managers, workers } } });

  test('up by the next names, and down by the last ones', async () => {
    expect((await scale(3, 2)).status).toBe(202);
    expect(await names()).toEqual([
      'LINUXtips-01 manager',
      'LINUXtips-02 manager',
      'LINUXtips-03 worker',
      'LINUXtips-04 manager',
      'LINUXtips-05 worker',
    ]);
    expect((await scale(3, 1)).status).toBe(202);
    expect((await spec()).leaving).toEqual([{ name: 'LINUXtips-05', force: false }]);
    const before = (await world.deps.labs.load(id))?.lab.specVersion;
    expect((await scale(3, 1)).status).toBe(202);
    expect((await world.deps.labs.load(id))?.lab.specVersion).toBe(before);
  });

  test('to fewer managers only where those that stay are a majority', async () => {
    await ofManagers();
    await ask('POST', 'machines/LINUXtips-01/stop');
    const { status, json } = await scale(2, 0);
    expect([status, json.code]).toEqual([409, 'quorum']);
    expect(await names()).toHaveLength(3);
  });

  test('not where it comes without a swarm', async () => {
    ({ id } = await world.keep({
      id: '01kjq7a1000000000000000008',
      spec: { swarm: 'none', machines: [aMachine('docker-host')] },
    }));
    expect((await scale(1, 1)).json.errors[0].pointer).toBe('/machines');
  });
});

describe('a swarm without its majority', () => {
  const recover = (query = '', headers: Record<string, string> = {}) =>
    ask('POST', `swarm/recover${query}`, undefined, headers);

  test('is recovered on one manager, in an answer that says what is done and to whom', async () => {
    host('LINUXtips-01').power = 'off';
    const plan = await recover('?plan=true');
    expect(plan.status).toBe(200);
    expect(plan.json).toMatchObject({
      manager: 'LINUXtips-02',
      forgotten: ['LINUXtips-01'],
      rejoin: ['LINUXtips-01'],
      reason: expect.stringContaining('does not have a leader'),
    });
    expect(plan.json.steps).toHaveLength(3);
    expect((await spec()).recovery).toBeUndefined();
    const asked = await recover();
    expect([asked.status, asked.json]).toEqual([202, plan.json]);
    expect((await spec()).recovery).toEqual({ manager: 'LINUXtips-02', count: 1 });
    expect((await recover()).status).toBe(202);
    expect((await spec()).recovery?.count).toBe(1);
  });

  test('is recovered once by a request that is repeated under its key', async () => {
    host('LINUXtips-01').power = 'off';
    const headers = { 'Idempotency-Key': 'recover' };
    expect((await recover('', headers)).status).toBe(202);
    expect((await recover('', headers)).status).toBe(202);
    expect((await spec()).recovery?.count).toBe(1);
  });

  test('is not, while it has its majority, nor where no manager of it answers', async () => {
    const whole = await recover();
    expect([whole.status, whole.json.detail]).toEqual([409, expect.stringContaining('has its majority')]);
    for (const name of ['LINUXtips-01', 'LINUXtips-02']) host(name).power = 'off';
    const none = await recover();
    expect([none.status, none.json.code]).toEqual([409, 'conflict']);
    const worker = await recover('?manager=LINUXtips-03');
    expect(worker.json.detail).toContain('LINUXtips-03 does not manage a swarm');
  });
});

describe('templates', () => {
  test('are listed by name, each with its size', async () => {
    const { json } = await world.ask('GET', '/v1/templates');
    expect(json.items.map(({ name }: { name: string }) => name)).toEqual(['docker-host', 'swarm']);
    expect(json.items[1]).toMatchObject({
      hours: 4,
      stacks: [{ name: 'webserver', from: 'webserver' }],
      size: { machines: 3, managers: 2, workers: 1, memoryMiB: 50 },
    });
  });
});

test('the guard asks the managers themselves, where the student formed the swarm', async () => {
  const machines = ['m1', 'm2', 'm3'].map((name) => aMachine(name));
  ({ id } = await world.keep({ id: '01kjq7a100000000000000000a', spec: { swarm: 'none', machines } }));
  const found = await world.deps.labs.load(id);
  if (found === undefined) throw new Error('no lab');
  // As such a lab's record is: it knows of no swarm.
  const { swarm: _, ...status } = found.lab.status;
  await world.deps.labs.saveStatus(found.lab, status, undefined);
  expect((await ask('POST', 'nodes/m2/promote')).status).toBe(200);
  for (const [method, path] of [
    ['POST', 'machines/m2/stop'],
    ['POST', 'machines/m2/kill'],
    ['POST', 'machines/m2/leave-swarm'],
  ] as const) {
    const { status: code, json } = await ask(method, path);
    expect([path, code, json.code]).toEqual([path, 409, 'quorum']);
    expect(json.detail).toContain('2 of 2 needed, 1 would remain');
  }
  expect((await ask('POST', 'machines/m3/stop')).status).toBe(202);
  expect((await ask('DELETE', 'machines/m2')).status).toBe(202);
});
