import { z } from 'zod';
import { calendarIssues } from '../../class/calendar.ts';
import { Budget, ClassName, ClassSpec, Session } from '../../class/class.ts';
import type { InputIssue } from '../../core/errors.ts';
import type { Catalogue } from '../../lab/template.ts';
import { Layout, MOST_STACKS, swarmless, swarmOnly } from '../lab-request.ts';
import { addIssue } from './issues.ts';
import { rosterSchema } from './roster-request.ts';

const { leadTime, after, grace, hoursQuota, idleAfter } = ClassSpec.shape;

/** What `POST /classes` takes in this deployment: its templates and stacks are part of the schema. */
export function createClassRequest(deps: { catalogue: Catalogue }) {
  const parts = partsOf(deps);
  return z
    .strictObject({
      name: ClassName.describe('It is the class’s id too, one for the whole deployment'),
      ...parts,
      roster: rosterSchema(),
      stacks: parts.stacks.optional(),
      machines: parts.machines.optional(),
      leadTime: leadTime.describe('ISO 8601; how long before the bell the last lab is launched'),
      after: after.default('delete').describe('What becomes of labs after each session'),
      grace: grace.default('PT15M').describe('ISO 8601; from a session’s end, or a removal, until that'),
      hoursQuota: hoursQuota.describe('ISO 8601; a week of each student’s own, outside sessions'),
      idleAfter: idleAfter.describe('ISO 8601; a lab that nobody uses for so long is warned, then stopped'),
      budget: Budget.optional(),
    })
    .superRefine(
      (request, context) => {
        for (const issue of calendarIssues(request)) addIssue(context, issue);
      },
      whenFits(z.looseObject({ sessions: parts.sessions, timeZone: parts.timeZone })),
    )
    .superRefine(
      (request, context) => {
        for (const issue of layoutIssues(deps.catalogue, request)) addIssue(context, issue);
      },
      whenFits(
        z.looseObject({
          template: parts.template,
          stacks: parts.stacks.optional(),
          machines: parts.machines.optional(),
        }),
      ),
    );
}
export type ClassRequest = z.output<ReturnType<typeof createClassRequest>>;

/** What `PATCH /classes/{class}` takes; null takes away what a class can be without. */
export function createClassChange(deps: { catalogue: Catalogue }) {
  const parts = partsOf(deps);
  return z
    .strictObject({
      template: parts.template.optional(),
      stacks: parts.stacks.nullish().describe('Instead of the template’s; null: the template’s again'),
      machines: parts.machines.nullish().describe('Instead of the template’s; null: the template’s again'),
      sessions: parts.sessions.optional(),
      timeZone: parts.timeZone.optional(),
      leadTime: leadTime.nullable().describe('null: as the plan computes it'),
      after: after.optional().describe('Only while no lab of the class lives'),
      grace: grace.optional(),
      hoursQuota: hoursQuota.nullable().describe('null: none'),
      idleAfter: idleAfter.nullable().describe('null: never'),
      budget: Budget.nullish().describe('null: none'),
    })
    .refine((change) => Object.values(change).some((value) => value !== undefined), {
      error: 'must hold at least one thing to change',
    });
}
export type ClassChange = z.output<ReturnType<typeof createClassChange>>;

function partsOf({ catalogue }: { catalogue: Catalogue }) {
  return {
    template: z.enum([...catalogue.templates.keys()]).describe('Layout of every lab'),
    stacks: z
      .array(z.enum([...catalogue.stacks.keys()]))
      .max(MOST_STACKS)
      .refine((names) => new Set(names).size === names.length, 'must name each stack once')
      .describe('Instead of the template’s'),
    machines: Layout.describe('Instead of the template’s, in a template that forms a swarm'),
    sessions: z.array(Session).min(1).max(100),
    timeZone: z.string().min(1).max(64).describe('IANA name, such as America/Sao_Paulo'),
  };
}

/** What of a class does not go with its template. */
export function layoutIssues(
  catalogue: Catalogue,
  asked: { template: string; machines?: unknown; stacks?: string[] | undefined },
): InputIssue[] {
  const template = catalogue.templates.get(asked.template);
  if (template === undefined || template.swarm === 'formed') return [];
  return swarmOnly(asked).map((part) => ({ pointer: `/${part}`, message: swarmless(template) }));
}

/** A check across members runs as soon as those are right, whatever else is wrong: every error at once. */
function whenFits(schema: z.ZodType) {
  return { when: ({ value }: { value: unknown }) => schema.safeParse(value).success };
}
