import 'reflect-metadata'; // must come before @peculiar/x509, which throws on load without it
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { SlipwayError } from '../core/errors.ts';
import { readRequestKey } from './certificate-request.ts';
import type { Authority, ClientCertificate, ClientRequest, ServerRequest } from './pki.ts';

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** Thirteen months, the longest that certificate checkers take without complaint: 397 days, less one for zones. */
const LIFETIME_MS = 396 * 86_400_000;
/** Hosts' and students' clocks may be behind ours. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** RFC 5280's upper bound of a common name. */
const COMMON_NAME_LENGTH = 64;

export async function createAuthority(labId: string, now: number): Promise<Authority> {
  const keys = await makeKeys();
  const certificate = await sign({
    subject: nameOf(`Slipway lab ${labId}`),
    issuer: nameOf(`Slipway lab ${labId}`),
    notAfter: now + LIFETIME_MS,
    now,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pem(certificate), key: privatePem(keys.privateKey) };
}

export async function signServer(request: ServerRequest): Promise<string> {
  const { authority, machine, now } = request;
  const publicKey = await readRequestKey(request.csr);
  const addresses = [...new Set(request.addresses)].filter((address) => isIP(address) !== 0);
  const certificate = await signEnd(authority, publicKey, {
    subject: machine,
    usage: ExtendedKeyUsage.serverAuth,
    notAfter: now + LIFETIME_MS,
    now,
    more: [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: machine },
        ...addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
    ],
  });
  return pem(certificate);
}

export async function issueClient(request: ClientRequest): Promise<ClientCertificate> {
  const { authority, subject, notAfter, now } = request;
  if (notAfter <= now)
    throw new SlipwayError('conflict', 'a certificate cannot end before it begins; extend the lab first');
  const keys = await makeKeys();
  const certificate = await signEnd(authority, keys.publicKey, {
    subject,
    usage: ExtendedKeyUsage.clientAuth,
    notAfter,
    now,
    more: [],
  });
  return {
    ca: authority.cert,
    cert: pem(certificate),
    key: privatePem(keys.privateKey),
    expiresAt: certificate.notAfter.toISOString(),
  };
}

async function signEnd(
  authority: Authority,
  publicKey: webcrypto.CryptoKey,
  end: { subject: string; usage: ExtendedKeyUsage; notAfter: number; now: number; more: Extension[] },
): Promise<X509Certificate> {
  const issuer = new X509Certificate(authority.cert);
  return sign({
    subject: nameOf(end.subject),
    issuer: issuer.subjectName,
    // What outlives its authority is refused by every client, with words that mislead.
    notAfter: Math.min(end.notAfter, issuer.notAfter.getTime()),
    now: end.now,
    publicKey,
    signingKey: await readPrivateKey(authority.key),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([end.usage]),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await SubjectKeyIdentifierExtension.create(publicKey),
      ...end.more,
    ],
  });
}

function sign(parts: {
  subject: Name;
  issuer: Name;
  notAfter: number;
  now: number;
  publicKey: webcrypto.CryptoKey;
  signingKey: webcrypto.CryptoKey;
  extensions: Extension[];
}): Promise<X509Certificate> {
  return X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: parts.subject,
    issuer: parts.issuer,
    notBefore: new Date(parts.now - CLOCK_SKEW_MS),
    notAfter: new Date(parts.notAfter),
    signingAlgorithm: signing,
    publicKey: parts.publicKey,
    signingKey: parts.signingKey,
    extensions: parts.extensions,
  });
}

/** As an object, never as a string: `x,O=y` or `#04…` in a subject would otherwise be parsed. */
function nameOf(commonName: string): Name {
  const text = [...commonName].slice(0, COMMON_NAME_LENGTH).join('');
  return new Name([{ CN: [{ utf8String: text }] }]);
}

/** 128 bits, the first two `01`, so that it is positive and of full length. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
}

/** PKCS8, which Go, OpenSSL and Node all read. */
function privatePem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

function readPrivateKey(text: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(text.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  return webcrypto.subtle.importKey('pkcs8', der, ecdsa, false, ['sign']);
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}
