import { createHash, randomBytes } from 'node:crypto';
import { ulid } from 'ulid';

/** A lab's id: a lower-case ULID, so that ids sort by time and are legal in Docker's and AWS's names. */
export function newLabId(now: number): string {
  return ulid(now).toLowerCase();
}

/** 256 random bits in base64url: the strength of every token and seed we make. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
