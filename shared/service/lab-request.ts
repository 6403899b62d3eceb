import { z } from 'zod';
import { MachineName } from '../lab/machine.ts';
import { MOST_MACHINES, MOST_MANAGERS } from '../lab/new-machines.ts';
import type { Catalogue, Template } from '../lab/template.ts';
import type { Policy } from '../ports/deps.ts';
import { AllowFrom } from './allow-from.ts';

export const MOST_STACKS = 8;
const SHORTEST_HOURS = 1 / 60;

const LabName = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u,
    'must begin with a letter or digit and hold at most 63 letters, digits, blanks and . _ -',
  );

/** How many machines of each role. */
export const Layout = z
  .strictObject({
    managers: z.int().min(1).max(MOST_MANAGERS),
    workers: z
      .int()
      .min(0)
      .max(MOST_MACHINES - 1),
  })
  .refine(({ managers, workers }) => managers + workers <= MOST_MACHINES, {
    error: `managers and workers together must be at most ${MOST_MACHINES}`,
  });

/** What `POST /labs` takes in this deployment: its templates, stacks and bounds are part of the schema. */
export function createLabRequest({ catalogue, policy }: { catalogue: Catalogue; policy: Policy }) {
  const mostHours = policy.maximumDays * 24;
  return z
    .strictObject({
      template: z.enum([...catalogue.templates.keys()]).describe('Layout of the lab'),
      name: LabName.optional().describe('For people; the template’s if left out'),
      hours: z
        .number()
        .min(SHORTEST_HOURS, 'must be at least a minute: 0.0167')
        .max(mostHours, `must be at most ${mostHours}: labs live ${policy.maximumDays} days at the longest`)
        .optional()
        .describe(`Until it is torn down; ${policy.defaultHours} unless the template says otherwise`),
      stacks: z
        .array(z.enum([...catalogue.stacks.keys()]))
        .max(MOST_STACKS)
        .refine((names) => new Set(names).size === names.length, 'must name each stack once')
        .optional()
        .describe('Instead of the template’s'),
      machines: Layout.optional().describe('Instead of the template’s, in a template that forms a swarm'),
      machineName: MachineName.optional().describe(
        'What the machine of a template with one machine is called, instead of the template’s',
      ),
      stoppable: z
        .boolean()
        .optional()
        .describe(
          'False: it is only ever deleted, never stopped, which lets its machines be spot ones where the deployment has them and a lost machine is no lost lab',
        ),
      allowFrom: AllowFrom.optional().describe('Who may reach it; your own IPv4 address if left out'),
    })
    .superRefine((request, context) => {
      const template = catalogue.templates.get(request.template);
      if (template !== undefined && request.machineName !== undefined && template.machines.length !== 1) {
        const message = `must be left out: template "${template.name}" has ${template.machines.length} machines`;
        context.addIssue({ code: 'custom', path: ['machineName'], message });
      }
      if (template === undefined || template.swarm === 'formed') return;
      for (const path of swarmOnly(request)) {
        context.addIssue({ code: 'custom', path: [path], message: swarmless(template) });
      }
    });
}
export type LabRequest = z.output<ReturnType<typeof createLabRequest>>;

/** What is asked for and needs a swarm. */
export function swarmOnly(request: { machines?: unknown; stacks?: string[] | undefined }): string[] {
  const asked = [];
  if (request.machines !== undefined) asked.push('machines');
  if (request.stacks !== undefined && request.stacks.length > 0) asked.push('stacks');
  return asked;
}

export function swarmless({ name }: Pick<Template, 'name'>): string {
  return `must be left out: template "${name}" forms no swarm; choose one that does`;
}
