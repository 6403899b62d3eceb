import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Authority, createAuthority, issueClient, signServer } from '../../../shared/engine/pki.ts';
import { START } from '../../support/builders.ts';
import { measureCpu } from '../../support/measure-cpu.ts';
import {
  describeCertificate,
  makeRequest,
  runIn,
  verifyCertificate,
  withFiles,
} from '../../support/openssl.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const now = START;
const addresses = ['100.64.0.2', '127.0.0.1'];
let authority: Authority;
let other: Authority;
let csr: string;
let serverKey: string;
let server: string;

beforeAll(async () => {
  authority = await createAuthority('lab-a', now);
  other = await createAuthority('lab-b', now);
  ({ csr, key: serverKey } = await makeRequest());
  server = await signServer({ authority, csr, machine: 'LINUXtips-01', addresses, now });
});

const client = (subject = 'ana') => issueClient({ authority, subject, notAfter: now + 30 * DAY, now });

/** The names of the extensions of a certificate, and under each what openssl says of it. */
function extensionsOf(pem: string): Record<string, string> {
  const lines = describeCertificate(pem).split('\n');
  const pairs = lines.flatMap((line, index) =>
    / {12}X509v3 /.test(line) ? [[line.trim(), (lines[index + 1] ?? '').trim()]] : [],
  );
  return Object.fromEntries(pairs);
}

describe('a lab’s authority', () => {
  test('may sign certificates and nothing else, at a depth of one, on P-256', () => {
    expect(extensionsOf(authority.cert)).toEqual({
      'X509v3 Basic Constraints: critical': 'CA:TRUE, pathlen:0',
      'X509v3 Key Usage: critical': 'Certificate Sign',
      'X509v3 Subject Key Identifier:': expect.stringMatching(/^[0-9A-F:]{59}$/),
    });
    expect(describeCertificate(authority.cert)).toContain('NIST CURVE: P-256');
  });

  test('lasts thirteen months from five minutes ago', () => {
    const { validFrom, validTo } = new X509Certificate(authority.cert);
    expect(Date.parse(validFrom)).toBe(now - 5 * MINUTE);
    expect((Date.parse(validTo) - now) / DAY).toBe(396);
  });

  test('is another for every lab, with another serial number', () => {
    expect(other.key).not.toBe(authority.key);
    const serials = [authority, other].map(({ cert }) => new X509Certificate(cert).serialNumber);
    expect(new Set(serials).size).toBe(2);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  });
});

