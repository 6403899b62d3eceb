import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DynamoClassStore } from '../../shared/adapters/dynamo/dynamo-class-store.ts';
import { DynamoLabStore } from '../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { DynamoRequestStore } from '../../shared/adapters/dynamo/dynamo-request-store.ts';
import { DynamoSecretStore } from '../../shared/adapters/dynamo/dynamo-secret-store.ts';
import { ensureLabSecrets } from '../../shared/engine/lab-secrets.ts';
import type { Engine } from '../../shared/ports/engine.ts';
import { aReadyLab, START } from '../support/builders.ts';
import { aClassRequest } from '../support/class-requests.ts';
import { openEmbedded } from '../support/embedded-stores.ts';
import { createWorld, type World } from '../support/world.ts';

/** Nothing a client sends may cause a 5xx: every operation of the document, under whatever comes in. */

const lab = aReadyLab();

async function overDynamo(): Promise<World> {
  const { client, table } = await openEmbedded();
  return createWorld({
    over: {
      labs: new DynamoLabStore(client, table),
      classes: new DynamoClassStore(client, table),
      requests: new DynamoRequestStore(client, table),
      secrets: new DynamoSecretStore(client, table),
    },
  });
}

/** Words as people, scripts and attackers send them; right ones among them, so that the fuzz gets inside. */
const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    ...[
      'swarm',
      'webserver',
      'PT1H',
      'P9999999D',
      '2026-03-02T18:00:00Z',
      '9999-12-31T23:59:59Z',
      'on',
      'true',
    ],
    ...['student', 'ana', '0.0.0.0/0', '192.0.2.1', '../..', '%00', '__proto__', 'toString', ''],
    ...['x'.repeat(3000), 'é'.repeat(300), '-1', '1e999', '99999999999999999999', 'NaN', 'Infinity', '0x10'],
  ),
);
const value = fc.oneof(
  word,
  fc.double(),
  fc.integer(),
  fc.constant(null),
  fc.boolean(),
  fc.array(word, { maxLength: 7 }),
);
const name = fc.oneof(
  word,
  fc.constantFrom(
    ...['template', 'name', 'hours', 'stacks', 'machines', 'allowFrom', 'managers', 'workers', 'expiresAt'],
    ...[
      'extend',
      'power',
      'role',
      'subject',
      'expiresIn',
      'after',
      'wait',
      'limit',
      'cursor',
      'phase',
      'force',
    ],
    ...['shell', 'certPath', 'dockerHost', 'lab', 'machine', 'address'],
    ...['image', 'replicas', 'ports', 'secrets', 'env', 'tail', 'since', 'follow', 'text', 'command'],
  ),
);

/** Mostly right, so that what is wrong stands alone. */
const mostly = <Right>(...right: Right[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: value });
function aClassBody(names: fc.Arbitrary<unknown>) {
  return fc.record(
    {
      name: names,
      template: mostly<unknown>('swarm', 'docker-host'),
      machines: mostly<unknown>({ managers: 1, workers: 1 }, null),
      stacks: mostly<unknown>(['webserver'], [], null),
      sessions: mostly<unknown>(
        [{ start: '2026-03-08T02:30', duration: 'PT2H', weekly: true, until: '2026-04-20' }],
        [{ start: '2026-03-09T19:00', duration: 'PT24H' }],
        [{ start: '9999-12-31T23:59', duration: 'PT24H', weekly: true, until: '9999-12-31' }],
        [{ start: '2026-02-30T19:00', duration: 'PT5M', except: ['2026-02-30'] }],
      ),
      timeZone: mostly<unknown>('America/Sao_Paulo', 'America/New_York', 'UTC', '+03:00', '__proto__'),
      after: mostly<unknown>('delete', 'stop'),
      grace: mostly<unknown>('PT0S', 'PT24H'),
      leadTime: mostly<unknown>('PT12H', null),
      hoursQuota: mostly<unknown>('PT4H', null),
      budget: mostly<unknown>({ usd: 5, stopAtSessionEnd: true }, null),
    },
    { requiredKeys: ['name', 'template', 'sessions', 'timeZone'] },
  );
}

