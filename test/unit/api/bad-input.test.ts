import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const json = { 'Content-Type': 'application/json' };
const post = (body: string | Uint8Array | ReadableStream, headers: Record<string, string> = json) =>
  world.ask('POST', '/v1/labs', { body, headers });

describe('a body that cannot be used', () => {
  test('has every error told at once, each with a pointer and its cure', async () => {
    const {
      status,
      json: problem,
      headers,
    } = await world.ask('POST', '/v1/labs', {
      json: {
        template: 'swrm',
        hours: 'two',
        name: '',
        stacks: ['webserver', 'webservr'],
        machines: { managers: 9, wrkers: 1 },
        allowFrom: ['192.0.2.1/40', '2001:db8::1', 7],
        hurs: 3,
        '~/x': 1,
      },
    });
    expect(status).toBe(422);
    expect(headers.get('Content-Type')).toBe('application/problem+json');
    expect(problem).toMatchObject({
      type: '/docs#invalid_input',
      status: 422,
      code: 'invalid_input',
      instance: '/v1/labs',
    });
    const messages = Object.fromEntries(
      problem.errors.map((issue: { pointer: string; message: string }) => [issue.pointer, issue.message]),
    );
    expect(messages).toEqual({
      '/template': 'is "swrm": did you mean "swarm"? it must be one of: swarm, docker-host',
      '/hours': 'must be a number, not a string',
      '/name': expect.stringContaining('must begin with a letter or digit'),
      '/stacks/1': 'is "webservr": did you mean "webserver"? it must be one of: webserver, registry',
      '/machines/managers': 'must be at most 7',
      '/machines/workers': 'is missing; it must be a number',
      '/machines/wrkers': 'is not known; did you mean "workers"? known are: managers, workers',
      '/allowFrom/0': expect.stringContaining('must be an IPv4 address or CIDR'),
      '/allowFrom/1': expect.stringContaining('must be an IPv4 address or CIDR'),
      '/allowFrom/2': 'must be a string, not a number',
      '/hurs': expect.stringContaining('did you mean "hours"?'),
      '/~0~1x': expect.stringContaining('is not known; known are: template'),
    });
  });

  test.each([
    ['hours past the deployment’s maximum', { hours: 721 }, '/hours', 'at most 720'],
    ['no time at all', { hours: 0 }, '/hours', 'at least a minute'],
    ['a stack twice', { stacks: ['webserver', 'webserver'] }, '/stacks', 'each stack once'],
    ['no manager', { machines: { managers: 0, workers: 2 } }, '/machines/managers', 'at least 1'],
    ['17 machines', { machines: { managers: 7, workers: 10 } }, '/machines', 'at most 16'],
    ['half a machine', { machines: { managers: 1, workers: 0.5 } }, '/machines/workers', 'whole number'],
    ['six ranges', { allowFrom: Array(6).fill('192.0.2.1') }, '/allowFrom', 'at most 5'],
    ['null', { name: null }, '/name', 'must be a string, not null'],
    ['a list for a word', { name: [] }, '/name', 'must be a string, not a list'],
  ])('is refused %s', async (_what, more, pointer, words) => {
    const answer = await world.ask('POST', '/v1/labs', { json: { template: 'swarm', ...more } });
    expect(answer.status).toBe(422);
    expect(answer.json.errors).toEqual([{ pointer, message: expect.stringContaining(words) }]);
  });

  test('asks of a template without a swarm nothing that needs one', async () => {
    const request = { template: 'docker-host', machines: { managers: 1, workers: 0 }, stacks: ['webserver'] };
    const answer = await world.ask('POST', '/v1/labs', { json: request });
    expect(answer.json.errors).toEqual([
      { pointer: '/machines', message: expect.stringContaining('"docker-host" forms no swarm') },
      { pointer: '/stacks', message: expect.stringContaining('"docker-host" forms no swarm') },
    ]);
  });

  test.each([
    ['is cut short', '{"template":"swarm"', 'is not JSON'],
    ['is no JSON', 'template=swarm', 'is not JSON'],
    ['is not UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 'is not UTF-8'],
  ])('is malformed when it %s', async (_what, body, words) => {
    const answer = await post(body);
    expect([answer.status, answer.json.code]).toEqual([400, 'malformed']);
    expect(answer.json.detail).toContain(words);
  });

  test.each(['[]', '"swarm"', 'null', '7', ''])('must be an object: %s', async (body) => {
    const answer = await post(body);
    expect(answer.status).toBe(422);
    expect(answer.json.errors[0]).toMatchObject({
      pointer: '',
      message: expect.stringContaining('an object'),
    });
  });

  test('does not reach a prototype by its name', async () => {
    const answer = await post('{"template":"swarm","__proto__":{"hours":1},"constructor":1}');
    expect(answer.status).toBe(422);
    const pointers = answer.json.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).toContain('/constructor');
  });

  test('with countless mistakes gets the first fifty', async () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key-${index}`, 1]));
    const answer = await world.ask('POST', '/v1/labs', { json: many });
    expect(answer.json.errors).toHaveLength(50);
  });

  test('is not taken where a call takes none', async () => {
    const { id } = await world.keep();
    const path = `/v1/labs/${id}/machines/LINUXtips-02/stop`;
    const answer = await world.ask('POST', path, { json: { force: true } });
    expect(answer.json.errors).toEqual([
      { pointer: '/force', message: 'is not known; nothing is taken here' },
    ]);
    expect((await world.ask('POST', path.replace('stop', 'restart'), { json: {} })).status).toBe(202);
  });
});

describe('a body of another kind', () => {
  test.each([
    ['without a type', undefined],
    ['of a form', 'application/x-www-form-urlencoded'],
    ['of text', 'text/plain'],
  ])('%s is 415, naming what is taken', async (_what, type) => {
    const body = new TextEncoder().encode('{"template":"swarm"}');
    const answer = await post(body, type === undefined ? {} : { 'Content-Type': type });
    expect([answer.status, answer.json.code]).toEqual([415, 'unsupported_media_type']);
    expect(answer.json.detail).toContain('must be application/json');
  });

  test('that is compressed is 415', async () => {
    const answer = await post('{}', { ...json, 'Content-Encoding': 'gzip' });
    expect(answer.status).toBe(415);
  });

  test('with parameters and in capitals is still JSON', async () => {
    const answer = await post('{"template":"swarm"}', { 'Content-Type': 'Application/JSON; charset=utf-8' });
    expect(answer.status).toBe(202);
  });
});

describe('a body that is too large', () => {
  const large = 'x'.repeat(256 * 1024 + 1);

  test('is 413, naming the limit', async () => {
    const answer = await post(large);
    expect([answer.status, answer.json.code]).toEqual([413, 'too_large']);
    expect(answer.json.detail).toContain('256 KiB');
    expect(answer.json.allowedBytes).toBe(262_144);
  });

  test('is not even read when it says so', async () => {
    const answer = await post('{}', { ...json, 'Content-Length': '99999999' });
    expect(answer.status).toBe(413);
  });

  test('is cut off where it does not say how long it is', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    const answer = await post(endless);
    expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(1_000_000);
  });

  test('that breaks off is malformed', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new Error('connection reset'));
      },
    });
    expect((await post(broken)).json.code).toBe('malformed');
  });

  test('at the very limit is read', async () => {
    const answer = await post(`{"template":"swarm"}${' '.repeat(256 * 1024 - 20)}`);
    expect(answer.status).toBe(202);
  });
});

describe('a query', () => {
  test('has unknown names, wrong values and repeats told at once, together with a bad key', async () => {
    const { id } = await world.keep();
    const answer = await world.ask('GET', `/v1/labs/${id}/events?aftr=1&wait=26&limit=1&limit=2`);
    const pointers = answer.json.errors.map(({ pointer }: { pointer: string }) => pointer).sort();
    expect(pointers).toEqual(['/aftr', '/limit', '/wait']);
    const stop = await world.ask('POST', `/v1/labs/${id}/machines/LINUXtips-02/stop?force=yes`, {
      headers: { 'Idempotency-Key': '' },
    });
    expect(stop.json.errors).toEqual([
      { pointer: '/force', message: expect.stringContaining('must be one of: true, false') },
      { pointer: '/Idempotency-Key', message: expect.any(String) },
    ]);
  });

  test('and a path that no URL may hold harm nobody', async () => {
    expect((await world.ask('GET', '/v1/labs/%E0%A4%A')).status).toBe(404);
    expect((await world.ask('GET', '/v1/labs?cursor=%E0%A4%A')).status).toBeLessThan(500);
  });
});

describe('what is not there', () => {
  test.each(['/', '/v2/labs', '/v1/lab', '/v1/labs/', '/v1/labs/a/machines/b/reboot'])(
    '%s is 404',
    async (path) => {
      const answer = await world.ask('GET', path);
      expect([answer.status, answer.json.code]).toEqual([404, 'not_found']);
      expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
      expect(answer.headers.get('X-Request-Id')).toMatch(/^[0-9A-Z]{26}$/);
    },
  );

  test.each([
    ['PUT', '/v1/labs', 'POST, GET'],
    ['POST', '/v1/labs/a', 'GET, PATCH, DELETE'],
    ['GET', '/v1/labs/a/machines/b/stop', 'POST'],
    ['DELETE', '/openapi.json', 'GET'],
  ])('%s %s is 405 and says what can be done', async (method, path, allowed) => {
    const answer = await world.ask(method, path);
    expect([answer.status, answer.json.code, answer.headers.get('Allow')]).toEqual([
      405,
      'method_not_allowed',
      allowed,
    ]);
  });
});

describe('every answer', () => {
  test('carries a request id of its own', async () => {
    const ids = await Promise.all(
      ['/healthz', '/nowhere', '/v1/labs'].map(async (path) =>
        (await world.ask('GET', path, { as: undefined })).headers.get('X-Request-Id'),
      ),
    );
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(null);
  });

  test('of an error that is ours hides its words, and points to the log by its id', async () => {
    world.deps.labs.faults.failNext('list', new Error('secret of the store'));
    const { status, text, json: problem } = await world.ask('GET', '/v1/labs');
    expect([status, problem.code]).toEqual([500, 'internal']);
    expect(text).not.toContain('secret of the store');
    expect(problem.detail).toContain('x-request-id');
  });

  test('while the records are away says so, and when to come again', async () => {
    world.deps.labs.faults.failNext('list');
    const { status, headers, json: problem } = await world.ask('GET', '/v1/labs');
    expect([status, problem.code, headers.get('Retry-After')]).toEqual([503, 'store_unavailable', '1']);
  });
});
