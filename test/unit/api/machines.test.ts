import { beforeEach, describe, expect, test } from 'vitest';
import { START, threeMachines } from '../../support/builders.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let path: string;
let id: string;
beforeEach(async () => {
  world = createWorld();
  ({ id } = await world.keep());
  path = `/v1/labs/${id}/machines`;
});

const machine = async (name: string) =>
  (await world.deps.labs.load(id))?.lab.spec.machines.find((one) => one.name === name);
const post = (what: string) => world.ask('POST', `${path}/${what}`);

describe('machines are shown', () => {
  test('as JSON, or as docker-machine’s table to who prefers text', async () => {
    const { json } = await world.ask('GET', path);
    expect(json.items).toHaveLength(3);
    const table = await world.ask('GET', `${path}?dockerHost=tcp://100.64.0.3:2376`, {
      headers: { Accept: 'text/plain' },
    });
    expect(table.headers.get('Content-Type')).toMatch(/^text\/plain/);
    expect(table.text.split('\n')[0]).toMatch(/^NAME +ACTIVE +DRIVER +STATE +URL/);
    expect(table.text).toMatch(/LINUXtips-02 +\* +lagging +Running +tcp:\/\/100\.64\.0\.3:2376 +manager/);
    const preferring = await world.ask('GET', path, {
      headers: { Accept: 'text/plain;q=0.1, application/json' },
    });
    expect(preferring.headers.get('Content-Type')).toMatch(/json/);
  });

  test.each([
    ['ip', '100.64.0.2\n'],
    ['url', 'tcp://100.64.0.2:2376\n'],
    ['status', 'Running\n'],
  ])('by %s as docker-machine prints it', async (what, expected) => {
    const { headers, text } = await world.ask('GET', `${path}/LINUXtips-01/${what}`);
    expect(headers.get('Content-Type')).toMatch(/^text\/plain/);
    expect(text).toBe(expected);
  });

  test('by env, for the shell and the folder asked for', async () => {
    const bash = (await world.ask('GET', `${path}/LINUXtips-01/env`)).text;
    expect(bash).toContain(`export DOCKER_CERT_PATH="$HOME/.slipway/labs/${id}/machines/LINUXtips-01"`);
    const fish = (await world.ask('GET', `${path}/LINUXtips-01/env?shell=fish&certPath=/tmp/c`)).text;
    expect(fish).toContain('set -gx DOCKER_CERT_PATH "/tmp/c";');
    const refused = await world.ask('GET', `${path}/LINUXtips-01/env?shell=fsh&certPath=%0A`);
    expect(refused.json.errors).toEqual([
      { pointer: '/shell', message: expect.stringContaining('did you mean "fish"?') },
    ]);
    const folder = await world.ask('GET', `${path}/LINUXtips-01/env?certPath=%0A`);
    expect([folder.status, folder.json.errors[0].pointer]).toEqual([422, '/certPath']);
  });

  test('by config, whose folder may be another', async () => {
    const { text } = await world.ask('GET', `${path}/LINUXtips-01/config?certPath=/tmp/c`);
    expect(text.split('\n')).toContain('--tlscacert="/tmp/c/ca.pem"');
  });

  test('by inspect, in docker-machine’s own names and indent', async () => {
    const { text, json } = await world.ask('GET', `${path}/LINUXtips-02`);
    expect(text).toMatch(/^\{\n {4}"ConfigVersion": 3,/);
    expect(json).toMatchObject({
      Name: 'LINUXtips-02',
      DriverName: 'lagging',
      Driver: { IPAddress: '100.64.0.3', SwarmMaster: true },
    });
  });

  test('in docker-machine’s words when they are not there, or do not run', async () => {
    const missing = await world.ask('GET', `${path}/LINUXtips-09/ip`);
    expect([missing.status, missing.json.code]).toEqual([404, 'not_found']);
    expect(missing.json.detail).toContain('Docker machine "LINUXtips-09" does not exist.');
    const other = '01kjq7a1000000000000000005';
    await world.keep({ id: other, status: { machines: [] } });
    for (const what of ['ip', 'url', 'config', 'env']) {
      const { status, json } = await world.ask('GET', `/v1/labs/${other}/machines/LINUXtips-01/${what}`);
      expect([what, status, json.detail]).toEqual([what, 409, 'Host is not running']);
    }
    expect((await world.ask('GET', `/v1/labs/${other}/machines/LINUXtips-01/status`)).text).toBe(
      'Starting\n',
    );
    expect((await world.ask('GET', `/v1/labs/${other}/machines/LINUXtips-01`)).json.Driver.IPAddress).toBe(
      '',
    );
  });
});

describe('a machine’s power', () => {
  test('is desired state: written, the lab woken, answered at once', async () => {
    const { status, json, headers } = await post('LINUXtips-03/stop');
    expect(status).toBe(202);
    expect(headers.get('Location')).toBe(`${path}/LINUXtips-03`);
    expect(json).toMatchObject({ name: 'LINUXtips-03', state: 'Running' });
    expect((await machine('LINUXtips-03'))?.power).toBe('off');
    expect(world.deps.queue.waiting).toEqual([{ labId: id, at: START }]);
    await post('LINUXtips-03/start');
    expect((await machine('LINUXtips-03'))?.power).toBe('on');
    await post('LINUXtips-03/kill');
    expect((await machine('LINUXtips-03'))?.power).toBe('killed');
  });

  test('counts each restart, and a restart starts what is off', async () => {
    await post('LINUXtips-03/stop');
    await post('LINUXtips-03/restart');
    await post('LINUXtips-03/restart');
    expect(await machine('LINUXtips-03')).toMatchObject({ power: 'on', restarts: 2 });
  });

  test('is not written again where it is as asked', async () => {
    await post('LINUXtips-03/stop');
    const before = (await world.deps.labs.load(id))?.lab.specVersion;
    expect((await post('LINUXtips-03/stop')).status).toBe(202);
    expect((await world.deps.labs.load(id))?.lab.specVersion).toBe(before);
  });

  test('waits for the lab’s: one that is switched off says what to do first', async () => {
    await world.ask('PATCH', `/v1/labs/${id}`, { json: { power: 'off' } });
    const { status, json } = await post('LINUXtips-03/start');
    expect([status, json.code]).toEqual([409, 'conflict']);
    expect(json.detail).toContain('{"power":"on"}');
  });
});

describe('the quorum guard', () => {
  test.each(['stop', 'kill'])('refuses a %s that would lose the majority, unless forced', async (verb) => {
    const { status, json } = await post(`LINUXtips-02/${verb}`);
    expect([status, json.code]).toEqual([409, 'quorum']);
    expect(json).toMatchObject({ needed: 2, managers: 2, remaining: 1 });
    expect(json.detail).toContain('2 of 2 needed');
    expect((await machine('LINUXtips-02'))?.power).toBe('on');
    expect((await post(`LINUXtips-02/${verb}?force=false`)).status).toBe(409);
    expect((await post(`LINUXtips-02/${verb}?force=true`)).status).toBe(202);
  });

  test('has nothing to say to a restart (decision 4), nor about a worker', async () => {
    expect((await post('LINUXtips-02/restart')).status).toBe(202);
    expect((await post('LINUXtips-03/kill')).status).toBe(202);
  });

  test('counts who is asked to be off before it shows: of three managers one may go, not two', async () => {
    const machines = threeMachines().map((one) => ({ ...one, role: 'manager' as const }));
    const other = '01kjq7a1000000000000000006';
    await world.keep({ id: other, spec: { machines } });
    const stop = (name: string) => world.ask('POST', `/v1/labs/${other}/machines/${name}/stop`);
    const answers = await Promise.all([stop('LINUXtips-01'), stop('LINUXtips-02')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  });

  test('lets a worker go in a swarm that has lost its majority already', async () => {
    await post('LINUXtips-01/kill?force=true');
    expect((await post('LINUXtips-03/stop')).status).toBe(202);
  });
});