function aChoice() {
  return fc.record(
    { students: mostly<unknown>(['ana@example.org'], ['ANA@example.org', 'x'], []) },
    { requiredKeys: [] },
  );
}

const nearly: Record<string, fc.Arbitrary<object>> = {
  'POST /v1/labs': fc.record(
    {
      template: mostly('swarm', 'docker-host'),
      hours: mostly(1, 720),
      name: mostly('mine', 'a~b'),
      stacks: mostly(['webserver'], []),
      machines: mostly({ managers: 1, workers: 1 }, { managers: 7, workers: 9 }),
      allowFrom: mostly(['192.0.2.1'], ['0.0.0.0/0']),
    },
    { requiredKeys: ['template'] },
  ),
  'PATCH /v1/labs/{lab}': fc.record(
    {
      extend: mostly('PT1H', 'P999999999D'),
      expiresAt: mostly('2026-03-02T18:00:00Z', '0000-01-01T00:00:00Z'),
      power: mostly('on', 'off'),
      allowFrom: mostly(['192.0.2.1'], []),
    },
    { requiredKeys: [] },
  ),
  'POST /v1/labs/{lab}/services': fc.record(
    {
      name: mostly<unknown>('web', 'other', 'x'.repeat(63)),
      image: mostly<unknown>('nginx', 'nginx:1.27'),
      mode: mostly<unknown>('replicated', 'global'),
      replicas: mostly<unknown>(0, 3),
      command: mostly<unknown>('sleep 5', ['sleep', '5']),
      env: mostly<unknown>(['A=1'], { A: '1' }),
      ports: mostly<unknown>(['80:80'], ['81:80/udp', 90], [{ target: 80, published: 8080, mode: 'host' }]),
      mounts: mostly<unknown>(['type=volume,src=teste,dst=/app'], [{ target: '/x' }]),
      secrets: mostly<unknown>(['thing'], ['source=thing,target=x,mode=0400'], ['nope']),
      configs: mostly<unknown>(['thing'], [{ source: 'thing', mode: '0444' }]),
      networks: mostly<unknown>(['net'], ['nope']),
      limits: mostly<unknown>({ cpus: 0.5, memory: '50M' }),
      restart: mostly<unknown>('on-failure', { delay: '5s' }),
    },
    { requiredKeys: ['name', 'image'] },
  ),
  'PATCH /v1/labs/{lab}/services/{service}': fc.record(
    {
      replicas: mostly<unknown>(1, 2),
      image: mostly<unknown>('nginx:2', 'redis'),
      env: mostly<unknown>({ set: { A: '2' }, unset: ['B'] }),
      secrets: mostly<unknown>({ add: ['thing'], remove: ['nope'] }),
      force: mostly<unknown>(true, false),
    },
    { requiredKeys: [] },
  ),
  'POST /v1/labs/{lab}/secrets': fc.record({
    name: mostly<unknown>('a', 'thing'),
    text: mostly<unknown>('x', 'y'.repeat(600_000)),
  }),
  'POST /v1/labs/{lab}/configs': fc.record({
    name: mostly<unknown>('a', 'thing'),
    base64: mostly<unknown>('eA==', '?'),
  }),
  'POST /v1/labs/{lab}/secrets/{secret}/rotate': fc.record({ text: mostly<unknown>('x', 'y', 'z') }),
  'POST /v1/labs/{lab}/machines/{machine}/exec': fc.record({
    command: mostly<unknown>(['true'], ['cat'], 'echo x'),
    stdin: mostly<unknown>('x', ''),
  }),
  'POST /v1/labs/{lab}/machines': fc.record(
    {
      name: mostly<unknown>('LINUXtips-04', 'LINUXtips-03', 'x'.repeat(64)),
      role: mostly<unknown>('worker', 'manager', 'none'),
    },
    { requiredKeys: [] },
  ),
  'PATCH /v1/labs/{lab}/nodes/{node}': fc.record({
    labels: mostly<unknown>({ zone: 'a', disk: null }, { '': 'x' }, []),
  }),
  'POST /v1/classes': aClassBody(mostly<unknown>('thing', 'b', 'c')).map((json) => ({
    roster: [{ email: 'ana@example.org' }],
    ...json,
  })),
  'PATCH /v1/classes/{class}': aClassBody(fc.constant(undefined)).map(({ name: _name, ...json }) => json),
  'PUT /v1/classes/{class}/roster': fc.record({
    students: mostly<unknown>(
      [{ email: 'ana@example.org' }],
      [{ email: 'x@y.org', group: 'A' }],
      [{ email: 'é@y' }],
    ),
  }),
  'POST /v1/classes/{class}/roster/links': aChoice(),
  'POST /v1/classes/{class}/roster/links/revoke': aChoice(),
  'POST /v1/classes/{class}/start': aChoice(),
  'POST /v1/classes/{class}/extend': fc.record({ by: mostly<unknown>('PT1H', 'P9999999D') }),
  'POST /v1/classes/{class}/messages': fc.record({
    text: mostly<unknown>('hello', 'é\u0000', 'x'.repeat(5000)),
  }),
  'POST /v1/join': fc.record({ code: mostly<unknown>('0123456789abcdefghjkmnpqrs', 'O-l') }),
  'POST /v1/tokens': fc.record({
    role: mostly('student', 'operator'),
    subject: mostly('bob', 'ana@example.org'),
    expiresIn: mostly('PT1H', 'P365D'),
  }),
};
const strangeBody = fc.oneof(
  fc
    .dictionary(name, fc.oneof(value, fc.dictionary(name, value, { maxKeys: 4 })), { maxKeys: 6 })
    .map((json) => JSON.stringify(json)),
  fc.json(),
  word,
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom('['.repeat(100_000), '{"a":'.repeat(20_000)),
);

