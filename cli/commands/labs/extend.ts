import { randomUUID } from 'node:crypto';
import { command } from '../../command.ts';
import { UsageError } from '../../errors.ts';

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

/** `1d2h30m` as ISO 8601 has it. */
function isoDuration(text: string): string {
  if (/^P/i.test(text)) return text.toUpperCase();
  const [whole, days, hours, minutes] = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$/i.exec(text) ?? [];
  if (whole === undefined || whole === '')
    throw new UsageError(`"${text}" is no duration; write 2h, 90m, 1d or PT2H`);
  const time = `${hours === undefined ? '' : `${hours}H`}${minutes === undefined ? '' : `${minutes}M`}`;
  return `P${days === undefined ? '' : `${days}D`}${time === '' ? '' : `T${time}`}`;
}
