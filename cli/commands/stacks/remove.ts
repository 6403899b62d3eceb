import { randomUUID } from 'node:crypto';
import { command } from '../../command.ts';

export const stackRm = command({
  name: 'stack rm',
  takes: ['STACK...'],
  flags: {},
  summary: 'Remove stacks: services, networks, secrets and configs; volumes stay',
  example: 'slipway stack rm primeiro',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const gone = await Promise.all(
      words.map((stack) => api.removeStack({ lab: lab.id, stack, idempotencyKey: randomUUID() })),
    );
    context.answer(gone, () => gone.map(({ name, state }) => `Stack ${name}: ${state}\n`).join(''));
  },
});
