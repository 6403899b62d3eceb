import type { MachineSpec } from './machine.ts';

/** Raft's own advice, and Docker's: more managers only slow the swarm down. */
export const MOST_MANAGERS = 7;
/** LabSpec's limit. */
export const MOST_MACHINES = 16;

/** Names in the manner of the first: LINUXtips-01 is followed by LINUXtips-02; a name without a number gets one. */
export function namerOf(first: string): (index: number) => string {
  const [, stem = '', digits] = /^(.*?)(\d+)$/.exec(first) ?? [undefined, `${first}-`, '01'];
  const start = Number(digits);
  return (index) => `${stem}${String(start + index).padStart(digits?.length ?? 2, '0')}`;
}

/** The next name that is free, in the manner of the lab's own. @param taken whatever their case */
export function nextName(machines: MachineSpec[], taken: string[] = []): string {
  const used = new Set([...machines.map(({ name }) => name), ...taken].map((name) => name.toLowerCase()));
  const nameOf = namerOf(machines[0]?.name ?? 'machine');
  for (let index = 0; ; index += 1) {
    const name = nameOf(index);
    if (!used.has(name.toLowerCase())) return name;
  }
}

export interface Scaled {
  added: MachineSpec[];
  /** Names, in the order in which they are to go. */
  removed: string[];
}

/** What makes of these machines so many of each role: new ones by the next names, and the last ones go first. */
export function scaleMachines(
  machines: MachineSpec[],
  wanted: { managers: number; workers: number },
  { askedAt, taken }: { askedAt: string; taken: string[] },
): Scaled {
  const added: MachineSpec[] = [];
  const removed: string[] = [];
  for (const [role, count] of [
    ['manager', wanted.managers],
    ['worker', wanted.workers],
  ] as const) {
    const there = machines.filter((machine) => machine.role === role).map(({ name }) => name);
    removed.push(...there.slice(count).reverse());
    for (let index = there.length; index < count; index += 1) {
      // A name that goes is not given anew in the same breath.
      const name = nextName([...machines, ...added], taken);
      added.push({ name, role, power: 'on', restarts: 0, askedAt });
    }
  }
  return { added, removed };
}
