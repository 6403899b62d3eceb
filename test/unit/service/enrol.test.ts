import { X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../shared/core/log.ts';
import { ensureLabSecrets, labAuthority, machineToken } from '../../../shared/engine/lab-secrets.ts';
import type { LabStatus } from '../../../shared/lab/lab.ts';
import type { DriverMachine } from '../../../shared/ports/driver.ts';
import { type EnrolDeps, enrol, reportEnrolmentFailure } from '../../../shared/service/enrol.ts';
import { listedAddresses } from '../../../shared/service/host-addresses.ts';
import { aLab, aMachineStatus, type LabOverrides, START } from '../../support/builders.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ManualQueue } from '../../support/manual-queue.ts';
import { MemoryLabStore } from '../../support/memory-lab-store.ts';
import { MemorySealer } from '../../support/memory-sealer.ts';
import { MemorySecretStore } from '../../support/memory-secret-store.ts';
import { makeRequest, verifyCertificate } from '../../support/openssl.ts';

const machine = 'LINUXtips-01';
const launched: Partial<LabStatus> = {
  intent: { attempt: 1, machines: [machine, 'LINUXtips-02'], placement: {}, short: [], savedAt: 'then' },
};
const { csr } = await makeRequest({ subject: '/CN=whatever' });

let clock: ManualClock;
let labs: MemoryLabStore;
let queue: ManualQueue;
let listed: DriverMachine[];
let listFailure: Error | undefined;
let deps: EnrolDeps;

beforeEach(() => {
  clock = new ManualClock(START);
  labs = new MemoryLabStore();
  queue = new ManualQueue({ clock });
  listed = [];
  listFailure = undefined;
  deps = {
    clock,
    labs,
    queue,
    secrets: new MemorySecretStore(),
    sealer: new MemorySealer(),
    log: createLog('silent'),
    hostAddresses: listedAddresses({
      log: createLog('silent'),
      driver: {
        list: async (labId) => {
          if (listFailure !== undefined) throw listFailure;
          return listed.filter((one) => one.labId === labId);
        },
      },
    }),
  };
});

/** Puts a lab with its secrets and one listed machine in the world. @returns that machine's token. */
async function launch(id: string, overrides: LabOverrides = {}): Promise<string> {
  const lab = aLab({ id, ...overrides, status: { ...launched, ...overrides.status } });
  await labs.create(lab);
  await ensureLabSecrets(deps, id, START);
  listed.push({
    labId: id,
    name: machine,
    attempt: 1,
    state: 'Running',
    privateAddress: '100.64.0.2',
    address: '100.64.0.2',
    ports: {},
    engine: { host: '100.64.0.2', port: 2376 },
  });
  return machineToken(deps, id, machine, 1);
}

const call = (
  token: string,
  more: { labId?: string; machine?: string; csr?: string; sourceAddress?: string } = {},
) => enrol(deps, { labId: 'a', machine, token, csr, sourceAddress: '100.64.0.2', ...more });
const namesOf = (pem: string) => new X509Certificate(pem).subjectAltName;
const refused = { code: 'unauthenticated' };

describe('a host that enrols', () => {
  test('gets a server certificate of its lab, then the lab’s authority', async () => {
    const token = await launch('a');
    const answer = await call(token);
    const [cert = '', ca = '', ...rest] =
      answer.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g) ?? [];
    expect(rest).toEqual([]);
    expect(cert + ca).toBe(answer);
    expect(ca).toBe((await labAuthority(deps, 'a')).cert);
    const verdict = await verifyCertificate({ ca, cert, purpose: 'sslserver', at: START });
    expect(verdict).toMatchObject({ ok: true });
    expect(new X509Certificate(cert).subject).toBe(`CN=${machine}`);
  });

  test('is noted, and wakes its lab at once', async () => {
    await call(await launch('a'));
    expect((await labs.load('a'))?.enrolments).toEqual([{ machine, enrolledAt: '2026-03-02T12:00:00.000Z' }]);
    expect(queue.waiting).toEqual([{ labId: 'a', at: START }]);
  });

  test('enrols again at its next boot, which also takes back an earlier failure', async () => {
    const token = await launch('a');
    await reportEnrolmentFailure(deps, { labId: 'a', machine, token, message: 'no luck' });
    clock.advance(3600);
    await call(token);
    expect((await labs.load('a'))?.enrolments).toEqual([{ machine, enrolledAt: '2026-03-02T13:00:00.000Z' }]);
  });
});

