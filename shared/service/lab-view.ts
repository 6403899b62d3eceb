import { z } from 'zod';
import { priceOf } from '../class/price.ts';
import { Conditions } from '../lab/conditions.ts';
import { type Enrolment, type Lab, ServiceStatus } from '../lab/lab.ts';
import { MachineRole, MachineState } from '../lab/machine.ts';
import { Phase, phaseOf, progressOf } from '../lab/phase.ts';
import { powerAt } from '../lab/power.ts';
import { viewMachines } from '../machine/machine-view.ts';
import type { ApiDeps } from '../ports/deps.ts';
import { linksOf } from './lab-links.ts';

/** A machine in docker-machine's words; machine-view.ts fills it. */
export const MachineAnswer = z
  .object({
    name: z.string(),
    driver: z.string(),
    state: MachineState,
    role: MachineRole,
    url: z.string().optional().describe('Of its Docker Engine, while it runs'),
    swarm: z.string().optional().describe('Its role in the swarm now'),
    engineVersion: z.string().optional(),
    error: z.string().optional().describe('Why its engine is not up'),
  })
  .meta({ id: 'Machine' });

/** What `GET /labs/{lab}` answers: everything its owner may know, and no secret. */
export const LabView = z
  .object({
    id: z.string(),
    name: z.string(),
    owner: z.string(),
    template: z.string(),
    class: z
      .object({
        id: z.string(),
        purpose: z.enum(['session', 'course', 'own']),
        session: z.string().optional().describe('Start of the session that it was made for, in UTC'),
      })
      .optional()
      .describe('Whose students have it'),
    phase: Phase,
    progress: z.number().int().min(0).max(100).describe('Percent of the way up'),
    conditions: Conditions,
    machines: z.array(MachineAnswer),
    stacks: z.array(
      z.object({
        name: z.string(),
        from: z.string().optional().describe('Its entry in the catalogue'),
        deployedAt: z.string().optional(),
        services: z.array(ServiceStatus),
      }),
    ),
    links: z.array(z.object({ label: z.string(), url: z.string() })),
    power: z.enum(['on', 'off']),
    stoppable: z.boolean().describe('False: it is only ever deleted, never stopped'),
    createdAt: z.string(),
    readyAt: z.string().optional(),
    startsAt: z.string().optional().describe('Before it nothing runs'),
    stopsAt: z.string().optional().describe('It is switched off then; its disks stay'),
    expiresAt: z.string(),
    hardMaximum: z.string().describe('No extension goes past it'),
    allowFrom: z.array(z.string()),
    allowFromEnforced: z.boolean(),
    allowFromNote: z.string().optional(),
    cost: z
      .object({
        usd: z.number(),
        savedUsd: z.number().describe('What the hours would have cost that machines stood stopped'),
        date: z
          .string()
          .optional()
          .describe('Of what day the prices are; absent: there are none, and all is 0'),
      })
      .optional()
      .describe('So far'),
    failure: z.object({ code: z.string(), message: z.string(), at: z.string() }).optional(),
    deletedAt: z.string().optional(),
  })
  .meta({ id: 'Lab' });
export type LabView = z.infer<typeof LabView>;

export type ViewDeps = Pick<ApiDeps, 'clock' | 'catalogue' | 'driver' | 'policy'>;

export function viewLab(deps: ViewDeps, lab: Lab, enrolments: Enrolment[] = []): LabView {
  const { clock, catalogue, driver } = deps;
  const { spec, status } = lab;
  return {
    id: lab.id,
    name: lab.name,
    owner: lab.owner,
    template: lab.template,
    ...(lab.class === undefined ? {} : { class: classOf(lab.class) }),
    phase: phaseOf(lab, clock.now()),
    progress: progressOf(lab),
    conditions: status.conditions,
    machines: viewMachines(lab, driver.name, enrolments),
    stacks: spec.stacks.map(({ name, from }) => {
      const found = status.stacks.find((stack) => stack.name === name);
      const deployedAt = found?.deployedAt;
      return {
        name,
        ...(from === undefined ? {} : { from }),
        ...(deployedAt === undefined ? {} : { deployedAt }),
        services: found?.services ?? [],
      };
    }),
    links: linksOf(lab, catalogue),
    power: powerAt(lab, clock.now()),
    stoppable: spec.stoppable !== false,
    createdAt: lab.createdAt,
    ...(status.readyAt === undefined ? {} : { readyAt: status.readyAt }),
    ...(spec.startsAt === undefined ? {} : { startsAt: spec.startsAt }),
    ...(spec.stopsAt === undefined ? {} : { stopsAt: spec.stopsAt }),
    expiresAt: spec.expiresAt,
    hardMaximum: lab.hardMaximum,
    allowFrom: spec.allowFrom,
    allowFromEnforced: driver.enforcesAllowFrom,
    ...(driver.enforcesAllowFrom ? {} : { allowFromNote: notEnforced(driver.name) }),
    ...costOf(deps, status),
    ...(status.failure === undefined ? {} : { failure: status.failure }),
    ...(status.deletedAt === undefined ? {} : { deletedAt: status.deletedAt }),
  };
}

/** Whose instructor it is, is not the student's to be told by every lab. */
function classOf({ id, purpose, session }: NonNullable<Lab['class']>): LabView['class'] {
  return { id, purpose, ...(session === undefined ? {} : { session }) };
}

function costOf({ clock, policy }: ViewDeps, { usage }: Lab['status']): Pick<LabView, 'cost'> {
  if (usage === undefined) return {};
  const { usd, savedUsd } = priceOf(usage, policy.prices, clock.now());
  const cents = (value: number) => Math.round(value * 10_000) / 10_000;
  const date = policy.prices === undefined ? {} : { date: policy.prices.date };
  return { cost: { usd: cents(usd), savedUsd: cents(savedUsd), ...date } };
}

function notEnforced(driver: string): string {
  return `the ${driver} driver does not close ports: whoever reaches this machine's network reaches the lab's ports, which certificates and keys protect`;
}
