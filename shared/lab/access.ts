import { ENGINE_PORT, SSH_PORT } from './machine.ts';

/** What is opened to each address: 22, 2376 and the published ports; neighbours become one range. */
export function openPortRanges(ports: number[]): [number, number][] {
  return portRanges([SSH_PORT, ENGINE_PORT, ...ports]);
}

/** How many rules that makes, as a driver counts them. */
export function accessRules(from: string[], ports: number[]): number {
  return new Set(from).size * openPortRanges(ports).length;
}

function portRanges(ports: number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === port - 1) last[1] = port;
    else ranges.push([port, port]);
  }
  return ranges;
}
