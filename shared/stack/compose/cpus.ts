import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';

/** Digits before the point, and as many after it as a billionth has. */
const CPUS = /^\d{0,6}(?:\.\d{0,9})?$/;

/** Processors (`"0.1"`) in billionths, as the Engine takes them. */
export const Cpus = byKind({
  text: z.string().transform((text, context) => {
    if (CPUS.test(text) && /\d/.test(text)) return Math.round(Number(text) * 1e9);
    refuse(context, [], `must be a number of processors such as "0.5", to nine places, not "${text}"`);
    return z.NEVER;
  }),
});
