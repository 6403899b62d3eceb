import { z } from 'zod';
import type { Catalogue } from '../lab/template.ts';
import type { Policy } from '../ports/deps.ts';
import type { Page } from '../ports/store.ts';
import { type PageQuery, pageOf } from './page-of.ts';

/** A template, for who chooses one. */
export const TemplateView = z
  .object({
    name: z.string().describe('What `template` takes'),
    description: z.string().describe('For a student'),
    instructor: z
      .string()
      .optional()
      .describe('For who gives the course: its chapters, and what it is made for'),
    swarm: z.enum(['formed', 'none']),
    machines: z.array(z.object({ name: z.string(), role: z.enum(['manager', 'worker', 'none']) })),
    stacks: z.array(z.object({ name: z.string(), from: z.string() })),
    hours: z.number().describe('Until it is torn down, unless told'),
    size: z.object({
      machines: z.int(),
      managers: z.int(),
      workers: z.int(),
      memoryMiB: z.int().describe('What its stacks use together once they are up'),
    }),
  })
  .meta({ id: 'Template' });
export type TemplateView = z.output<typeof TemplateView>;

/** A page of the catalogue's templates, by name. */
export function listTemplates(
  { catalogue, policy }: { catalogue: Catalogue; policy: Policy },
  query: PageQuery,
): Page<TemplateView> {
  const page = pageOf([...catalogue.templates.values()], ({ name }) => name, query);
  return {
    ...page,
    items: page.items.map(({ stacks, hours, machines, ...template }) => {
      const count = (role: string) => machines.filter((machine) => machine.role === role).length;
      const memory = stacks.map(({ from }) => catalogue.stacks.get(from)?.memoryMiB ?? 0);
      return {
        ...template,
        machines,
        stacks: stacks.map(({ from, as }) => ({ name: as ?? from, from })),
        hours: hours ?? policy.defaultHours,
        size: {
          machines: machines.length,
          managers: count('manager'),
          workers: count('worker'),
          memoryMiB: memory.reduce((total, one) => total + one, 0),
        },
      };
    }),
  };
}
