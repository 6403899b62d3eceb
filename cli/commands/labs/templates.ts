import { allPages } from '../../all-pages.ts';
import { command } from '../../command.ts';
import { table } from '../../table.ts';

export const templates = command({
  name: 'templates',
  takes: [],
  flags: {},
  summary: 'List the templates that create takes',
  example: 'slipway templates',
  async run(_, context) {
    const api = await context.api();
    const all = await allPages((query) => api.listTemplates({ query }));
    const rows = all.map(({ name, machines, swarm, stacks, hours, description }) => [
      name,
      String(machines.length),
      swarm,
      stacks.map((stack) => stack.name).join(', '),
      String(hours),
      description,
    ]);
    context.answer(all, () => table(['NAME', 'MACHINES', 'SWARM', 'STACKS', 'HOURS', 'DESCRIPTION'], rows));
  },
});
