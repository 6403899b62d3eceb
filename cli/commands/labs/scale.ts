import { randomUUID } from 'node:crypto';
import { command } from '../../command.ts';
import { UsageError } from '../../errors.ts';
import { withForceNamed } from '../../quorum.ts';

export const scale = command({
  name: 'scale',
  takes: [],
  flags: {
    managers: { value: 'N', says: 'So many managers; as many as now if left out' },
    workers: { value: 'N', says: 'So many workers; as many as now if left out' },
  },
  summary: 'Give a lab so many machines of each role; new ones join, the last ones go',
  example: 'slipway scale --managers 3 --workers 2',
  async run({ flags }, context) {
    if (flags.managers === undefined && flags.workers === undefined)
      throw new UsageError('"scale" needs --managers or --workers');
    const api = await context.api();
    const lab = await context.lab();
    const count = (role: string) => lab.machines.filter((machine) => machine.role === role).length;
    const machines = {
      managers: numberOf('--managers', flags.managers) ?? count('manager'),
      workers: numberOf('--workers', flags.workers) ?? count('worker'),
    };
    const changed = await withForceNamed(
      api.changeLab({ lab: lab.id, body: { machines }, idempotencyKey: randomUUID() }),
    );
    context.answer(
      changed,
      () => `Lab ${changed.name}: ${changed.machines.map(({ name }) => name).join(', ')}\n`,
    );
  },
});

function numberOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new UsageError(`${flag} must be a whole number, and not "${text}"`);
  return Number(text);
}
