import type { Node } from '../../../client/operations.ts';
import { allPages } from '../../all-pages.ts';
import { command } from '../../command.ts';
import { printNames } from '../../print-names.ts';
import { capital, taskTable } from '../../swarm-tables.ts';
import { table } from '../../table.ts';

export const nodeLs = command({
  name: 'node ls',
  takes: [],
  flags: { quiet: { short: 'q', says: 'Ids only' } },
  summary: 'List the nodes of a lab’s swarm',
  example: 'slipway node ls',
  async run({ flags }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const nodes = await allPages((query) => api.listNodes({ lab: lab.id, query }));
    if (flags.quiet)
      printNames(
        context,
        nodes.map(({ id }) => id),
      );
    else context.answer(nodes, () => nodeTable(nodes));
  },
});

export const nodeInspect = command({
  name: 'node inspect',
  takes: ['NODE...'],
  flags: {},
  summary: 'Print what is known of nodes',
  example: 'slipway node inspect LINUXtips-02',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const nodes = await Promise.all(words.map((node) => api.getNode({ lab: lab.id, node })));
    context.terminal.out(`${JSON.stringify(nodes, null, 4)}\n`);
  },
});

export const nodePs = command({
  name: 'node ps',
  takes: ['NODE...'],
  flags: {},
  summary: 'List the tasks of nodes',
  example: 'slipway node ps LINUXtips-01',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const tasks = await Promise.all(
      words.map((node) => allPages((query) => api.listNodeTasks({ lab: lab.id, node, query }))),
    );
    context.answer(tasks.flat(), () => taskTable(tasks.flat()));
  },
});

/** As `docker node ls`. */
function nodeTable(nodes: Node[]): string {
  const rows = nodes.map(
    ({ id, hostname, state, availability, leader, reachability = '', engineVersion }) => [
      id,
      hostname,
      capital(state),
      capital(availability),
      leader ? 'Leader' : capital(reachability),
      engineVersion,
    ],
  );
  return table(['ID', 'HOSTNAME', 'STATUS', 'AVAILABILITY', 'MANAGER STATUS', 'ENGINE VERSION'], rows);
}
