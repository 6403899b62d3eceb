import { isIPv6 } from 'node:net';
import type { Lab } from '../lab/lab.ts';
import type { Catalogue } from '../lab/template.ts';
import { reachOf } from '../machine/machine-url.ts';

export interface LabLink {
  label: string;
  url: string;
}

/**
 * Where to click: the pages that deployed stacks publish, at the first running manager, since the routing mesh
 * answers on every machine. None before there is something to see.
 */
export function linksOf({ spec, status }: Lab, catalogue: Catalogue): LabLink[] {
  const managers = spec.machines.filter(({ role }) => role === 'manager').map(({ name }) => name);
  const host = status.machines.find(({ name, state }) => managers.includes(name) && state === 'Running');
  if (host === undefined) return [];
  const deployed = spec.stacks.filter(({ name }) =>
    status.stacks.some((stack) => stack.name === name && stack.deployed !== undefined),
  );
  return deployed
    .flatMap(({ from }) => catalogue.stacks.get(from)?.links ?? [])
    .flatMap(({ label, port, path }) => {
      // Where a driver publishes ports, one that it did not publish is not reachable under any number.
      const published = Object.keys(host.ports).length === 0 || host.ports[String(port)] !== undefined;
      const reach = published ? reachOf(host, port) : undefined;
      if (reach === undefined) return [];
      const address = isIPv6(reach.address) ? `[${reach.address}]` : reach.address;
      return [{ label, url: `http://${address}:${reach.port}${path}` }];
    });
}