function bodyOf(operation: string) {
  const near = nearly[operation]?.map((json) => JSON.stringify(json)) ?? fc.constant('');
  return fc.oneof({ weight: 4, arbitrary: near }, { weight: 1, arbitrary: strangeBody });
}

const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).map((text) => text.trim());
const types = fc.constantFrom(
  'application/pkcs10',
  'text/plain',
  'multipart/form-data',
  'application/octet-stream',
  'application/yaml',
);
const strangeHeaders = fc.record(
  {
    'Content-Type': fc.oneof(types, printable),
    Accept: fc.oneof(fc.constantFrom('text/plain', 'application/x-tar', '*/*;q=0', ',;=,'), printable),
    'Idempotency-Key': fc.oneof(fc.constantFrom('a', 'b'), printable),
    'Content-Length': fc.constantFrom('0', '-1', 'x', '5'),
    'Content-Encoding': fc.constantFrom('gzip', 'identity', ''),
    'Last-Event-ID': printable,
    Range: printable,
    'X-Forwarded-For': printable,
    Authorization: fc.oneof(
      printable,
      printable.map((text) => `Bearer ${text}`),
    ),
  },
  { requiredKeys: [] },
);
const accepted = fc.constantFrom('application/json', 'text/plain', 'text/event-stream');
const headers = fc.oneof(
  { weight: 3, arbitrary: fc.record({ Accept: accepted }) },
  { weight: 1, arbitrary: strangeHeaders },
);
const queries = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.tuple(name, word), { maxLength: 3 }) },
);

/** Whose the lab is, and whose the class. */
const [STUDENT, INSTRUCTOR] = ['student', 'instructor'] as const;

