import { randomUUID } from 'node:crypto';
import { command } from '../../command.ts';
import { isoDuration } from '../../iso-duration.ts';

export const extend = command({
  name: 'extend',
  takes: ['DURATION'],
  flags: {},
  summary: 'Let a lab live longer: 2h, 90m, 1d or PT2H',
  example: 'slipway extend 2h',
  async run({ words }, context) {
    const duration = isoDuration(words[0] ?? '');
    const api = await context.api();
    const lab = await context.lab();
    const changed = await api.changeLab({
      lab: lab.id,
      body: { extend: duration },
      idempotencyKey: randomUUID(),
    });
    context.answer(changed, () => `Lab ${changed.name} lives until ${changed.expiresAt}\n`);
  },
});
