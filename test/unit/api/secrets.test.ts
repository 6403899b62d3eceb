import { beforeEach, describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import type { Log } from '../../../shared/core/log.ts';
import type { Lab } from '../../../shared/lab/lab.ts';
import type { Engine } from '../../../shared/ports/engine.ts';
import { createWorld, type World } from '../../support/world.ts';

const VALUE = 'hunter2-not-to-be-seen';
const CODED = Buffer.from(VALUE).toString('base64');
const BYTES = { 'Content-Type': 'application/octet-stream' };

let world: World;
let lab: Lab;
let engine: Engine;
let logged: string[];
beforeEach(async () => {
  logged = [];
  world = createWorld({ over: { log: recorder(logged) } });
  lab = await world.keep();
  engine = world.engines.machine(lab.id, 'LINUXtips-01');
});

/** Keeps all that is logged, and each answer below, whole. */
function recorder(lines: string[]): Log {
  const write = (...parts: unknown[]) => void lines.push(JSON.stringify(parts));
  const log = { debug: write, info: write, warn: write, error: write, child: () => log };
  return log as unknown as Log;
}

async function ask(...[method, rest, options]: Parameters<World['ask']>) {
  const answer = await world.ask(method, `/v1/labs/${lab.id}${rest}`, options);
  logged.push(answer.text, JSON.stringify([...answer.headers]));
  return answer;
}
const secrets = (json: object, headers = {}) => ask('POST', '/secrets', { json, headers });
const rotate = (text: string, name = 'db_pass', headers = {}) =>
  ask('POST', `/secrets/${name}/rotate`, { json: { text }, headers });
const dataOf = (name: string) => world.engines.swarmOf(lab.id).secrets.dataOf(name);
const namesOf = async () => (await engine.secrets()).map(({ Spec }) => Spec.Name).sort();
const service = (name: string, use: string | object) =>
  ask('POST', '/services', { json: { name, image: 'nginx', secrets: [use] } });
const usesOf = async (name: string) =>
  ((await engine.service(name)).Spec.TaskTemplate.ContainerSpec as { Secrets: { SecretName: string }[] })
    .Secrets;

describe('a secret', () => {
  test.each([
    ['text', { json: { name: 'db_pass', text: VALUE, labels: { a: 'b' } } }, ''],
    ['base64', { json: { name: 'db_pass', base64: CODED } }, ''],
    ['bytes', { body: VALUE, headers: BYTES }, '?name=db_pass'],
  ])('is made from %s, and its value never comes out', async (_, options, query) => {
    const answer = await ask('POST', `/secrets${query}`, options);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.headers.get('Location')).toBe(`/v1/labs/${lab.id}/secrets/db_pass`);
    expect(answer.json).toMatchObject({ name: 'db_pass', usedBy: [] });
    expect(dataOf('db_pass')).toBe(VALUE);
    expect((await ask('GET', '/secrets/db_pass')).json).toEqual(answer.json);
    expect((await ask('GET', `/secrets/${answer.json.id}`)).json).toEqual(answer.json);
    expect((await ask('GET', '/secrets')).json.items).toEqual([answer.json]);
    expect((await ask('DELETE', '/secrets/db_pass')).status).toBe(204);
    expect((await ask('DELETE', '/secrets/db_pass')).status).toBe(404);
  });

  test('of the student’s own command is shown alike', async () => {
    await engine.createSecret({ Name: 'mine', Labels: { 'com.docker.stack.namespace': 's' }, Data: CODED });
    await service('web', 'mine');
    expect((await ask('GET', '/secrets/mine')).json).toMatchObject({ stack: 's', usedBy: ['web'] });
  });

  test('under a name that is taken is a conflict, and one in use is not removed', async () => {
    await secrets({ name: 'db_pass', text: VALUE });
    expect((await secrets({ name: 'db_pass', text: 'other' })).json).toMatchObject({ code: 'conflict' });
    await service('web', 'db_pass');
    const answer = await ask('DELETE', '/secrets/db_pass');
    expect(answer.json).toMatchObject({ status: 409, detail: expect.stringContaining('web') });
  });

  test.each([
    ['without a value', { name: 'x' }, ''],
    ['with two', { name: 'x', text: 'a', base64: 'YQ==' }, ''],
    ['of nothing', { name: 'x', text: '' }, ''],
    ['in what is not base64', { name: 'x', base64: VALUE }, '/base64'],
    ['under a name that Swarm refuses', { name: '-x', text: VALUE }, '/name'],
    ['under a long name', { name: 'x'.repeat(65), text: VALUE }, '/name'],
    ['with an unknown key', { name: 'x', text: VALUE, value: VALUE }, '/value'],
    ['that is no text', { name: 'x', text: 5 }, '/text'],
  ])('%s is refused', async (_, json, pointer) => {
    const answer = await secrets(json);
    expect(answer.status).toBe(422);
    expect(answer.json.errors).toContainEqual({ pointer, message: expect.any(String) });
  });

  test.each([
    ['no name', '', {}, 422],
    ['a wrong name', '?name=-', {}, 422],
    ['a form', '?name=a', { 'Content-Type': 'multipart/form-data' }, 415],
  ])('as bytes with %s is refused', async (_, query, headers, status) => {
    const answer = await ask('POST', `/secrets${query}`, { body: VALUE, headers: { ...BYTES, ...headers } });
    expect(answer.status).toBe(status);
  });

  test('holds as much as Swarm takes and no more', async () => {
    const most = 'x'.repeat(511_999);
    expect((await secrets({ name: 'most', text: most })).status).toBe(201);
    const more = await ask('POST', '/secrets?name=more', { body: `${most}x`, headers: BYTES });
    expect(more.json).toMatchObject({ status: 413, allowedBytes: 511_999 });
    const body = await ask('POST', '/secrets?name=more', {
      body: 'x'.repeat(720 * 1024 + 1),
      headers: BYTES,
    });
    expect(body.status).toBe(413);
  });

  test('under one Idempotency-Key is made once, and the key’s record tells nothing about it', async () => {
    const headers = { 'Idempotency-Key': 'a' };
    const body = { name: 'db_pass', text: VALUE };
    const first = await secrets(body, headers);
    const again = await secrets(body, headers);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.json).toEqual(first.json);
    expect((await secrets({ ...body, text: 'other' }, headers)).json.code).toBe('idempotency_mismatch');
    // Who reads the record and guesses right learns nothing: the same request in another lab has another digest.
    const other = await world.keep({ id: '01kjq7a2000000000000000000' });
    const request = {
      subject: 'ana',
      key: 'a',
      digest: '',
      labId: '',
      at: world.deps.clock.now(),
      forgetAt: 0,
    };
    const { kept } = await world.deps.requests.remember(request);
    await world.deps.requests.forget('ana', 'a');
    await world.ask('POST', `/v1/labs/${other.id}/secrets`, { json: body, headers });
    const { kept: elsewhere } = await world.deps.requests.remember(request);
    expect(elsewhere.digest).not.toBe(kept.digest);
    expect(kept.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('whose answer was lost is found made under its key', async () => {
    const headers = { 'Idempotency-Key': 'a' };
    world.engines.failOnce('createSecret', 'after');
    expect((await secrets({ name: 'db_pass', text: VALUE }, headers)).status).toBe(503);
    expect((await secrets({ name: 'db_pass', text: VALUE }, headers)).status).toBe(201);
  });

  test('is removed once under one key, however often it is asked', async () => {
    await secrets({ name: 'db_pass', text: VALUE });
    const headers = { 'Idempotency-Key': 'gone' };
    for (const _ of [1, 2]) expect((await ask('DELETE', '/secrets/db_pass', { headers })).status).toBe(204);
  });
});

describe('rotation', () => {
  const use = { source: 'db_pass', target: 'password', uid: 2000, gid: 3000, mode: '0400' };
  beforeEach(async () => {
    await secrets({ name: 'db_pass', text: 'old' });
  });

  test('gives every service that uses it the new value under the same file, and keeps what a rollback needs', async () => {
    await service('app', use);
    await service('two', 'db_pass');
    await service('other', 'db_pass');
    await ask('PATCH', '/services/other', { json: { secrets: { remove: ['db_pass'] } } });
    const before = await usesOf('app');
    const answer = await rotate(VALUE);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toMatchObject({
      name: expect.stringMatching(/^db_pass-[0-9a-f]{12}$/),
      updated: ['app', 'two'],
      removed: [],
      kept: [{ name: 'db_pass', because: expect.stringContaining('roll back') }],
    });
    expect(await usesOf('app')).toEqual([
      { ...before[0], SecretName: answer.json.name, SecretID: answer.json.id },
    ]);
    expect(dataOf(answer.json.name)).toBe(VALUE);
  });

  test('of one that nobody uses removes it; it is known by its first name from then on', async () => {
    const first = await rotate('one');
    expect(first.json).toMatchObject({ updated: [], removed: ['db_pass'], kept: [] });
    const second = await rotate('two');
    expect(second.json.removed).toEqual([first.json.name]);
    expect(await namesOf()).toEqual([second.json.name]);
  });

  test('a second time lets go of what no rollback needs any more', async () => {
    await service('app', use);
    const first = await rotate('one');
    const second = await rotate('two', first.json.name);
    expect(second.json).toMatchObject({ removed: ['db_pass'], kept: [{ name: first.json.name }] });
    expect(second.json.name).toMatch(/^db_pass-/);
  });

  test('to the same value again changes nothing', async () => {
    await service('app', use);
    const first = await rotate(VALUE);
    const version = (await engine.service('app')).Version.Index;
    expect((await rotate(VALUE)).json).toEqual({ ...first.json, updated: [] });
    expect((await engine.service('app')).Version.Index).toBe(version);
  });

  test('that is cut short says how far it came, and is completed by asking again', async () => {
    await service('app', use);
    await service('two', 'db_pass');
    const error = new SlipwayError('engine_unreachable', 'no answer');
    let updates = 0;
    world.engines.failOnce('updateService', 'after', { error });
    const broken = await rotate(VALUE);
    expect(broken.json).toMatchObject({ status: 503, updated: [], left: ['app', 'two'] });
    expect(broken.json.detail).toContain('ask again');
    const whole = await rotate(VALUE);
    expect(whole.json).toMatchObject({ updated: ['two'], name: broken.json.name });
    for (const name of ['app', 'two']) {
      updates += 1;
      expect(await usesOf(name)).toMatchObject([{ SecretName: whole.json.name }]);
    }
    expect(updates).toBe(2);
  });

  test('that crashed after the new secret was made goes on', async () => {
    await service('app', use);
    world.engines.failOnce('createSecret', 'after');
    expect((await rotate(VALUE)).status).toBe(503);
    expect((await rotate(VALUE)).json.updated).toEqual(['app']);
  });

  test('of a stack’s secret leaves it the stack’s', async () => {
    const Labels = { 'com.docker.stack.namespace': 'shop' };
    await engine.createSecret({ Name: 'shop_pass', Labels, Data: CODED });
    const { json } = await rotate('new', 'shop_pass');
    expect((await ask('GET', `/secrets/${json.name}`)).json.stack).toBe('shop');
  });

  test('of one that a driver holds, or that is not there, is refused', async () => {
    await engine.createSecret({ Name: 'held', Labels: {}, Driver: { Name: 'vault' } });
    expect((await rotate('x', 'held')).json).toMatchObject({
      status: 409,
      detail: expect.stringContaining('vault'),
    });
    expect((await rotate('x', 'db_pas')).json.detail).toContain('did you mean "db_pass"');
    expect((await rotate('', 'db_pass')).status).toBe(422);
  });

  test('keeps within the longest name', async () => {
    const name = 'n'.repeat(64);
    await secrets({ name, text: 'a' });
    const { json } = await rotate('b', name);
    expect(json.name).toHaveLength(64);
    expect((await rotate('c', name)).json.removed).toEqual([json.name]);
  });

  test('under its key does not bring back a value that was replaced since', async () => {
    await service('app', use);
    const headers = { 'Idempotency-Key': 'one' };
    const first = await rotate('one', 'db_pass', headers);
    expect((await rotate('one', 'db_pass', headers)).json).toMatchObject({
      name: first.json.name,
      updated: [],
    });
    world.deps.clock.advance(1);
    const second = await rotate('two');
    const again = await rotate('one', 'db_pass', headers);
    expect(again.json).toMatchObject({ name: first.json.name, id: first.json.id, updated: [] });
    expect(await usesOf('app')).toMatchObject([{ SecretName: second.json.name }]);
    await ask('PATCH', '/services/app', { json: { env: { set: ['A=1'] } } });
    await rotate('two');
    const gone = await rotate('one', 'db_pass', headers);
    expect(gone.json).toMatchObject({ status: 409, detail: expect.stringContaining(second.json.name) });
  });

  test('as bytes is the same', async () => {
    const { json } = await ask('POST', '/secrets/db_pass/rotate', { body: VALUE, headers: BYTES });
    expect((await rotate(VALUE)).json.name).toBe(json.name);
  });
});

describe('what a secret holds', () => {
  test('is in no log line, answer or error, whatever goes wrong', async () => {
    await secrets({ name: 'db_pass', text: VALUE });
    await service('web', 'db_pass');
    const broken = [
      { body: `{"name":"x","text":${VALUE}}` },
      { body: `{"name":"x","text":"${VALUE}` },
      { body: `{"name":"x","text":"${VALUE}"}}` },
      { json: [VALUE] },
      { json: { name: VALUE, text: 5 } },
      { json: { name: 'x', base64: `${VALUE}!` } },
      { json: { name: '-', text: VALUE, base64: CODED } },
    ];
    for (const options of broken.filter(
      (each) => !('json' in each) || !('name' in each.json) || each.json.name !== VALUE,
    )) {
      const headers = { 'Content-Type': 'application/json' };
      for (const rest of ['/secrets', '/secrets/db_pass/rotate'])
        await ask('POST', rest, { ...options, headers });
    }
    for (const call of ['createSecret', 'updateService', 'removeSecret'] as const) {
      world.engines.failOnce(call, 'after');
      await rotate(VALUE);
      world.engines.failOnce(call, 'before', { error: new Error('not ours') });
      await rotate(VALUE, 'db_pass', { 'Idempotency-Key': call });
    }
    await rotate(VALUE);
    for (const rest of [
      '/secrets',
      '/secrets/db_pass',
      '/services',
      '/services/web',
      '/services/web/tasks',
    ]) {
      await ask('GET', rest);
    }
    expect(logged.length).toBeGreaterThan(30);
    for (const line of logged) {
      expect(line).not.toContain(VALUE);
      expect(line).not.toContain('hunter2');
      expect(line).not.toContain(CODED);
    }
  });
});

describe('a config', () => {
  test('is made, read with what is in it, and removed', async () => {
    const answer = await ask('POST', '/configs', { json: { name: 'site', text: 'server {}\n' } });
    expect(answer.status).toBe(201);
    expect(answer.json.text).toBeUndefined();
    const { json } = await ask('GET', '/configs/site');
    expect(json).toMatchObject({ name: 'site', text: 'server {}\n', base64: 'c2VydmVyIHt9Cg==', usedBy: [] });
    expect((await ask('GET', '/configs')).json.items).toEqual([answer.json]);
    expect((await ask('DELETE', '/configs/site')).status).toBe(204);
    expect((await ask('GET', '/configs/site')).status).toBe(404);
  });

  test('of bytes that are no text has them in base64 alone', async () => {
    const bytes = new Uint8Array([0xff, 0xfe, 0, 1]);
    await ask('POST', '/configs?name=raw', { body: bytes, headers: BYTES });
    const { json } = await ask('GET', '/configs/raw');
    expect(json.base64).toBe(Buffer.from(bytes).toString('base64'));
    expect(json.text).toBeUndefined();
  });
});