describe('a host’s certificate', () => {
  test('is for a server only, with the machine’s name and the given addresses', () => {
    expect(extensionsOf(server)).toEqual({
      'X509v3 Basic Constraints: critical': 'CA:FALSE',
      'X509v3 Key Usage: critical': 'Digital Signature',
      'X509v3 Extended Key Usage:': 'TLS Web Server Authentication',
      'X509v3 Authority Key Identifier:': expect.any(String),
      'X509v3 Subject Key Identifier:': expect.any(String),
      'X509v3 Subject Alternative Name:': 'DNS:LINUXtips-01, IP Address:100.64.0.2, IP Address:127.0.0.1',
    });
  });

  test('satisfies openssl as a server at its name and addresses, and as nothing else', async () => {
    const ca = authority.cert;
    const check = (purpose: 'sslserver' | 'sslclient', more: string[] = []) =>
      verifyCertificate({ ca, cert: server, purpose, at: now, more });
    expect(await check('sslserver', ['-verify_hostname', 'LINUXtips-01'])).toMatchObject({ ok: true });
    expect(await check('sslserver', ['-verify_ip', '100.64.0.2'])).toMatchObject({ ok: true });
    expect(await check('sslserver', ['-verify_ip', '100.64.0.3'])).toMatchObject({ ok: false });
    expect(await check('sslclient')).toMatchObject({ ok: false });
  });

  test('is good for a host whose clock is five minutes behind', async () => {
    const at = (moment: number) =>
      verifyCertificate({ ca: authority.cert, cert: server, purpose: 'sslserver', at: moment });
    expect(await at(now - 5 * MINUTE)).toMatchObject({ ok: true });
    expect(await at(now - 6 * MINUTE)).toMatchObject({ ok: false });
  });

  test('takes nothing from the request but its key: no subject, no name, no usage, no authority', async () => {
    const greedy = await makeRequest({
      subject: '/O=evil/CN=other-machine',
      more: [
        ...['-addext', 'subjectAltName=DNS:other-machine,IP:10.0.0.1'],
        ...['-addext', 'basicConstraints=critical,CA:TRUE'],
        ...['-addext', 'extendedKeyUsage=clientAuth'],
        ...['-addext', 'keyUsage=keyCertSign'],
      ],
    });
    const cert = await signServer({ authority, csr: greedy.csr, machine: 'm1', addresses, now });
    const text = describeCertificate(cert);
    expect(text).not.toMatch(/evil|other-machine|10\.0\.0\.1|CA:TRUE|Client|Certificate Sign/);
    expect(text).toContain('Subject: CN=m1');
    const held = createPublicKey(createPrivateKey(greedy.key)).export({ type: 'spki', format: 'der' });
    expect(new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })).toEqual(held);
  });

  test('leaves out what is no address, and names each once, version 6 too', async () => {
    const cert = await signServer({
      authority,
      csr,
      machine: 'm1',
      addresses: ['::1', '10.1.2.3', '10.1.2.3', '', 'evil.example'],
      now,
    });
    expect(extensionsOf(cert)['X509v3 Subject Alternative Name:']).toBe(
      'DNS:m1, IP Address:0:0:0:0:0:0:0:1, IP Address:10.1.2.3',
    );
  });

  test('does not outlive its authority', async () => {
    const late = now + 300 * DAY;
    const cert = await signServer({ authority, csr, machine: 'm1', addresses, now: late });
    expect(new X509Certificate(cert).validTo).toBe(new X509Certificate(authority.cert).validTo);
  });
});

