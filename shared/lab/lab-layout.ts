import type { MachineSpec } from './machine.ts';
import { namerOf } from './new-machines.ts';
import type { Template } from './template.ts';

/** How many machines of each role to have instead of the template's. */
export interface Layout {
  managers: number;
  workers: number;
}

/** The machines of a lab: the template's, or as many as asked for, named in the template's manner. */
export function layOut(template: Pick<Template, 'machines'>, layout: Layout | undefined): MachineSpec[] {
  if (layout === undefined) {
    return template.machines.map(({ name, role }) => ({ name, role, power: 'on', restarts: 0 }));
  }
  const nameOf = namerOf(template.machines[0]?.name ?? 'machine');
  return Array.from({ length: layout.managers + layout.workers }, (_, index) => ({
    name: nameOf(index),
    role: index < layout.managers ? 'manager' : 'worker',
    power: 'on',
    restarts: 0,
  }));
}