async function requestsTo(world: World, which = /./) {
  const { json } = await world.ask('GET', '/openapi.json', { as: undefined });
  const operations = Object.entries(json.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods)
      .map((method) => ({ path, method: method.toUpperCase() }))
      .filter(({ method }) => which.test(`${method} ${path}`)),
  );
  const part = (right: string) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: word });
  return fc.constantFrom(...operations).chain(({ path, method }) =>
    fc.record({
      method: fc.constant(method),
      path: fc.tuple(part(lab.id), part('LINUXtips-03'), part('thing')).map(([labId, machine, thing]) =>
        path
          .replace('{lab}', () => inPath(labId))
          .replace(/\{(machine|node)\}/, () => inPath(machine))
          .replaceAll(/\{\w+\}/g, () => inPath(thing)),
      ),
      query: queries,
      as: fc.oneof(
        { weight: 2, arbitrary: fc.constant(path.includes('/classes') ? INSTRUCTOR : STUDENT) },
        { weight: 1, arbitrary: fc.constantFrom(STUDENT, INSTRUCTOR, 'operator' as const) },
      ),
      headers,
      body: bodyOf(`${method} ${path}`),
    }),
  );
}

const OF_THE_SWARM = /\/(services|secrets|configs|nodes|stacks|exec|join-tokens)/;

/** The class is not deleted among these. */
const OF_CLASSES = /^(?!DELETE).*\/v1\/(classes|join)/;

/** One of each kind, all by one name. */
async function makeThings(engine: Engine): Promise<void> {
  const file = { Name: 'thing', Labels: {}, Data: 'eA==' };
  await engine.createSecret(file);
  await engine.createConfig(file);
  await engine.createNetwork({ Name: 'net', Driver: 'overlay', Labels: {} });
  await engine.createService({
    Name: 'thing',
    Labels: {},
    TaskTemplate: { ContainerSpec: { Image: 'nginx' } },
    Mode: { Replicated: { Replicas: 1 } },
  });
}

/** Half a surrogate pair is no part of any URL. */
function inPath(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

/** What a request came to: a fuzz is worth something only if it gets past the door. */
function outcomeOf(method: string, status: number): string {
  if (status >= 400 && status !== 409) return String(status);
  // Who is told of a conflict got as far as the records.
  return method === 'GET' ? 'read' : 'written';
}

/** Each comes twenty times and more in a run, on average: chance alone fails none. */
const MET = ['read', 'written', '401', '404', '422'];

describe.each([
  ['memory', async () => createWorld(), 1000, /./],
  ['DynamoDB', overDynamo, 400, /./],
  // The lab is not taken down among these, so that its swarm is asked every time.
  ['memory, of its swarm', async () => createWorld(), 600, OF_THE_SWARM],
  ['DynamoDB, of its classes', overDynamo, 400, OF_CLASSES],
] as const)('over records in %s, whatever a client sends', (_records, open, numRuns, which) => {
  test('is answered below 500, and refused in the one form', { timeout: 120_000 }, async () => {
    const world = await open();
    await world.keep(lab);
    await ensureLabSecrets(world.deps, lab.id, START);
    await makeThings(world.engines.machine(lab.id, 'LINUXtips-01'));
    await world.ask('POST', '/v1/classes', { as: 'instructor', json: aClassRequest({ name: 'thing' }) });
    const outcomes = new Map<string, number>();

    const property = fc.asyncProperty(await requestsTo(world, which), async (request) => {
      const { method, path, query, as, body } = request;
      const type = path.startsWith('/v1/enrol') ? 'application/pkcs10' : 'application/json';
      const answer = await world.ask(method, `${path}?${new URLSearchParams(query)}`, {
        as,
        headers: { 'Content-Type': type, ...(request.headers as Record<string, string>) },
        ...(method === 'GET' ? {} : { body }),
        // Waiting is not what is tried here.
        signal: AbortSignal.timeout(200),
      });
      const outcome = outcomeOf(method, answer.status);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      const where = `${method} ${path}: ${answer.text}`;
      expect(answer.status, where).toBeLessThan(500);
      expect(answer.headers.get('X-Request-Id'), where).not.toBeNull();
      if (answer.status < 400) return;
      expect(answer.headers.get('Content-Type'), where).toBe('application/problem+json');
      expect(answer.json.code, where).toMatch(/^[a-z_]+$/);
      expect(answer.json.detail.length, where).toBeGreaterThan(5);
    });
    await fc.assert(property, { numRuns });

    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(MET));
  });
});
