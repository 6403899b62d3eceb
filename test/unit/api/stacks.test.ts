import { beforeEach, describe, expect, test } from 'vitest';
import type { Lab } from '../../../shared/lab/lab.ts';
import type { Engine } from '../../../shared/ports/engine.ts';
import { loadSource } from '../../../shared/stack/stack-sources.ts';
import type { FakeHost } from '../../support/fake-engine.ts';
import { createWorld, type World } from '../../support/world.ts';

const COMPOSE = `version: "3.8"
services:
  web:
    image: nginx
    ports: ["8081:80"]
`;
const YAML = { 'Content-Type': 'application/yaml' };

let world: World;
let lab: Lab;
let hosts: FakeHost[];
let engine: Engine;

/** A ready lab whose engines answer, and are the swarm that its record says. */
beforeEach(async () => {
  world = createWorld();
  lab = await world.keep({ spec: { stacks: [] }, status: { stacks: [] } });
  hosts = world.hosts;
  engine = world.engines.machine(lab.id, 'LINUXtips-01');
});

const path = (rest = '') => `/v1/labs/${lab.id}/stacks${rest}`;
const specNow = async () => (await world.deps.labs.load(lab.id))?.lab.spec.stacks ?? [];
const form = (parts: Record<string, string>) => {
  const boundary = 'a-boundary';
  const body = Object.entries(parts)
    .map(
      ([name, text]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="file"\r\n\r\n${text}\r\n`,
    )
    .join('');
  return {
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: `${body}--${boundary}--\r\n`,
  };
};

describe('PUT a stack', () => {
  test('of one’s own Compose file is recorded, sealed, and the lab is woken', async () => {
    const answer = await world.ask('PUT', path('/shop'), { body: COMPOSE, headers: YAML });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('Location')).toBe(path('/shop'));
    expect(answer.json).toMatchObject({ name: 'shop', state: 'deploying', plan: { deployable: true } });
    const [stack] = await specNow();
    expect(stack).toMatchObject({ name: 'shop', revision: 1 });
    expect((await loadSource(world.deps, lab.id, stack?.source ?? '')).compose).toBe(COMPOSE);
    const kept = await world.deps.stacks.get(lab.id, stack?.source ?? '');
    expect(Buffer.from(kept ?? []).toString('latin1')).not.toContain('nginx');
    expect(world.deps.queue.waiting.map(({ labId }) => labId)).toContain(lab.id);
  });

  test('of the catalogue takes its name there', async () => {
    const answer = await world.ask('PUT', path('/first'), { json: { from: 'webserver' } });
    expect(answer.status).toBe(202);
    expect(await specNow()).toMatchObject([{ name: 'first', from: 'webserver' }]);
  });

  test('again counts on, and the files of before are gone', async () => {
    await world.ask('PUT', path('/shop'), { body: COMPOSE, headers: YAML });
    const [before] = await specNow();
    await world.ask('PUT', `${path('/shop')}?prune=true`, { body: COMPOSE, headers: YAML });
    const [after] = await specNow();
    expect(after).toMatchObject({ name: 'shop', revision: 2, prune: true });
    expect(await world.deps.stacks.get(lab.id, before?.source ?? '')).toBeUndefined();
    expect(await world.deps.stacks.get(lab.id, after?.source ?? '')).toBeDefined();
  });

  test('under one Idempotency-Key is asked once, and another body under it is refused', async () => {
    const headers = { ...YAML, 'Idempotency-Key': 'one' };
    for (const _ of [1, 2]) {
      const answer = await world.ask('PUT', path('/shop'), { body: COMPOSE, headers });
      expect(answer.status).toBe(202);
    }
    const [stack] = await specNow();
    expect(stack?.revision).toBe(1);
    expect(await world.deps.stacks.get(lab.id, stack?.source ?? '')).toBeDefined();
    const other = await world.ask('PUT', path('/shop'), { body: `${COMPOSE}    tty: true\n`, headers });
    expect(other.json.code).toBe('idempotency_mismatch');
  });

  test('as a form brings files and variables along', async () => {
    const compose =
      'services: { web: { image: "nginx:$TAG", env_file: ./env/web.env, secrets: [word] } }\nsecrets: { word: { file: ./word.txt } }\n';
    const parts = {
      compose,
      variables: '# the tag\nTAG=1.27\n\n',
      './env/web.env': 'A=1\n',
      'word.txt': 'secret',
    };
    const answer = await world.ask('PUT', path('/shop'), form(parts));
    expect(answer.status).toBe(202);
    expect(answer.json.plan).toMatchObject({ secrets: ['shop_word'] });
    const [stack] = await specNow();
    expect(await loadSource(world.deps, lab.id, stack?.source ?? '')).toMatchObject({
      files: { 'env/web.env': Buffer.from('A=1\n').toString('base64') },
      variables: { TAG: '1.27' },
    });
    expect(JSON.stringify(answer.json)).not.toContain(Buffer.from('secret').toString('base64'));
  });

  test.each([
    ['no Compose file', { 'a.txt': 'x' }, '/compose', 'is missing'],
    ['a path above the file', { compose: COMPOSE, '../a.txt': 'x' }, '/..~1a.txt', 'at or below'],
    ['an absolute path', { compose: COMPOSE, '/etc/passwd': 'x' }, '/~1etc~1passwd', 'at or below'],
    ['no variable', { compose: COMPOSE, variables: 'A=1\nB' }, '/variables', 'line 2'],
  ])('as a form with %s is refused by name', async (_, parts, pointer, words) => {
    const answer = await world.ask('PUT', path('/shop'), form(parts));
    expect(answer.status).toBe(422);
    expect(answer.json.errors).toContainEqual({ pointer, message: expect.stringContaining(words) });
    expect(await specNow()).toEqual([]);
  });

  test('what says it is a form and is none is malformed', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
    expect((await world.ask('PUT', path('/shop'), { headers, body: 'no form' })).status).toBe(400);
  });

  test('not in UTF-8 is malformed; in UTF-16 with its mark it is read', async () => {
    const latin = await world.ask('PUT', path('/shop'), {
      headers: YAML,
      body: Buffer.from('x-a: caf\xe9', 'latin1'),
    });
    expect(latin.status).toBe(400);
    const wide = Buffer.from(`\ufeff${COMPOSE}`, 'utf16le');
    expect((await world.ask('PUT', path('/shop'), { headers: YAML, body: wide })).status).toBe(202);
  });

  test('with errors in the file tells them all, with line and column', async () => {
    const body = 'services:\n  web:\n    imag: nginx\n    replicas: 2\n';
    const answer = await world.ask('PUT', path('/shop'), { body, headers: YAML });
    expect(answer.status).toBe(422);
    expect(answer.json.errors.length).toBeGreaterThan(1);
    expect(answer.json.errors).toContainEqual(
      expect.objectContaining({
        pointer: '/services/web/imag',
        place: { file: 'compose.yml', line: 3, column: 5 },
        message: expect.stringContaining('image'),
      }),
    );
  });

  test('whose port another stack has is refused, naming the line and who has it', async () => {
    await engine.createService({
      Name: 'other_web',
      Labels: { 'com.docker.stack.namespace': 'other' },
      TaskTemplate: { ContainerSpec: { Image: 'nginx' } },
      Mode: { Replicated: { Replicas: 1 } },
      EndpointSpec: {
        Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8081, PublishMode: 'ingress' }],
      },
    });
    const answer = await world.ask('PUT', path('/shop'), { body: COMPOSE, headers: YAML });
    expect(answer.status).toBe(409);
    expect(answer.json.detail).toMatch(/8081/);
    expect(answer.json.detail).toMatch(/other_web/);
    expect(answer.json.errors[0].place).toMatchObject({ line: 5 });
    expect(await specNow()).toEqual([]);
  });

  test('with plan=true changes nothing', async () => {
    const answer = await world.ask('PUT', `${path('/shop')}?plan=true`, { body: COMPOSE, headers: YAML });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      stack: 'shop',
      deployable: true,
      swarmAsked: true,
      services: ['shop_web'],
    });
    expect(await specNow()).toEqual([]);
  });

  test('into a lab whose engines do not answer is planned by the file alone, and says so', async () => {
    for (const host of hosts) host.power = 'off';
    const answer = await world.ask('PUT', `${path('/shop')}?plan=true`, { body: COMPOSE, headers: YAML });
    expect(answer.json).toMatchObject({ swarmAsked: false, swarmNote: expect.stringContaining('no answer') });
  });

  test.each(['a b', '-a', 'x'.repeat(41)])('named %j is refused', async (name) => {
    const answer = await world.ask('PUT', path(`/${encodeURIComponent(name)}`), {
      body: COMPOSE,
      headers: YAML,
    });
    expect(answer.status).toBe(422);
    expect(answer.json.errors[0].pointer).toBe('/stack');
  });

  test('past the twelfth is refused with the numbers', async () => {
    for (let count = 1; count <= 12; count += 1) {
      const body = COMPOSE.replace('8081', String(9000 + count));
      expect((await world.ask('PUT', path(`/s${count}`), { body, headers: YAML })).status).toBe(202);
    }
    const answer = await world.ask('PUT', path('/more'), { body: COMPOSE, headers: YAML });
    expect(answer.json).toMatchObject({ code: 'quota', used: 12, allowed: 12 });
  });

  test('of 2 MiB and a byte, or of more than 300 KiB compressed, is too large', async () => {
    const large = await world.ask('PUT', path('/shop'), {
      body: 'x'.repeat(2 * 1024 * 1024 + 1),
      headers: YAML,
    });
    expect(large.status).toBe(413);
    const noise = Array.from({ length: 40_000 }, (_, index) => Math.sin(index).toString(36)).join('');
    const packed = await world.ask('PUT', path('/shop'), form({ compose: COMPOSE, 'noise.txt': noise }));
    expect(packed.status).toBe(413);
    expect(packed.json.detail).toMatch(/300/);
  });
});

describe('GET stacks', () => {
  test('shows those that the student’s own command deployed, too', async () => {
    await engine.createService({
      Name: 'mine_web',
      Labels: { 'com.docker.stack.namespace': 'mine' },
      TaskTemplate: { ContainerSpec: { Image: 'nginx' } },
      Mode: { Replicated: { Replicas: 2 } },
    });
    await world.ask('PUT', path('/shop'), { body: COMPOSE, headers: YAML });
    const { json } = await world.ask('GET', path());
    expect(json.items).toMatchObject([
      { name: 'mine', state: 'foreign', services: [{ name: 'mine_web', desired: 2, running: 2 }] },
      { name: 'shop', state: 'deploying', asOf: 'now' },
    ]);
    const { json: first } = await world.ask('GET', `${path()}?limit=1`);
    const { json: second } = await world.ask('GET', `${path()}?limit=1&cursor=${first.cursor}`);
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['mine', 'shop']);
    expect(second.cursor).toBeUndefined();
    const { json: one } = await world.ask('GET', path('/mine'));
    expect(one).toMatchObject({ name: 'mine', live: { services: [{ name: 'mine_web' }] } });
    expect((await world.ask('GET', path('/none'))).status).toBe(404);
  });

  test('tells the last look, and says so, where the swarm does not answer', async () => {
    await world.ask('PUT', path('/shop'), { body: COMPOSE, headers: YAML });
    for (const host of hosts) host.power = 'off';
    const { json } = await world.ask('GET', path());
    expect(json.items).toMatchObject([
      { name: 'shop', asOf: 'last-look', note: expect.stringContaining('no answer') },
    ]);
    expect((await world.ask('GET', path('/shop'))).json).toMatchObject({ asOf: 'last-look' });
  });
});

describe('DELETE a stack', () => {
  test('takes it out of what is asked for; once gone it is not there', async () => {
    await world.ask('PUT', path('/shop'), { body: COMPOSE, headers: YAML });
    const [stack] = await specNow();
    expect((await world.ask('DELETE', path('/shop'))).status).toBe(202);
    expect(await specNow()).toEqual([]);
    expect(await world.deps.stacks.get(lab.id, stack?.source ?? '')).toBeUndefined();
    expect((await world.ask('DELETE', path('/shop'))).status).toBe(404);
  });

  test('removes what the student’s own command deployed', async () => {
    await engine.createService({
      Name: 'mine_web',
      Labels: { 'com.docker.stack.namespace': 'mine' },
      TaskTemplate: { ContainerSpec: { Image: 'nginx' } },
      Mode: { Replicated: { Replicas: 2 } },
    });
    expect((await world.ask('DELETE', path('/mine'))).status).toBe(202);
    expect(await engine.services({ stack: 'mine' })).toEqual([]);
  });

  test('of somebody else’s lab is not found', async () => {
    expect((await world.ask('DELETE', path('/shop'), { subject: 'bo' })).status).toBe(404);
    expect(
      (await world.ask('PUT', path('/shop'), { subject: 'bo', body: COMPOSE, headers: YAML })).status,
    ).toBe(404);
  });
});
