import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';

/** A number as Go reads one; then a space at most, a letter, and what may follow it. */
const SIZE = /^(\+?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?) ?(?:([kmgtp])(?:i?b)?|b)?$/i;
const LONGEST_TEXT = 100;
const LETTERS = 'kmgtp';

/** Docker's size (`50M`, `1gb`, `1.5g`, `512`) in bytes, a letter being a power of 1024; undefined for what is none. */
export function readSize(text: string): number | undefined {
  const [, amount, letter = ''] = text.length > LONGEST_TEXT ? [] : (SIZE.exec(text) ?? []);
  if (amount === undefined) return undefined;
  const power = letter === '' ? 0 : LETTERS.indexOf(letter.toLowerCase()) + 1;
  const bytes = Math.trunc(Number(amount) * 1024 ** power);
  return bytes < 2 ** 63 ? bytes : undefined;
}

export const SizeText = byKind({
  text: z.string().transform((text, context) => {
    const bytes = readSize(text);
    if (bytes !== undefined) return bytes;
    refuse(context, [], `must be a size such as 50M or 1G, not "${text}"`);
    return z.NEVER;
  }),
});
