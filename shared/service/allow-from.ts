import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { type InputIssue, SlipwayError } from '../core/errors.ts';
import type { Caller } from './caller.ts';

const MOST_RANGES = 5;
/** A shorter prefix is as good as the whole world: two halves make it. */
const SHORTEST_PREFIX = 8;
const CIDR = /^(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d|[12]\d|3[0-2]))?$/;

/** Who may reach a lab: IPv4 addresses or CIDRs. */
export const AllowFrom = z
  .array(
    z
      .string()
      .refine(
        (text) => isIPv4(CIDR.exec(text)?.[1] ?? ''),
        'must be an IPv4 address or CIDR, such as 203.0.113.7 or 203.0.113.0/24',
      )
      .describe('IPv4 address or CIDR'),
  )
  .max(MOST_RANGES, `must hold at most ${MOST_RANGES} ranges`);

/**
 * The ranges as they are recorded: masked, each once.
 * @throws SlipwayError `invalid_input` where a range is wider than this caller may open.
 */
export function readAllowFrom(caller: Caller, ranges: string[]): string[] {
  const issues: InputIssue[] = ranges.flatMap((range, index) => {
    if (caller.role === 'operator' || prefixOf(range) >= SHORTEST_PREFIX) return [];
    const message = `only an operator may open a lab this wide (${range}); name your own address`;
    return [{ pointer: `/allowFrom/${index}`, message }];
  });
  if (issues.length > 0) throw new SlipwayError('invalid_input', 'allowFrom is too wide', { issues });
  return [...new Set(ranges.map(canonical))];
}

/** The caller's own address as a range; none where it is not an IPv4 one. */
export function ownRange(address: string | undefined): string[] {
  const plain = address?.replace(/^::ffff:/i, '') ?? '';
  return isIPv4(plain) ? [`${plain}/32`] : [];
}

function prefixOf(range: string): number {
  return Number(CIDR.exec(range)?.[2] ?? 32);
}

/** 203.0.113.7/24 is 203.0.113.0/24: EC2 records it so, and would call ours another. */
function canonical(range: string): string {
  const prefix = prefixOf(range);
  const address = CIDR.exec(range)?.[1] ?? '';
  const bits = address.split('.').reduce((total, octet) => total * 256 + Number(octet), 0);
  const size = 2 ** (32 - prefix);
  const start = Math.floor(bits / size) * size;
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${octets.join('.')}/${prefix}`;
}
