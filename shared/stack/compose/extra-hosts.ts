import { z } from 'zod';
import { byKind } from './by-kind.ts';
import { refuseEmptyName, Texts, Value } from './texts.ts';

/** `NAME:ADDRESS`, `NAME=ADDRESS` or a mapping, to the order of a file of hosts: address, then name. */
export const ExtraHosts = byKind({
  list: Texts.transform((hosts) =>
    hosts.flatMap((host) => {
      // As in the docker command, a = anywhere goes before a colon.
      const [name, address] = splitAt(host, '=') ?? splitAt(host, ':') ?? [];
      return name === undefined || address === undefined ? [] : [inFileOrder(name, address)];
    }),
  ),
  mapping: z
    .record(z.string(), Value)
    .superRefine(refuseEmptyName)
    .transform((hosts) =>
      Object.entries(hosts)
        .flatMap(([name, address]) =>
          address === null ? [] : [{ name, address, line: `${name}:${address}` }],
        )
        .sort((a, b) => (a.line < b.line ? -1 : 1))
        .map(({ name, address }) => inFileOrder(name, address)),
    ),
});

/** What is before the first colon is the name, wherever the colon came from. */
function inFileOrder(name: string, address: string): string {
  const bare = /^\[(.+)\]$/s.exec(address)?.[1] ?? address;
  const [first = '', rest = ''] = splitAt(`${name}:${bare}`, ':') ?? [];
  return `${rest} ${first}`;
}

function splitAt(text: string, mark: string): [string, string] | undefined {
  const index = text.indexOf(mark);
  return index < 0 ? undefined : [text.slice(0, index), text.slice(index + 1)];
}
