import { randomBytes } from 'node:crypto';
import { sha256 } from '../../core/ids.ts';

/** Crockford's base 32 in lower case: without i, l, o and u, which eyes and ears confuse. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const BYTES = 16;

/** 128 random bits, 26 characters: what a student joins a class with. Nobody keeps it; `hashOfCode` of it is kept. */
export function newJoinCode(): string {
  let bits = BigInt(`0x${randomBytes(BYTES).toString('hex')}`);
  let code = '';
  for (let length = 0; length < Math.ceil((BYTES * 8) / 5); length += 1) {
    code = `${ALPHABET[Number(bits & 31n)]}${code}`;
    bits >>= 5n;
  }
  return code;
}

/** By what a code is kept and found, however it was typed. */
export function hashOfCode(typed: string): string {
  const code = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return sha256(`join ${code}`);
}
