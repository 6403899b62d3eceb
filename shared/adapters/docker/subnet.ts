import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/**
 * Labs' networks are /26 (62 hosts) out of 100.64.0.0/10, the range for carrier-grade NAT (RFC 6598): Docker's own
 * pools hold only about 30 networks, and Swarm's overlays take 10.0.0.0/8.
 */
const POOL = '100.64.0.0/10';
const LAB_BITS = 26;
const CHOICES = 2 ** (LAB_BITS - 10);

/** A range of addresses, both ends included, as numbers. */
interface Range {
  first: number;
  last: number;
}

/** A random subnet of the pool that overlaps none of the ranges given (CIDR; what is not IPv4 is passed over). */
export function chooseSubnet(
  taken: string[],
  random: (below: number) => number = (below) => randomInt(below),
): string {
  const ranges = taken.map(rangeOf).filter((range) => range !== undefined);
  const start = random(CHOICES);
  for (let step = 0; step < CHOICES; step += 1) {
    const subnet = nthSubnet((start + step) % CHOICES);
    const { first, last } = rangeOf(subnet) as Range;
    if (!ranges.some((range) => range.first <= last && first <= range.last)) return subnet;
  }
  throw new Error(`every subnet of ${POOL} overlaps a network of this machine`);
}

/** The `index`-th address of a subnet: 0 is the network's own, 1 its gateway. */
export function addressIn(subnet: string, index: number): string {
  return textOf((rangeOf(subnet)?.first ?? 0) + index);
}

/** The lowest addresses from .2 that are not taken, as many as asked. */
export function freeAddresses(subnet: string, taken: string[], count: number): string[] {
  const range = rangeOf(subnet);
  const free: string[] = [];
  // The last address is the broadcast's.
  for (
    let number = (range?.first ?? 0) + 2;
    free.length < count && number < (range?.last ?? 0);
    number += 1
  ) {
    const address = textOf(number);
    if (!taken.includes(address)) free.push(address);
  }
  return free;
}

/** What this machine routes already: its interfaces, and the kernel's table where there is one to read. */
export function machineRanges(): string[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ cidr }) => (cidr === null ? [] : [cidr])),
  );
  return [...interfaces, ...kernelRoutes()];
}

function kernelRoutes(): string[] {
  let table: string;
  try {
    table = readFileSync('/proc/net/route', 'utf8');
  } catch {
    return []; // not Linux
  }
  return routesOf(table);
}

/** The ranges of `/proc/net/route` (little-endian hexadecimal), the default route left out. */
export function routesOf(table: string): string[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, destination = '', , , , , , mask = ''] = line.split('\t');
      const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
      if (!/^[0-9A-F]{8}$/.test(destination) || !/^[0-9A-F]{8}$/.test(mask) || mask === '00000000') return [];
      const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(destination.slice(at, at + 2), 16));
      return [`${bytes.join('.')}/${bits}`];
    });
}

function nthSubnet(index: number): string {
  const base = rangeOf(POOL)?.first ?? 0;
  return `${textOf(base + index * 2 ** (32 - LAB_BITS))}/${LAB_BITS}`;
}

function rangeOf(cidr: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (match === null) return undefined;
  const number = match.slice(1, 5).reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - Number(match[5]));
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
