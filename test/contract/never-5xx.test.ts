import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DynamoLabStore } from '../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { DynamoRequestStore } from '../../shared/adapters/dynamo/dynamo-request-store.ts';
import { DynamoSecretStore } from '../../shared/adapters/dynamo/dynamo-secret-store.ts';
import { ensureLabSecrets } from '../../shared/engine/lab-secrets.ts';
import { aReadyLab, START } from '../support/builders.ts';
import { openEmbedded } from '../support/embedded-stores.ts';
import { createWorld, type World } from '../support/world.ts';

/** Nothing a client sends may cause a 5xx: every operation of the document, under whatever comes in. */

const lab = aReadyLab();

async function overMemory(): Promise<World> {
  return createWorld();
}

async function overDynamo(): Promise<World> {
  const { client, table } = await openEmbedded();
  return createWorld({
    over: {
      labs: new DynamoLabStore(client, table),
      requests: new DynamoRequestStore(client, table),
      secrets: new DynamoSecretStore(client, table),
    },
  });
}

/** Values as people, scripts and attackers send them; the right ones among them, so that the fuzz gets inside. */
const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    ...[
      'swarm',
      'docker-host',
      'webserver',
      'PT1H',
      'P9999999D',
      '2026-03-02T18:00:00Z',
      '9999-12-31T23:59:59Z',
    ],
    ...['on', 'off', 'true', 'student', 'ana', '0.0.0.0/0', '192.0.2.1', '../..', '%00', '__proto__', ''],
    ...['x'.repeat(3000), 'é'.repeat(300), '-1', '1e999', '99999999999999999999', 'NaN'],
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
    ...[
      'template',
      'name',
      'hours',
      'stacks',
      'machines',
      'allowFrom',
      'managers',
      'workers',
      'expiresAt',
      'extend',
    ],
    ...[
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
      'shell',
    ],
    ...['certPath', 'dockerHost', 'lab', 'machine', 'address'],
  ),
);
const body = fc.oneof(
  fc
    .dictionary(name, fc.oneof(value, fc.dictionary(name, value, { maxKeys: 4 })), { maxKeys: 6 })
    .map((json) => JSON.stringify(json)),
  fc.json(),
  word,
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom('['.repeat(100_000), '{"a":'.repeat(20_000), undefined),
);
const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).map((text) => text.trim());
const headers = fc.record(
  {
    'Content-Type': fc.oneof(
      fc.constantFrom('application/json', 'application/pkcs10', 'text/plain', 'multipart/form-data'),
      printable,
    ),
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
const queries = fc.array(fc.tuple(name, word), { maxLength: 3 });

describe.each([
  ['memory', overMemory, 600],
  ['DynamoDB', overDynamo, 150],
] as const)('over records in %s', (_records, open, numRuns) => {
  test('whatever a client sends, the answer is below 500 and says what is wrong in the one form', {
    timeout: 120_000,
  }, async () => {
    const world = await open();
    await world.deps.labs.create(lab);
    await ensureLabSecrets(world.deps, lab.id, START);
    const { json } = await world.ask('GET', '/openapi.json', { as: undefined });
    const operations = Object.entries(json.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
    );
    const statuses = new Map<number, number>();
    const anOperation = fc.constantFrom(...operations);
    const aLabId = fc.oneof({ weight: 3, arbitrary: fc.constant(lab.id) }, { weight: 1, arbitrary: word });
    const aMachine = fc.oneof(
      { weight: 3, arbitrary: fc.constant('LINUXtips-01') },
      { weight: 1, arbitrary: word },
    );
    const role = fc.constantFrom('student' as const, 'operator' as const, 'instructor' as const);

    await fc.assert(
      fc.asyncProperty(
        fc.tuple(anOperation, aLabId, aMachine, role),
        fc.tuple(queries, headers, body),
        async ([operation, labId, machine, as], [query, given, sent]) => {
          const search = new URLSearchParams(query).toString();
          const path = operation.path
            .replace('{lab}', encodeURIComponent(wellFormed(labId)))
            .replace('{machine}', encodeURIComponent(wellFormed(machine)));
          const answer = await world.ask(operation.method, `${path}?${search}`, {
            as,
            headers: given as Record<string, string>,
            ...(sent === undefined || operation.method === 'GET' ? {} : { body: sent }),
            // Waiting is not what is tried here.
            signal: AbortSignal.timeout(200),
          });
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          const where = `${operation.method} ${path}: ${answer.text}`;
          expect(answer.status, where).toBeLessThan(500);
          expect(answer.headers.get('X-Request-Id'), where).not.toBeNull();
          if (answer.status < 400) return;
          expect(answer.headers.get('Content-Type'), where).toBe('application/problem+json');
          expect(answer.json.code, where).toMatch(/^[a-z_]+$/);
          if (answer.json.code === 'invalid_input')
            expect(answer.json.detail.length, where).toBeGreaterThan(5);
        },
      ),
      { numRuns },
    );
    // The fuzz is worth something only if it gets past the door.
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 202, 401, 404, 422]));
  });
});

/** Half a surrogate pair is no part of any URL. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