describe('the addresses in its certificate', () => {
  test('are the driver’s, which knows a new one before the record does', async () => {
    const token = await launch('a', {
      status: { machines: [aMachineStatus(machine, { address: '198.51.100.1' })] },
    });
    Object.assign(listed[0] ?? {}, { address: '203.0.113.7' });
    expect(namesOf(await call(token))).toBe(`DNS:${machine}, IP Address:100.64.0.2, IP Address:203.0.113.7`);
  });

  test('hold loopback where ports are published', async () => {
    const token = await launch('a');
    Object.assign(listed[0] ?? {}, {
      address: '192.0.2.1',
      ports: { '2376': 49153 },
      engine: { host: '127.0.0.1', port: 49153 },
    });
    expect(namesOf(await call(token))).toBe(
      `DNS:${machine}, IP Address:100.64.0.2, IP Address:192.0.2.1, IP Address:127.0.0.1`,
    );
  });

  test.each([
    ['lags', undefined],
    ['fails', new Error('the driver is away')],
  ])('are the record’s while the driver %s', async (_what, failure) => {
    const token = await launch('a', { status: { machines: [aMachineStatus(machine)] } });
    listed = [];
    listFailure = failure;
    expect(namesOf(await call(token))).toBe(`DNS:${machine}, IP Address:100.64.0.2`);
  });

  test('are awaited: while nobody knows one the host shall ask again, and nothing is noted', async () => {
    const token = await launch('a');
    listed = [];
    await expect(call(token)).rejects.toMatchObject({ code: 'driver_failed', retryable: true });
    listFailure = new Error('the driver is away');
    await expect(call(token)).rejects.toThrow('the driver is away');
    expect((await labs.load('a'))?.enrolments).toEqual([]);
    expect(queue.waiting).toEqual([]);
  });

  test('are not those of the machine that it replaces', async () => {
    await launch('a', {
      status: { intent: { attempt: 2, machines: [machine], placement: {}, short: [], savedAt: 'now' } },
    });
    const token = await machineToken(deps, 'a', machine, 2);
    await expect(call(token)).rejects.toMatchObject({ code: 'driver_failed' });
    listed.push({
      labId: 'a',
      name: machine,
      attempt: 2,
      state: 'Running',
      privateAddress: '100.64.0.9',
      ports: {},
    });
    expect(namesOf(await call(token))).toBe(`DNS:${machine}, IP Address:100.64.0.9`);
  });
});

describe('one that is refused', () => {
  /** Every way to be wrong: each takes what is right and spoils one thing. */
  const spoilt: [string, (token: string) => Promise<unknown>][] = [
    ['has no token', () => call('')],
    ['has a forged token', (token) => call(`${token.slice(0, -2)}xx`)],
    ['has a token of enormous length', () => call('x'.repeat(1_000_000))],
    ['names a lab that never was', (token) => call(token, { labId: 'nobody' })],
    ['names a lab by a path', (token) => call(token, { labId: '../a' })],
    ['names a machine that never was', (token) => call(token, { machine: 'LINUXtips-09' })],
    ['names another machine of its lab', (token) => call(token, { machine: 'LINUXtips-02' })],
    [
      'names a machine of the spec that was not launched',
      (token) => call(token, { machine: 'LINUXtips-03' }),
    ],
    ['names another lab’s machine of the same name', (token) => call(token, { labId: 'b' })],
    ['has the token of an attempt before', async () => call(await machineToken(deps, 'a', machine, 0))],
    ['has the token of an attempt to come', async () => call(await machineToken(deps, 'a', machine, 2))],
  ];

  test('hears the same words whatever is wrong, even with a bad request, and leaves no trace', async () => {
    const token = await launch('a');
    await launch('b');
    const answers = [];
    for (const [what, attempt] of spoilt) {
      const error = await attempt(token).then(
        () => what,
        (thrown: unknown) => thrown,
      );
      expect(error, what).toMatchObject(refused);
      answers.push((error as Error).message);
    }
    expect(new Set(answers).size).toBe(1);
    await expect(call('forged', { csr: 'no request' })).rejects.toMatchObject(refused);
    for (const id of ['a', 'b']) expect((await labs.load(id))?.enrolments).toEqual([]);
    expect(queue.waiting).toEqual([]);
  });

  test.each<[string, LabOverrides]>([
    ['is deleted', { spec: { deleted: true } }],
    ['has failed', { status: { failure: { code: 'x', message: 'x', at: 'then' } } }],
    ['has expired', { spec: { expiresAt: '2026-03-02T11:00:00.000Z' } }],
    ['is gone', { status: { deletedAt: '2026-03-02T11:00:00.000Z' } }],
  ])('is one whose lab %s', async (_what, overrides) => {
    await expect(call(await launch('a', overrides))).rejects.toMatchObject(refused);
  });

  test('is one whose machine was taken out of the spec', async () => {
    const token = await launch('a', {
      spec: { machines: [{ name: 'LINUXtips-02', role: 'manager', power: 'on', restarts: 0 }] },
    });
    await expect(call(token)).rejects.toMatchObject(refused);
  });

  test('is one that was replaced: a new launch makes the old token worthless, listed or not', async () => {
    const old = await launch('a', {
      status: {
        machines: [aMachineStatus(machine, { attempt: 1 })],
        intent: { attempt: 2, machines: [machine], placement: {}, short: [], savedAt: 'now' },
      },
    });
    await expect(call(old)).rejects.toMatchObject(refused);
  });

  test('is one whose lab is forgotten', async () => {
    const token = await launch('a');
    await deps.secrets.remove('a');
    await expect(call(token)).rejects.toMatchObject(refused);
  });

  test('is told what is wrong with its request once its token is right', async () => {
    const token = await launch('a');
    const rsa = await makeRequest({ newkey: ['-newkey', 'rsa:2048'] });
    for (const bad of ['', 'x'.repeat(100_000), rsa.csr])
      await expect(call(token, { csr: bad })).rejects.toMatchObject({ code: 'invalid_input' });
    expect((await labs.load('a'))?.enrolments).toEqual([]);
  });
});

