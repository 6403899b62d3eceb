import type { MachineSpec } from '../lab/machine.ts';
import type { Template } from '../lab/template.ts';

/** Raft's own advice, and Docker's: more managers only slow the swarm down. */
export const MOST_MANAGERS = 7;
/** LabSpec's limit. */
export const MOST_MACHINES = 16;

/** How many machines of each role to have instead of the template's. */
export interface Layout {
  managers: number;
  workers: number;
}

/** The machines of a lab: the template's, or as many as asked for, named in the template's manner. */
export function layOut(template: Template, layout: Layout | undefined): MachineSpec[] {
  if (layout === undefined) {
    return template.machines.map(({ name, role }) => ({ name, role, power: 'on', restarts: 0 }));
  }
  const nameOf = namerOf(template);
  return Array.from({ length: layout.managers + layout.workers }, (_, index) => ({
    name: nameOf(index),
    role: index < layout.managers ? 'manager' : 'worker',
    power: 'on',
    restarts: 0,
  }));
}

/** LINUXtips-01 is followed by LINUXtips-02; a name without a number gets one. */
function namerOf({ machines }: Template): (index: number) => string {
  const first = machines[0]?.name ?? 'machine';
  const [, stem = '', digits] = /^(.*?)(\d+)$/.exec(first) ?? [undefined, `${first}-`, '01'];
  const start = Number(digits);
  return (index) => `${stem}${String(start + index).padStart(digits?.length ?? 2, '0')}`;
}
