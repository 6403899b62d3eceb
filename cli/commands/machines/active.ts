import { command } from '../../command.ts';
import { Failure } from '../../errors.ts';

export const active = command({
  name: 'active',
  takes: [],
  flags: {
    timeout: {
      short: 't',
      value: 'SECONDS',
      says: 'docker-machine’s; the answer comes at once here, and it is passed over',
    },
  },
  summary: 'Print which machine docker is pointed at in this shell',
  example: 'slipway active',
  async run(_, context) {
    const { DOCKER_HOST } = context.terminal.env;
    const lab = await context.lab();
    const machine = lab.machines.find(({ url, state }) => state === 'Running' && url === DOCKER_HOST);
    if (machine === undefined) throw new Failure('No active host found');
    context.answer(machine, () => `${machine.name}\n`);
  },
});
