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

const CLASS_WAKE = 'class/';

/** By what a class is woken, where a lab is woken by its id; no lab's id has a slash. */
export function wakeIdOfClass(classId: string): string {
  return `${CLASS_WAKE}${classId}`;
}

/** @returns undefined for what wakes a lab. */
export function classOfWakeId(wakeId: string): string | undefined {
  return wakeId.startsWith(CLASS_WAKE) ? wakeId.slice(CLASS_WAKE.length) : undefined;
}
