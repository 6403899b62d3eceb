import type { Stack } from '../../../client/operations.ts';
import { allPages } from '../../all-pages.ts';
import { command } from '../../command.ts';
import { printNames } from '../../print-names.ts';
import { table } from '../../table.ts';

export const stackLs = command({
  name: 'stack ls',
  takes: [],
  flags: { quiet: { short: 'q', says: 'Names only' } },
  summary: 'List the stacks of a lab',
  example: 'slipway stack ls',
  async run({ flags }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const stacks = await allPages((query) => api.listStacks({ lab: lab.id, query }));
    if (flags.quiet)
      printNames(
        context,
        stacks.map(({ name }) => name),
      );
    else context.answer(stacks, () => stackTable(stacks));
    for (const note of new Set(stacks.map((stack) => stack.note))) if (note !== undefined) context.note(note);
  },
});

export const stackCatalogue = command({
  name: 'stack catalogue',
  takes: [],
  flags: {},
  summary: 'List the stacks of the catalogue',
  example: 'slipway stack catalogue',
  async run(_, context) {
    const api = await context.api();
    const stacks = await allPages((query) => api.listCatalogue({ query }));
    const rows = stacks.map(({ name, ports, memoryMiB, description }) => [
      name,
      ports.join(', '),
      `${memoryMiB} MiB`,
      description,
    ]);
    context.answer(stacks, () => table(['NAME', 'PORTS', 'MEMORY', 'DESCRIPTION'], rows));
  },
});

function stackTable(stacks: Stack[]): string {
  const rows = stacks.map(({ name, services, state, from = '' }) => {
    const up = services.filter(({ running, desired }) => running >= desired).length;
    return [name, `${up}/${services.length}`, state, from];
  });
  return table(['NAME', 'SERVICES', 'STATE', 'FROM'], rows);
}
