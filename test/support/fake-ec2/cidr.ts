import { isIPv4, isIPv6 } from 'node:net';

/** An IPv4 range with its host bits cleared, as EC2 keeps it; undefined where it is none. */
export function canonicalIpv4(cidr: string): string | undefined {
  const [address = '', bits = ''] = cidr.split('/');
  if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  const size = 2 ** (32 - Number(bits));
  return `${ipv4Text(Math.floor(ipv4Number(address) / size) * size)}/${Number(bits)}`;
}

/** The same for IPv6, in its shortest spelling. */
export function canonicalIpv6(cidr: string): string | undefined {
  const [address = '', bits = ''] = cidr.split('/');
  if (!isIPv6(address) || address.includes('%') || !/^\d{1,3}$/.test(bits) || Number(bits) > 128) {
    return undefined;
  }
  const hostBits = BigInt(128 - Number(bits));
  const network = (ipv6Number(address) >> hostBits) << hostBits;
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((network >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  );
  return `${shortest(groups.join(':'))}/${Number(bits)}`;
}

export function ipv4Number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

function ipv6Number(address: string): bigint {
  const groups = shortest(address).split('::');
  const [head = [], tail = []] = groups.map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

/** The URL parser writes IPv6 as RFC 5952 asks, dotted tails included. */
function shortest(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
