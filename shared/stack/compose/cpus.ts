import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';

const DECIMAL = /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d{1,3}))?$/;
const FRACTION = /^([-+]?)(\d{1,18})\/(\d{1,18})$/;
const BILLION = 1_000_000_000n;
/** A thousandth of a processor; swarmkit, manager/controlapi/service.go, validateResources. */
const LEAST = 1_000_000n;

/** Processors (`"0.1"`, `".5"`, `"1e-1"`, `"1/2"`) in billionths, as the Engine takes them; undefined for what is none or finer. */
export function readCpus(text: string): number | undefined {
  const ratio = readRatio(text);
  if (ratio === undefined || (ratio.above * BILLION) % ratio.below !== 0n) return undefined;
  return Number((ratio.above * BILLION) / ratio.below);
}

function readRatio(text: string): { above: bigint; below: bigint } | undefined {
  const fraction = FRACTION.exec(text);
  if (fraction !== null) {
    const [, sign, above = '', below = ''] = fraction;
    if (BigInt(below) === 0n) return undefined;
    return { above: BigInt(above) * (sign === '-' ? -1n : 1n), below: BigInt(below) };
  }
  const [, sign, whole = '', part = '', power = '0'] = DECIMAL.exec(text) ?? [];
  if (`${whole}${part}` === '' || text.length > 40) return undefined;
  const digits = BigInt(`${whole}${part}`) * (sign === '-' ? -1n : 1n);
  const exponent = Number(power) - part.length;
  return exponent >= 0
    ? { above: digits * 10n ** BigInt(exponent), below: 1n }
    : { above: digits, below: 10n ** BigInt(-exponent) };
}

export const Cpus = byKind({
  text: z.string().transform((text, context) => {
    const billionths = text === '' ? 0 : readCpus(text);
    if (billionths === undefined || billionths > Number.MAX_SAFE_INTEGER) {
      refuse(context, [], `must be a number of processors such as "0.5", to nine places, not "${text}"`);
      return z.NEVER;
    }
    if (billionths !== 0 && billionths < LEAST) {
      refuse(context, [], `must be 0.001 of a processor at least, not "${text}"`);
    }
    return billionths;
  }),
});
