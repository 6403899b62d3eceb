import 'reflect-metadata'; // must come before @peculiar/x509, which throws on load without it
import type { webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { SlipwayError } from '../core/errors.ts';

/** Ten times what openssl makes for a P-256 key; a parser is kept away from more. */
const LONGEST_CSR = 4096;
const ONE_PEM_BLOCK =
  /^\s*-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END (?:NEW )?CERTIFICATE REQUEST-----\s*$/;

/**
 * The public key of a certificate request whose sender proved to hold its private key.
 * @param csr one PEM block of at most 4 KiB, with a P-256 key and an ECDSA signature.
 * @throws SlipwayError `invalid_input` that says what is wrong with it.
 */
export async function readRequestKey(csr: string): Promise<webcrypto.CryptoKey> {
  if (csr.length > LONGEST_CSR) throw refused(`is ${csr.length} characters long, more than ${LONGEST_CSR}`);
  const body = ONE_PEM_BLOCK.exec(csr)?.[1];
  if (body === undefined) throw refused('is not one PEM block "CERTIFICATE REQUEST"');
  const request = parse(Buffer.from(body, 'base64'));
  const { algorithm } = request.publicKey;
  if (algorithm.name !== 'ECDSA' || (algorithm as { namedCurve?: string }).namedCurve !== 'P-256')
    throw refused('does not hold a P-256 key; make one with -newkey ec -pkeyopt ec_paramgen_curve:P-256');
  // Importing checks that the point is on the curve.
  const key = await request.publicKey
    .export({ name: 'ECDSA', namedCurve: 'P-256' }, ['verify'])
    .catch((cause: unknown) => {
      throw refused('holds a key that is no point of P-256', cause);
    });
  const proven = await request.verify().catch(() => false);
  if (!proven) throw refused('is not signed by the key that it holds');
  return key;
}

function parse(der: Buffer): Pkcs10CertificateRequest {
  try {
    const request = new Pkcs10CertificateRequest(new Uint8Array(der));
    void request.publicKey.algorithm;
    return request;
  } catch (cause) {
    throw refused('is not a PKCS#10 certificate request', cause);
  }
}

function refused(reason: string, cause?: unknown): SlipwayError {
  return new SlipwayError('invalid_input', `the certificate request ${reason}`, {
    cause,
    issues: [{ pointer: '', message: `the certificate request ${reason}` }],
  });
}
