import { randomUUID } from 'node:crypto';
import { forgetLab } from '../../certificates.ts';
import { command } from '../../command.ts';
import { followLab } from '../../follow-lab.ts';
import { removeLab } from '../../remove-lab.ts';

export const labInspect = command({
  name: 'lab inspect',
  takes: [],
  flags: {},
  summary: 'Print a lab as the API has it',
  example: 'slipway lab inspect',
  async run(_, context) {
    context.terminal.out(`${JSON.stringify(await context.lab(), null, 2)}\n`);
  },
});

export const labRm = command({
  name: 'lab rm',
  takes: [],
  flags: { yes: { short: 'y', says: 'Do not ask' }, force: { short: 'f', says: 'Do not ask' } },
  summary: 'Tear a lab down: machines, disks, network and keys',
  example: 'slipway --lab friday lab rm -y',
  async run({ flags }, context) {
    const { terminal } = context;
    const lab = await context.lab();
    context.note(
      `About to remove lab ${lab.name} (${lab.id}): ${lab.machines.map(({ name }) => name).join(', ')}`,
    );
    if (!flags.yes && !flags.force) {
      const answer = await terminal.ask('Are you sure? (y/n): ');
      if (!answer?.toLowerCase().startsWith('y')) return;
    }
    const gone = await removeLab(context, lab);
    await forgetLab(terminal, lab.id);
    context.answer(gone, () => `Successfully removed ${lab.name}\n`);
  },
});

export const labStop = powerOfLab('off', 'Stop all machines of a lab; their disks stay', 'stopped');
export const labStart = powerOfLab('on', 'Start all machines of a lab, and wait until it is ready', 'ready');

function powerOfLab(power: 'on' | 'off', summary: string, until: 'stopped' | 'ready') {
  const name = power === 'on' ? 'lab start' : 'lab stop';
  return command({
    name,
    takes: [],
    flags: {},
    summary,
    example: `slipway ${name}`,
    async run(_, context) {
      const api = await context.api();
      const lab = await context.lab();
      await api.changeLab({ lab: lab.id, body: { power }, idempotencyKey: randomUUID() });
      const now = await followLab({ api, terminal: context.terminal, lab: lab.id }, 0, async () => {
        const seen = await api.getLab({ lab: lab.id });
        return [until, 'failed', 'deleting', 'deleted', 'degraded'].includes(seen.phase) ? seen : undefined;
      });
      context.answer(now, () => `Lab ${now.name} is ${now.phase}\n`);
    },
  });
}
