import { isIP } from 'node:net';
import { z } from 'zod';
import type { PortConfig } from '../../ports/engine.ts';
import { byKind, refuse } from './by-kind.ts';
import { Whole } from './numbers.ts';
import { section } from './section.ts';
import { Text } from './texts.ts';
import { refuseTwice } from './unique.ts';

const FORMS =
  'must be a port such as "8080:80", "53:53/udp", "3000-3002:3000-3002" or 6379, 1000 in a range at most';
const HIGHEST_PORT = 65_535;
/** A range of more is a slip, and each of them is kept by the swarm. */
const MOST_PORTS = 1000;

/** A short port, one entry for each port that it means; undefined for what is none. An address before it is ignored, as the CLI does. */
export function readShortPort(text: string): PortConfig[] | undefined {
  const parts = text.split(':');
  const [target = '', protocol] = (parts.at(-1) ?? '').split('/');
  const Protocol = (protocol || 'tcp').toLowerCase();
  if (Protocol !== 'tcp' && Protocol !== 'udp' && Protocol !== 'sctp') return undefined;
  if (parts.length > 2 && !isAddress(parts.slice(0, -2).join(':'))) return undefined;
  const targets = readRange(target);
  const outside = parts.at(-2) ?? '';
  const published = outside === '' ? [] : readRange(outside);
  if (targets === undefined || published === undefined) return undefined;
  const pairs = pairUp(published, targets)?.sort(([, a], [, b]) => asText(a, b));
  return pairs?.map(([port, inside]) => ({
    Protocol,
    TargetPort: inside,
    ...(port === undefined || port === 0 ? {} : { PublishedPort: port }),
    PublishMode: 'ingress' as const,
  }));
}

function isAddress(text: string): boolean {
  const address = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  return address === '' || (isIP(address) !== 0 && !address.includes('%'));
}

/** The CLI sorts one entry's ports as texts: 10, 11, 9. */
function asText(a: number, b: number): number {
  if (a === b) return 0;
  return String(a) < String(b) ? -1 : 1;
}

/** Ranges as long as each other go in step; a range to one port is all of them to that one. */
function pairUp(published: number[], targets: number[]): [number | undefined, number][] | undefined {
  const [only = 0] = targets;
  if (published.length === 0) return targets.map((target) => [undefined, target]);
  if (targets.length === 1) return published.map((port) => [port, only]);
  if (published.length !== targets.length) return undefined;
  return targets.map((target, index): [number | undefined, number] => [published[index], target]);
}

function readRange(text: string): number[] | undefined {
  const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  if (first === undefined || Number(last) > HIGHEST_PORT) return undefined;
  const beyond = Number(last) - Number(first);
  if (beyond < 0 || beyond >= MOST_PORTS) return undefined;
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
}

const ShortPort = z.union([z.string(), z.number()]).transform((given, context) => {
  const ports = readShortPort(String(given));
  if (ports !== undefined) return ports;
  refuse(context, [], `${FORMS}, not "${given}"`);
  return z.NEVER;
});

/** Past the highest port the CLI and the swarm take any number, and no task ever listens there. */
const Port = Whole.refine((port) => port < 2 ** 32, `must be a port, 0 to ${HIGHEST_PORT}`);

/** What a swarm knows by another case, and takes for the first of its words where it does not know it. */
function known<const Word extends string>(text: string | undefined, ...words: [Word, ...Word[]]): Word {
  return words.find((word) => word === text?.toLowerCase()) ?? words[0];
}

const LongPort = section({
  target: Port.optional(),
  published: Port.optional(),
  protocol: Text.optional(),
  mode: Text.optional(),
}).transform(({ target = 0, published, protocol, mode }): PortConfig[] => [
  {
    Protocol: known(protocol, 'tcp', 'udp', 'sctp'),
    TargetPort: target,
    ...(published === undefined || published === 0 ? {} : { PublishedPort: published }),
    PublishMode: known(mode, 'ingress', 'host'),
  },
]);

const NoFloat = z.unknown().transform((given, context) => {
  refuse(context, [], `${FORMS}, not ${String(given)}`);
  return z.NEVER;
});

/** A service's ports in the order the CLI sends them: by published port, those the swarm is to choose first. */
export const Ports = byKind({
  list: z
    .array(z.unknown())
    .superRefine(refuseTwice)
    .pipe(z.array(byKind({ text: ShortPort, number: ShortPort, float: NoFloat, mapping: LongPort })))
    .transform((lists, context) => {
      const ports = lists.flat();
      if (ports.length > MOST_PORTS)
        refuse(context, [], `are ${ports.length}, and ${MOST_PORTS} is the most`);
      return ports.sort((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0));
    }),
});
