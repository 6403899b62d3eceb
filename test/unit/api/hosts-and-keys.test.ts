import { X509Certificate } from 'node:crypto';
import { extract } from 'tar-stream';
import { beforeEach, describe, expect, test } from 'vitest';
import { ensureLabSecrets, machineToken } from '../../../shared/engine/lab-secrets.ts';
import type { Lab } from '../../../shared/lab/lab.ts';
import { START } from '../../support/builders.ts';
import { makeRequest } from '../../support/openssl.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let lab: Lab;
beforeEach(async () => {
  world = createWorld();
  lab = await world.keep();
  await ensureLabSecrets(world.deps, lab.id, START);
});

describe('what opens a lab', () => {
  test('is a client certificate, as JSON or as the files docker wants', async () => {
    const path = `/v1/labs/${lab.id}/certificates`;
    const { status, json, headers } = await world.ask('POST', path);
    expect(status).toBe(200);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(new X509Certificate(json.cert).subject).toBe('CN=ana');
    expect(json.expiresAt).toBe(lab.hardMaximum);
    const headersOfTar = {
      Authorization: `Bearer ${await world.token('student')}`,
      Accept: 'application/x-tar',
    };
    const tar = await world.app.request(path, { method: 'POST', headers: headersOfTar });
    expect(tar.headers.get('Content-Type')).toBe('application/x-tar');
    const names: string[] = [];
    const reader = extract();
    reader.end(Buffer.from(await tar.arrayBuffer()));
    for await (const entry of reader) {
      names.push(entry.header.name);
      entry.resume();
    }
    expect(names).toEqual(['ca.pem', 'cert.pem', 'key.pem']);
  });

  test('is made anew each time, whatever the Idempotency-Key: no key is ever repeated', async () => {
    const ask = () =>
      world.ask('POST', `/v1/labs/${lab.id}/certificates`, { headers: { 'Idempotency-Key': 'k' } });
    expect((await ask()).json.key).not.toBe((await ask()).json.key);
  });

  test('is an SSH key for its owner, not even for an operator', async () => {
    const { json } = await world.ask('GET', `/v1/labs/${lab.id}/ssh-key`);
    expect(json.privateKey).toMatch(/^-----BEGIN EC PRIVATE KEY-----/);
    const operator = await world.ask('GET', `/v1/labs/${lab.id}/ssh-key`, {
      as: 'operator',
      subject: 'root',
    });
    expect([operator.status, operator.json.code]).toEqual([403, 'forbidden']);
  });

  test('is not there yet in a lab just asked for, which is said with when to ask again', async () => {
    const { json } = await world.ask('POST', '/v1/labs', { json: { template: 'swarm' } });
    const { status, headers, json: problem } = await world.ask('GET', `/v1/labs/${json.id}/ssh-key`);
    expect([status, problem.code, headers.get('Retry-After')]).toEqual([409, 'conflict', '1']);
  });
});

describe('a host', () => {
  const machine = 'LINUXtips-01';
  const pkcs10 = { 'Content-Type': 'application/pkcs10' };
  const whose = () => `lab=${lab.id}&machine=${machine}&address=100.64.0.2`;
  const headers = async (token?: string) => ({
    ...pkcs10,
    Authorization: `Bearer ${token ?? (await machineToken(world.deps, lab.id, machine, 1))}`,
  });

  test('has its key signed with its own token, and gets PEM', async () => {
    const { csr } = await makeRequest({ subject: '/CN=whatever' });
    const answer = await world.ask('POST', `/v1/enrol?${whose()}`, { body: csr, headers: await headers() });
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'application/x-pem-file']);
    expect(answer.text.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect((await world.deps.labs.load(lab.id))?.enrolments).toMatchObject([{ machine }]);
  });

  test('tells why its boot failed', async () => {
    const answer = await world.ask('POST', `/v1/enrol/failure?${whose()}`, {
      body: 'no openssl here',
      headers: { ...(await headers()), 'Content-Type': 'text/plain' },
    });
    expect(answer.status).toBe(204);
    expect((await world.deps.labs.load(lab.id))?.enrolments[0]?.failure?.message).toBe('no openssl here');
  });

  test('is refused without a token, with a forged one, and with a person’s', async () => {
    const ask = (authorization: Record<string, string>) =>
      world.ask('POST', `/v1/enrol?${whose()}`, {
        as: undefined,
        body: 'x',
        headers: { ...pkcs10, ...authorization },
      });
    const operator = await world.token('operator');
    for (const authorization of [{}, await headers('forged'), await headers(operator)]) {
      const answer = await ask(authorization);
      expect([answer.status, answer.json.code]).toEqual([401, 'unauthenticated']);
    }
  });

  test('is refused a request that is none, one too large, and one of another kind', async () => {
    const ask = async (body: string, more = {}) =>
      (await world.ask('POST', `/v1/enrol?${whose()}`, { body, headers: { ...(await headers()), ...more } }))
        .status;
    expect(await ask('hello')).toBe(422);
    expect(await ask('x'.repeat(16 * 1024 + 1))).toBe(413);
    expect(await ask('{}', { 'Content-Type': 'application/json' })).toBe(415);
  });

  test('that asks without end is told to wait', async () => {
    const forged = await headers('forged');
    const answers = [];
    for (let call = 0; call < 31; call += 1) {
      answers.push(await world.ask('POST', `/v1/enrol?${whose()}`, { body: 'x', headers: forged }));
    }
    expect(answers.map(({ status }) => status).slice(29)).toEqual([401, 429]);
    expect(Number(answers[30]?.headers.get('Retry-After'))).toBeGreaterThan(0);
  });
});
