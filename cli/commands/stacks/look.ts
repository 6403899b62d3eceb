import { allPages } from '../../all-pages.ts';
import { command } from '../../command.ts';
import { Failure } from '../../errors.ts';
import { serviceTable, taskTable } from '../../swarm-tables.ts';

export const stackServices = command({
  name: 'stack services',
  takes: ['STACK'],
  flags: {},
  summary: 'List the services of a stack',
  example: 'slipway stack services primeiro',
  async run({ words: [stack = ''] }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const all = await allPages((query) => api.listServices({ lab: lab.id, query }));
    const services = all.filter((service) => service.stack === stack);
    if (services.length === 0) throw new Failure(`nothing found in stack: ${stack}`);
    context.answer(services, () => serviceTable(services));
  },
});

export const stackPs = command({
  name: 'stack ps',
  takes: ['STACK'],
  flags: {},
  summary: 'List the tasks of a stack',
  example: 'slipway stack ps primeiro',
  async run({ words: [stack = ''] }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const all = await allPages((query) => api.listServices({ lab: lab.id, query }));
    const names = all.filter((service) => service.stack === stack).map(({ name }) => name);
    if (names.length === 0) throw new Failure(`nothing found in stack: ${stack}`);
    const tasks = await Promise.all(
      names.map((service) => allPages((query) => api.listServiceTasks({ lab: lab.id, service, query }))),
    );
    context.answer(tasks.flat(), () => taskTable(tasks.flat()));
  },
});
