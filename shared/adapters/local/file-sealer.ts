import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { link, lstat, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SlipwayError } from '../../core/errors.ts';
import type { Sealer, SecretPurpose } from '../../ports/store.ts';

/** AES-256-GCM, as NIST SP 800-38D has it: 256-bit key, 96-bit nonce, 128-bit tag. */
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

type SealContext = { scope: string; purpose: SecretPurpose };

/** Seals with a key that never leaves this object. Random nonces are good for 2^32 secrets of one key. */
export class FileSealer implements Sealer {
  readonly #key: Buffer;
  readonly #path: string;

  private constructor(path: string, key: Buffer) {
    this.#path = path;
    this.#key = key;
  }

  /**
   * Reads the key file, or makes it, mode 0600, where it is absent.
   * @throws SlipwayError `invalid_input` where others may read it or it holds no key.
   */
  static async open(path: string): Promise<FileSealer> {
    await makeKeyIfAbsent(path);
    const file = await lstat(path);
    if (!file.isFile()) throw unusable(path, 'it is not a regular file');
    if ((file.mode & 0o077) !== 0) {
      const mode = (file.mode & 0o777).toString(8).padStart(4, '0');
      throw unusable(path, `its mode is ${mode}, so others may read it: chmod 600 ${path}`);
    }
    const key = await readFile(path);
    if (key.length !== KEY_BYTES) throw unusable(path, `it holds ${key.length} bytes, not ${KEY_BYTES}`);
    return new FileSealer(path, key);
  }

  async seal(plain: string, context: SealContext): Promise<string> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(context));
    const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${VERSION}.${sealed.toString('base64url')}`;
  }

  async open(sealed: string, context: SealContext): Promise<string> {
    const [version, text = ''] = sealed.split('.');
    const bytes = Buffer.from(text, 'base64url');
    if (version !== VERSION || bytes.length < NONCE_BYTES + TAG_BYTES) throw this.#refused(context);
    const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(boundTo(context));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]).toString('utf8');
    } catch {
      throw this.#refused(context);
    }
  }

  #refused({ scope, purpose }: SealContext): SlipwayError {
    return new SlipwayError(
      'internal',
      `the ${purpose} secret of ${scope} cannot be opened: it was sealed with another key than ${this.#path}, ` +
        'for another purpose, or it was changed. Put the key file back that was there when it was made',
    );
  }
}

/** A sealed secret moved to another scope or purpose does not open. */
function boundTo({ scope, purpose }: SealContext): Buffer {
  return Buffer.from(JSON.stringify([scope, purpose]));
}

/** Written aside, synced and linked: of two that start at once one key wins, and a crash leaves none or a whole one. */
async function makeKeyIfAbsent(path: string): Promise<void> {
  if (await lstat(path).catch(() => undefined)) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(KEY_BYTES));
    await file.sync();
    await file.close();
    await link(aside, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await file.close().catch(() => undefined);
    await rm(aside, { force: true });
  }
}

function unusable(path: string, reason: string): SlipwayError {
  return new SlipwayError('invalid_input', `the key file ${path} cannot be used: ${reason}`);
}
