import { randomUUID } from 'node:crypto';
import { allPages } from '../../all-pages.ts';
import { command } from '../../command.ts';
import { UsageError } from '../../errors.ts';
import { printNames } from '../../print-names.ts';
import { serviceTable, taskTable } from '../../swarm-tables.ts';

export const serviceLs = command({
  name: 'service ls',
  takes: [],
  flags: { quiet: { short: 'q', says: 'Names only' } },
  summary: 'List the services of a lab’s swarm',
  example: 'slipway service ls',
  async run({ flags }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const services = await allPages((query) => api.listServices({ lab: lab.id, query }));
    if (flags.quiet)
      printNames(
        context,
        services.map(({ name }) => name),
      );
    else context.answer(services, () => serviceTable(services));
  },
});

export const servicePs = command({
  name: 'service ps',
  takes: ['SERVICE...'],
  flags: {},
  summary: 'List the tasks of services, those of before too',
  example: 'slipway service ps webserver',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const tasks = await Promise.all(
      words.map((service) => allPages((query) => api.listServiceTasks({ lab: lab.id, service, query }))),
    );
    context.answer(tasks.flat(), () => taskTable(tasks.flat()));
  },
});

export const serviceScale = command({
  name: 'service scale',
  takes: ['SERVICE=REPLICAS...'],
  flags: {},
  summary: 'Set how many tasks services have',
  example: 'slipway service scale webserver=10',
  async run({ words }, context) {
    const wanted = words.map(readScale);
    const api = await context.api();
    const lab = await context.lab();
    const scaled = await Promise.all(
      wanted.map(({ service, replicas }) =>
        api.changeService({ lab: lab.id, service, body: { replicas }, idempotencyKey: randomUUID() }),
      ),
    );
    context.answer(scaled, () =>
      scaled.map(({ name, replicas }) => `${name} scaled to ${replicas.desired}\n`).join(''),
    );
  },
});

export const serviceRm = command({
  name: 'service rm',
  takes: ['SERVICE...'],
  flags: {},
  summary: 'Remove services',
  example: 'slipway service rm webserver',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    for (const service of words) {
      await api.removeService({ lab: lab.id, service, idempotencyKey: randomUUID() });
      if (!context.json) context.print(service);
    }
    if (context.json)
      context.answer(
        words.map((name) => ({ name, removed: true })),
        () => '',
      );
  },
});

function readScale(text: string): { service: string; replicas: number } {
  const [, service, count] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
  if (service === undefined || count === undefined)
    throw new UsageError(`"${text}" must be SERVICE=REPLICAS, such as web=5`);
  return { service, replicas: Number(count) };
}
