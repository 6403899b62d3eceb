import { z } from 'zod';
import { byKind } from './by-kind.ts';

const number = z.number('is too large a number');
const whole = number.refine(Number.isSafeInteger, 'must be a whole number');

/** A whole number, below zero too. */
export const Integer = byKind({ number: whole });
/** A whole number of nought or more. */
export const Whole = byKind({ number: whole.nonnegative('must not be negative') });
/** A number of nought or more, whose fraction the CLI drops. */
export const Truncated = byKind({
  number: number.nonnegative('must not be negative').transform(Math.trunc),
});
/** The same, below zero too. */
export const TruncatedInteger = byKind({ number: number.transform(Math.trunc) });

/** A float as Go's `fmt` writes it: as few digits as tell it, with an exponent below 1e-4 and from 1e6 on. */
export function writeFloat(number: number): string {
  if (Object.is(number, -0)) return '-0';
  const [mantissa = '', exponent = '0'] = number.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(number);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
