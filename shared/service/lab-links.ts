import { isIPv6 } from 'node:net';
import type { Lab } from '../lab/lab.ts';
import type { MachineStatus } from '../lab/machine.ts';
import type { Catalogue } from '../lab/template.ts';
import { reachOf } from '../machine/machine-url.ts';

export interface LabLink {
  label: string;
  url: string;
}

/** Where to click, in all deployed stacks of a lab. */
export function linksOf(lab: Lab, catalogue: Catalogue): LabLink[] {
  return lab.spec.stacks.flatMap(({ name }) => linksOfStack(lab, catalogue, name));
}

/**
 * The pages that a deployed stack publishes, at the first running manager, since the routing mesh answers on every
 * machine: those that the catalogue names, or else each published port. None before there is something to see.
 */
export function linksOfStack(lab: Lab, catalogue: Catalogue, name: string): LabLink[] {
  const { spec, status } = lab;
  const stack = spec.stacks.find((each) => each.name === name);
  const deployed = status.stacks.find((each) => each.name === name);
  const host = hostOf(lab);
  if (stack === undefined || deployed?.deployed === undefined || host === undefined) return [];
  const links =
    catalogue.stacks.get(stack.from ?? '')?.links ??
    (deployed.published ?? []).map(({ service, port }) => ({ label: service, port, path: '/' }));
  return links.flatMap(({ label, port, path }) => {
    const url = urlOf(host, port, path);
    return url === undefined ? [] : [{ label, url }];
  });
}

function hostOf({ spec, status }: Lab): MachineStatus | undefined {
  const managers = spec.machines.filter(({ role }) => role === 'manager').map(({ name }) => name);
  return status.machines.find(({ name, state }) => managers.includes(name) && state === 'Running');
}

function urlOf(host: MachineStatus, port: number, path: string): string | undefined {
  // Where a driver publishes ports, one that it did not publish is not reachable under any number.
  const published = Object.keys(host.ports).length === 0 || host.ports[String(port)] !== undefined;
  const reach = published ? reachOf(host, port) : undefined;
  if (reach === undefined) return undefined;
  const address = isIPv6(reach.address) ? `[${reach.address}]` : reach.address;
  return `http://${address}:${reach.port}${path}`;
}
