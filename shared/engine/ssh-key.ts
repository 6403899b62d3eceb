import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** A lab's SSH key pair. */
export interface SshKey {
  /** PEM (SEC1), as every OpenSSH since 5.7 reads it. */
  privateKey: string;
  /** One line of `authorized_keys`, without its end. */
  publicKey: string;
}

const TYPE = 'ecdsa-sha2-nistp256';
/** An uncompressed point: 04, x, y. It ends the key's SubjectPublicKeyInfo. */
const POINT_LENGTH = 65;

/**
 * Makes an ECDSA P-256 key pair.
 * @param comment ends the public key's line; characters that could end the line are left out.
 */
export async function createSshKey(comment: string): Promise<SshKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-POINT_LENGTH);
  // RFC 5656, 3.1: the type, the curve's name, the point.
  const blob = Buffer.concat([TYPE, 'nistp256', point].map(asString)).toString('base64');
  const words = comment.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '').slice(0, 200);
  return {
    privateKey: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    publicKey: `${TYPE} ${blob} ${words}`.trimEnd(),
  };
}

/** RFC 4251's string: four bytes of length, then the bytes. */
function asString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
