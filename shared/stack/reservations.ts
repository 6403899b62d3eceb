import type { Node, ServiceSpec, Task } from '../ports/engine.ts';
import { hasEnded } from './task-places.ts';

/** Of a node, or set aside on one for a task. */
export interface Room {
  /** Billionths of a processor. */
  cpus: number;
  bytes: number;
}

/** What a service's every task has set aside for it. */
export function reservedBy({ Resources }: ServiceSpec['TaskTemplate']): Room {
  const { Reservations } = (Resources ?? {}) as {
    Reservations?: { NanoCPUs?: number; MemoryBytes?: number };
  };
  return { cpus: Reservations?.NanoCPUs ?? 0, bytes: Reservations?.MemoryBytes ?? 0 };
}

/** What a node has that no task has set aside: swarm counts a task from its assignment to its end. */
export function roomOn(node: Node, tasks: Task[]): Room {
  const { NanoCPUs, MemoryBytes } = node.Description.Resources;
  const room = { cpus: NanoCPUs, bytes: MemoryBytes };
  for (const task of tasks) {
    if (task.NodeID !== node.ID || !HOLDING.has(task.DesiredState) || hasEnded(task)) continue;
    const { cpus, bytes } = reservedBy(task.Spec);
    room.cpus -= cpus;
    room.bytes -= bytes;
  }
  return room;
}

const HOLDING: ReadonlySet<string> = new Set(['running', 'ready', 'complete']);

export function fits(wanted: Room, room: Room): boolean {
  return wanted.cpus <= room.cpus && wanted.bytes <= room.bytes;
}

/** `512 MiB`, `1.5 GiB`. */
export function sizeWords(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2;
  return mebibytes < 1024 ? `${rounded(mebibytes)} MiB` : `${rounded(mebibytes / 1024)} GiB`;
}

/** `0.5 CPUs`, `1 CPU`. */
export function cpuWords(nanoCpus: number): string {
  const cpus = Number((nanoCpus / 1e9).toFixed(3));
  return `${cpus} CPU${cpus === 1 ? '' : 's'}`;
}

function rounded(number: number): number {
  return Number(number.toFixed(number < 10 ? 1 : 0));
}
