import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { JsonRefusal, type JsonService, startJsonService } from './json-service.ts';

/** Encrypt's limit on a plaintext under a symmetric key. */
const MOST_BYTES = 4096;

/** KMS with one symmetric key, on the wire: Encrypt and Decrypt, bound to their encryption context. */
export async function startFakeKms(keyId: string): Promise<JsonService> {
  const key = randomBytes(32);
  const requireKey = (given: string) => {
    if (given !== keyId) throw new JsonRefusal('NotFoundException', `no key ${given}`);
  };
  return startJsonService('TrentService', {
    Encrypt({ KeyId, Plaintext, EncryptionContext }) {
      requireKey(KeyId);
      const plain = Buffer.from(Plaintext, 'base64');
      if (plain.length < 1 || plain.length > MOST_BYTES) {
        throw new JsonRefusal('ValidationException', `plaintext of ${plain.length} bytes`);
      }
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(canonical(EncryptionContext));
      const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return { CiphertextBlob: sealed.toString('base64'), KeyId: keyId };
    },
    Decrypt({ KeyId, CiphertextBlob, EncryptionContext }) {
      requireKey(KeyId);
      const sealed = Buffer.from(CiphertextBlob, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
        decipher.setAAD(canonical(EncryptionContext));
        decipher.setAuthTag(sealed.subarray(-16));
        const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
        return { Plaintext: plain.toString('base64'), KeyId: keyId };
      } catch {
        throw new JsonRefusal('InvalidCiphertextException', '');
      }
    },
  });
}

function canonical(context: Record<string, string> = {}): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort()));
}
