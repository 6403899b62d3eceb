import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ulid } from 'ulid';
import { SlipwayError } from '../core/errors.ts';
import { type SecretDeps, stacksKey } from '../engine/lab-secrets.ts';
import { StackSource } from '../lab/stack-source.ts';
import type { StackStore } from '../ports/store.ts';

export interface SourceDeps extends SecretDeps {
  stacks: StackStore;
}

/** design.md: a stack's files, compressed. */
const MOST_BYTES = 300 * 1024;
/** What was at most 300 KB packed is this at most again; the API takes 2 MiB, and base64 makes it a third longer. */
const MOST_UNPACKED_BYTES = 4 * 1024 * 1024;

/** AES-256-GCM, as NIST SP 800-38D has it: 96-bit nonce, 128-bit tag. */
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps a stack's source, compressed and sealed under the lab's own key: it may hold secrets.
 * @returns its id.
 * @throws SlipwayError `too_large` naming the limit.
 */
export async function keepSource(deps: SourceDeps, labId: string, source: StackSource): Promise<string> {
  const packed = await promisify(gzip)(JSON.stringify(source));
  if (packed.length > MOST_BYTES) {
    throw new SlipwayError(
      'too_large',
      `the stack's files are ${Math.ceil(packed.length / 1024)} KiB when compressed, and ${MOST_BYTES / 1024} is the most: put large files into an image`,
      { facts: { allowedBytes: MOST_BYTES } },
    );
  }
  const sourceId = ulid().toLowerCase();
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, await stacksKey(deps, labId), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(labId, sourceId));
  const sealed = Buffer.concat([nonce, cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
  await deps.stacks.put(labId, sourceId, sealed);
  return sourceId;
}

/** @throws SlipwayError `not_found` where it is not kept (any more). */
export async function loadSource(deps: SourceDeps, labId: string, sourceId: string): Promise<StackSource> {
  const kept = await deps.stacks.get(labId, sourceId);
  if (kept === undefined)
    throw new SlipwayError('not_found', `lab ${labId}: a stack's files are gone: send them again`);
  const sealed = Buffer.from(kept);
  const key = await stacksKey(deps, labId);
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(boundTo(labId, sourceId));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const packed = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  const text = await promisify(gunzip)(packed, { maxOutputLength: MOST_UNPACKED_BYTES });
  return StackSource.parse(JSON.parse(text.toString('utf8')));
}

/** A source that was moved under another lab or id does not open. */
function boundTo(labId: string, sourceId: string): Buffer {
  return Buffer.from(`slipway stack source\n${labId}\n${sourceId}`);
}
