import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { section } from './section.ts';
import { oneOf } from './texts.ts';

/** One port of a service, in the Engine's words. */
export interface PortConfig {
  Protocol: 'tcp' | 'udp' | 'sctp';
  TargetPort: number;
  /** Absent: the swarm chooses one. */
  PublishedPort?: number;
  PublishMode: 'ingress' | 'host';
}

const ADDRESS = String.raw`(?:\[[0-9a-f:]+\]|\d+\.\d+\.\d+\.\d+):`;
const SHORT = new RegExp(
  String.raw`^(?:${ADDRESS})?(?:(?:(\d+)(?:-(\d+))?)?:)?(\d+)(?:-(\d+))?(?:/(tcp|udp|sctp))?$`,
  'i',
);
const FORMS = 'must be a port such as "8080:80", "53:53/udp", "3000-3002:3000-3002" or 6379';

/** A short port, one entry for each port that it means; undefined for what is none. An address before it is ignored, as the CLI does. */
export function readShortPort(text: string): PortConfig[] | undefined {
  const match = SHORT.exec(text);
  if (match === null) return undefined;
  const [from, to, target, last] = match
    .slice(1, 5)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const inRange = [from, to, target, last].every((port) => port === undefined || port <= 65_535);
  if (target === undefined || !inRange) return undefined;
  const targets = range(target, last ?? target);
  const published = from === undefined ? [] : range(from, to ?? from);
  const pairs = pairUp(published, targets)?.sort(([, a], [, b]) => asText(a, b));
  const Protocol = (match[5]?.toLowerCase() ?? 'tcp') as PortConfig['Protocol'];
  return pairs?.map(([outside, inside]) => ({
    Protocol,
    TargetPort: inside,
    ...(outside === undefined || outside === 0 ? {} : { PublishedPort: outside }),
    PublishMode: 'ingress' as const,
  }));
}

/** The CLI sorts one entry's ports as texts: 10, 11, 9. */
function asText(a: number, b: number): number {
  if (a === b) return 0;
  return String(a) < String(b) ? -1 : 1;
}

/** Ranges as long as each other go in step; a range to one port is all of them to that one. */
function pairUp(published: number[], targets: number[]): [number | undefined, number][] | undefined {
  const [only = 0] = targets;
  if (targets.length === 0) return undefined;
  if (published.length === 0) return targets.map((target) => [undefined, target]);
  if (targets.length === 1) return published.map((port) => [port, only]);
  if (published.length !== targets.length) return undefined;
  return targets.map((target, index): [number | undefined, number] => [published[index], target]);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

const ShortPort = z.union([z.string(), z.number()]).transform((given, context) => {
  const ports = readShortPort(String(given));
  if (ports !== undefined) return ports;
  refuse(context, [], `${FORMS}, not "${given}"`);
  return z.NEVER;
});

const Port = byKind({
  number: z
    .number()
    .refine((port) => Number.isInteger(port) && port >= 0 && port <= 65_535, 'must be a port, 0 to 65535'),
});

const LongPort = section({
  target: Port,
  published: Port.optional(),
  protocol: oneOf('tcp', 'udp', 'sctp').default('tcp'),
  mode: oneOf('ingress', 'host').default('ingress'),
}).transform(({ target, published, protocol, mode }): PortConfig[] => [
  {
    Protocol: protocol,
    TargetPort: target,
    ...(published === undefined || published === 0 ? {} : { PublishedPort: published }),
    PublishMode: mode,
  },
]);

/** A service's ports in the order the CLI sends them: by published port, those the swarm is to choose first. */
export const Ports = byKind({
  list: z
    .array(byKind({ text: ShortPort, number: ShortPort, mapping: LongPort }))
    .transform((ports) => ports.flat().sort((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0))),
});