describe('one that keeps calling', () => {
  test('is held up after 30 a minute, whether it is right or wrong, and let in the minute after', async () => {
    const token = await launch('a');
    for (let count = 0; count < 29; count += 1) await expect(call('forged')).rejects.toMatchObject(refused);
    await call(token);
    await expect(call(token)).rejects.toMatchObject({
      code: 'rate_limited',
      retryable: true,
      facts: { afterSeconds: 60 },
    });
    clock.advance(60);
    await call(token);
  });

  test('tells by being held up nothing about what exists', async () => {
    for (let count = 0; count < 30; count += 1)
      await expect(call('forged', { labId: 'nobody' })).rejects.toMatchObject(refused);
    await expect(call('forged', { labId: 'nobody' })).rejects.toMatchObject({ code: 'rate_limited' });
  });

  test('holds up neither another machine nor the same machine’s own host', async () => {
    const token = await launch('a');
    for (let count = 0; count < 40; count += 1)
      await call('forged', { sourceAddress: '192.0.2.66' }).catch(() => {});
    await call(token);
    await expect(call('forged', { machine: 'LINUXtips-02' })).rejects.toMatchObject(refused);
  });
});

describe('a boot that failed', () => {
  const report = async (message: string) => {
    const token = await launch('a');
    await reportEnrolmentFailure(deps, { labId: 'a', machine, token, message });
    return (await labs.load('a'))?.enrolments[0]?.failure?.message ?? '';
  };

  test('is noted in its own words beside the last success, and wakes the lab', async () => {
    const token = await launch('a');
    await call(token);
    await emptyQueue();
    clock.advance(60);
    await reportEnrolmentFailure(deps, { labId: 'a', machine, token, message: 'disk full' });
    expect((await labs.load('a'))?.enrolments).toEqual([
      {
        machine,
        enrolledAt: '2026-03-02T12:00:00.000Z',
        failure: { message: 'disk full', at: '2026-03-02T12:01:00.000Z' },
      },
    ]);
    expect(queue.waiting).toHaveLength(1);
  });

  test('is told on one line without terminal codes', async () => {
    expect(await report(' curl:\n\u001b[31m no\u202e route\u0000 ')).toBe('curl: [31m no route');
  });

  test('cannot put its token into the timeline', async () => {
    const token = await launch('a');
    await reportEnrolmentFailure(deps, { labId: 'a', machine, token, message: `Bearer ${token} refused` });
    expect((await labs.load('a'))?.enrolments[0]?.failure?.message).toBe('Bearer [token] refused');
  });

  test('is cut at 2 KB, between characters', async () => {
    const told = await report(`x${'é'.repeat(200_000)}`);
    expect(told).toBe(`x${'é'.repeat(1023)}`);
  });

  test('that gives no reason is told so', async () => {
    expect(await report('\n\u0007')).toBe('the host gave no reason');
  });

  test('is believed of nobody but the machine itself', async () => {
    const token = await launch('a');
    const reports = [
      { labId: 'a', machine, token: 'forged' },
      { labId: 'a', machine: 'LINUXtips-02', token },
      { labId: 'nobody', machine, token },
    ];
    for (const one of reports)
      await expect(reportEnrolmentFailure(deps, { ...one, message: 'x' })).rejects.toMatchObject(refused);
    expect((await labs.load('a'))?.enrolments).toEqual([]);
  });
});

/** Lets what waits run, into nothing. */
async function emptyQueue(): Promise<void> {
  queue.consume(async () => {});
  await queue.drain(clock.now());
}
