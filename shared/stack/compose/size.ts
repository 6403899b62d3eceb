import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { Whole } from './texts.ts';

const SIZE = /^(\d+(?:\.\d+)?) ?([kmgtp])?(?:i?b)?$/i;
const LETTERS = 'kmgtp';

/** Docker's size (`50M`, `1gb`, `512`) in bytes, a letter being a power of 1024; undefined for what is none. */
export function readSize(text: string): number | undefined {
  const [, amount, letter = ''] = SIZE.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const power = letter === '' ? 0 : LETTERS.indexOf(letter.toLowerCase()) + 1;
  return Math.trunc(Number(amount) * 1024 ** power);
}

export const Size = byKind({
  number: Whole,
  text: z.string().transform((text, context) => {
    const bytes = readSize(text);
    if (bytes !== undefined) return bytes;
    refuse(context, [], `must be a size such as 50M or 1G, not "${text}"`);
    return z.NEVER;
  }),
});
