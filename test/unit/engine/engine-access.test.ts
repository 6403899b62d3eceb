import { X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { createEngineAccess } from '../../../shared/engine/engine-access.ts';
import { ensureLabSecrets, labAuthority, type SecretDeps } from '../../../shared/engine/lab-secrets.ts';
import type { Engine, EngineAccess, EngineEndpoint } from '../../../shared/ports/engine.ts';
import { START } from '../../support/builders.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemorySealer } from '../../support/memory-sealer.ts';
import { MemorySecretStore } from '../../support/memory-secret-store.ts';
import { verifyCertificate } from '../../support/openssl.ts';

const MINUTE = 60_000;
const m1 = { name: 'm1', engine: { host: '100.64.0.2', port: 2376 } };
const m2 = { name: 'm2', engine: { host: '100.64.0.3', port: 2376 } };

let clock: ManualClock;
let secrets: MemorySecretStore;
let deps: SecretDeps;
let opened: EngineEndpoint[];
let access: EngineAccess;

beforeEach(async () => {
  clock = new ManualClock(START);
  secrets = new MemorySecretStore();
  deps = { secrets, sealer: new MemorySealer() };
  opened = [];
  await ensureLabSecrets(deps, 'a', START);
  await ensureLabSecrets(deps, 'b', START);
  const connect = (endpoint: EngineEndpoint) => {
    opened.push(endpoint);
    return { of: endpoint } as unknown as Engine;
  };
  access = createEngineAccess({ ...deps, clock, connector: { connect } });
});

const certificates = () => new Set(opened.map(({ cert }) => cert)).size;

describe('access to engines', () => {
  test('is by a client certificate of the lab’s own authority, good for an hour', async () => {
    await access.of('a', m1);
    const [endpoint] = opened;
    expect(endpoint).toMatchObject({ host: '100.64.0.2', port: 2376, serverName: 'm1' });
    const { ca = '', cert = '' } = endpoint ?? {};
    expect(ca).toBe((await labAuthority(deps, 'a')).cert);
    const valid = (purpose: 'sslclient' | 'sslserver', at: number) =>
      verifyCertificate({ ca, cert, purpose, at }).then(({ ok }) => ok);
    expect(await valid('sslclient', START + 59 * MINUTE)).toBe(true);
    expect(await valid('sslclient', START + 61 * MINUTE)).toBe(false);
    expect(await valid('sslserver', START)).toBe(false);
    expect(new X509Certificate(cert).subject).toBe('CN=slipway control plane');
  });

  test('shares one certificate among all who ask at once, and one engine per machine', async () => {
    const engines = await Promise.all([access.of('a', m1), access.of('a', m2), access.of('a', m1)]);
    expect(certificates()).toBe(1);
    expect(await access.of('a', m1)).toBe(engines[0]);
    expect(await access.of('a', m2)).toBe(engines[1]);
  });

  test('of two labs is by two authorities', async () => {
    await access.of('a', m1);
    await access.of('b', m1);
    expect(new Set(opened.map(({ ca }) => ca)).size).toBe(2);
  });

  test('connects anew to a machine that moved', async () => {
    await access.of('a', m1);
    await access.of('a', { name: 'm1', engine: { host: '127.0.0.1', port: 49153 } });
    expect(opened.map(({ host, port }) => `${host}:${port}`)).toEqual(['100.64.0.2:2376', '127.0.0.1:49153']);
    expect(certificates()).toBe(1);
  });

  test('renews its certificate before it ends', async () => {
    await access.of('a', m1);
    clock.advance(49 * 60);
    await access.of('a', m1);
    expect(certificates()).toBe(1);
    clock.advance(2 * 60);
    await access.of('a', m1);
    expect(certificates()).toBe(2);
  });

  test('to a forgotten lab begins anew, and fails once its authority is gone', async () => {
    await access.of('a', m1);
    access.forget('a');
    await access.of('a', m1);
    expect(certificates()).toBe(2);
    await secrets.remove('a');
    await access.of('a', m1);
    access.forget('a');
    await expect(access.of('a', m1)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('that failed is tried again by the next who asks', async () => {
    secrets.faults.failNext('get');
    const both = await Promise.allSettled([access.of('a', m1), access.of('a', m2)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await access.of('a', m1);
    expect(opened).toHaveLength(1);
  });
});