describe('a request that cannot be taken', () => {
  const sign = (request: string) => signServer({ authority, csr: request, machine: 'm1', addresses, now });
  const pem = (der: Buffer) =>
    `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  const der = () => Buffer.from(csr.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');

  test.each([
    ['an RSA key', ['-newkey', 'rsa:2048'], /P-256/],
    ['a key of another curve', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], /P-256/],
    ['an Ed25519 key', ['-newkey', 'ed25519'], /P-256/],
  ])('is one with %s', async (_what, newkey, words) => {
    const made = await makeRequest({ newkey });
    await expect(sign(made.csr)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(words),
    });
  });

  test('is one signed by a key that it does not hold', async () => {
    const stranger = await makeRequest();
    const pointOf = (key: string) =>
      createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' }).subarray(-65);
    const swapped = der();
    pointOf(stranger.key).copy(swapped, swapped.indexOf(pointOf(serverKey)));
    await expect(sign(pem(swapped))).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('not signed by the key'),
    });
  });

  test('is one with a bit turned, wherever it is', async () => {
    const whole = der();
    for (let index = 0; index < whole.length; index += 7) {
      const turned = Buffer.from(whole);
      turned[index] = (turned[index] ?? 0) ^ 0x10;
      await expect(sign(pem(turned)), `byte ${index}`).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });

  test.each([
    ['nothing', ''],
    ['words', 'let me in'],
    ['an empty block', '-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n'],
    ['no ASN.1', pem(Buffer.from('not asn.1 at all'))],
    ['a deep nest', pem(Buffer.alloc(2000, 0x30))],
  ])('is %s', async (_what, text) => {
    await expect(sign(text)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('is a huge one, refused before it is parsed', async () => {
    const huge = `${csr}${' '.repeat(5_000_000)}`;
    const refuse = () =>
      expect(sign(huge)).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('4096'),
      });
    expect((await measureCpu(refuse)).milliseconds).toBeLessThan(200);
    await expect(sign(csr + csr)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('a client’s certificate', () => {
  test('is for a client only, until the moment asked for', async () => {
    const { cert, ca, expiresAt } = await client();
    expect(ca).toBe(authority.cert);
    expect(expiresAt).toBe(new Date(now + 30 * DAY).toISOString());
    const { 'X509v3 Extended Key Usage:': usage, ...rest } = extensionsOf(cert);
    expect(usage).toBe('TLS Web Client Authentication');
    expect(Object.keys(rest)).not.toContain('X509v3 Subject Alternative Name:');
    const check = (purpose: 'sslserver' | 'sslclient', at: number) =>
      verifyCertificate({ ca, cert, purpose, at });
    expect(await check('sslclient', now - 5 * MINUTE)).toMatchObject({ ok: true });
    expect(await check('sslclient', now + 30 * DAY - 1000)).toMatchObject({ ok: true });
    expect(await check('sslclient', now + 30 * DAY + 1000)).toMatchObject({ ok: false });
    expect(await check('sslserver', now)).toMatchObject({ ok: false });
  });

  test('carries a hostile subject as words, bounded', async () => {
    const hostile = ['x,O=admin+CN=y', '#0401ff', 'a\nb', 'é'.repeat(500)];
    for (const subject of hostile) {
      const { cert } = await client(subject);
      const parsed = new X509Certificate(cert).toLegacyObject().subject as unknown as Record<string, string>;
      expect(parsed).toEqual({ CN: [...subject].slice(0, 64).join('') });
    }
  });

  test('comes with its own key, PKCS8, which openssl takes', async () => {
    const { cert, key } = await client();
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const fromKey = await withFiles({ 'key.pem': key }, (folder) =>
      runIn(folder, 'openssl', ['pkey', '-in', 'key.pem', '-pubout']),
    );
    const held = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'pem' });
    expect(fromKey).toEqual({ ok: true, words: held });
  });

  test('never outlives the authority, and is not made for a time that is past', async () => {
    const long = await issueClient({ authority, subject: 'ana', notAfter: now + 900 * DAY, now });
    expect(Date.parse(long.expiresAt)).toBe(now + 396 * DAY);
    await expect(issueClient({ authority, subject: 'ana', notAfter: now, now })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('of one lab does not hold under another lab’s authority', async () => {
    const { cert } = await client();
    expect(await verifyCertificate({ ca: other.cert, cert, purpose: 'sslclient', at: now })).toMatchObject({
      ok: false,
    });
  });

  test('makes one believe nothing signed by itself: it is no authority', async () => {
    const mine = await client();
    const forged = await issueClient({
      authority: { cert: mine.cert, key: mine.key },
      subject: 'mallory',
      notAfter: now + DAY,
      now,
    });
    const verdict = await verifyCertificate({
      ca: authority.cert + mine.cert,
      cert: forged.cert,
      purpose: 'sslclient',
      at: now,
    });
    expect(verdict.ok).toBe(false);
  });
});

describe('over real TLS', () => {
  /** A server that asks for a certificate as dockerd --tlsverify does, and one call to it. */
  async function talk(lab: Authority, as: Authority): Promise<string> {
    const real = Date.now();
    const made = await makeRequest();
    const cert = await signServer({ authority: lab, csr: made.csr, machine: 'm1', addresses, now: real });
    const me = await issueClient({ authority: as, subject: 'ana', notAfter: real + DAY, now: real });
    const listener = createServer(
      { ca: lab.cert, cert, key: made.key, requestCert: true, rejectUnauthorized: true },
      (socket) => socket.end('hello'),
    );
    listener.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as { port: number };
    try {
      return await new Promise((resolve, reject) => {
        const socket = connect({
          host: '127.0.0.1',
          port,
          servername: 'm1',
          ca: lab.cert,
          cert: me.cert,
          key: me.key,
        });
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk;
        });
        socket.on('end', () => (text === '' ? reject(new Error('closed without a word')) : resolve(text)));
        socket.on('error', reject);
      });
    } finally {
      listener.close();
    }
  }

  test('a lab’s own certificate is let in, another lab’s is not', async () => {
    const a = await createAuthority('lab-a', Date.now());
    const b = await createAuthority('lab-b', Date.now());
    expect(await talk(a, a)).toBe('hello');
    await expect(talk(a, b)).rejects.toThrow();
  });
});
