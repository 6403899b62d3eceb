import { iso } from '../core/clock.ts';
import { unknownConditions } from './conditions.ts';
import type { Lab, LabSpec } from './lab.ts';
import { type Layout, layOut } from './lab-layout.ts';
import type { Template } from './template.ts';

/** A lab as it is asked for. Moments are milliseconds since the epoch. */
export interface LabOrder {
  id: string;
  /** The subject whose it is. */
  owner: string;
  class?: Lab['class'];
  template: Template;
  /** For people; the template's unless told. */
  name?: string | undefined;
  /** Instead of the template's. */
  machines?: Layout | undefined;
  /** What its one machine is called, instead of the template's. */
  machineName?: string | undefined;
  /** Names in the catalogue, instead of the template's. */
  stacks?: string[] | undefined;
  allowFrom: string[];
  stoppable?: boolean | undefined;
  idleAfterSeconds?: number | undefined;
  notices?: LabSpec['notices'] | undefined;
  createdAt: number;
  startsAt?: number | undefined;
  stopsAt?: number | undefined;
  expiresAt: number;
  hardMaximum: number;
}

/** The record of a lab that nobody has looked at yet; it is due at once. */
export function newLab(order: LabOrder): Lab {
  const { id, owner, template, createdAt } = order;
  return {
    id,
    owner,
    name: order.name ?? template.name,
    template: template.name,
    ...(order.class === undefined ? {} : { class: order.class }),
    createdAt: iso(createdAt),
    hardMaximum: iso(Math.round(order.hardMaximum)),
    spec: newSpec(order),
    specVersion: 0,
    status: {
      conditions: unknownConditions(iso(createdAt)),
      machines: [],
      stacks: [],
      events: [],
      toldFailures: {},
    },
    statusVersion: 0,
    dueAt: createdAt,
  };
}

function newSpec(order: LabOrder): LabSpec {
  const { template, stoppable, startsAt, stopsAt, idleAfterSeconds, notices = [] } = order;
  return {
    machines: namedMachines(layOut(template, order.machines), order.machineName),
    swarm: template.swarm,
    stacks:
      order.stacks?.map((name) => ({ name, from: name })) ??
      template.stacks.map(({ from, as }) => ({ name: as ?? from, from })),
    power: 'on',
    deleted: false,
    expiresAt: iso(Math.round(order.expiresAt)),
    ...(startsAt === undefined ? {} : { startsAt: iso(Math.round(startsAt)) }),
    ...(stopsAt === undefined ? {} : { stopsAt: iso(Math.round(stopsAt)) }),
    ...(idleAfterSeconds === undefined ? {} : { idleAfterSeconds }),
    ...(notices.length === 0 ? {} : { notices }),
    ...(stoppable === undefined ? {} : { stoppable }),
    allowFrom: order.allowFrom,
  };
}

/** The one machine of its template under the name that was asked for. */
function namedMachines(machines: LabSpec['machines'], name: string | undefined): LabSpec['machines'] {
  return name === undefined ? machines : machines.map((machine) => ({ ...machine, name }));
}
