import { randomUUID } from 'node:crypto';
import { command } from '../../command.ts';

/** As `forEachStudent` goes on where time was up. */
const MOST_ROUNDS = 200;

export const classMessage = command({
  name: 'class message',
  takes: ['CLASS', 'TEXT'],
  flags: {},
  summary: 'Tell all students of a class something, in their labs’ timelines',
  example: "slipway class message docker-2026 'We go on at 20:15'",
  async run({ words: [name = '', text = ''] }, context) {
    const api = await context.api();
    const input = { class: name, body: { text }, idempotencyKey: randomUUID() };
    let found = await api.sendMessage(input);
    for (let round = 1; round < MOST_ROUNDS && left(found.told) > 0; round += 1) {
      const before = left(found.told);
      found = await api.sendMessage(input);
      if (left(found.told) >= before) break;
    }
    const { told } = found;
    const untold = left(told) + (told.failed ?? 0);
    context.answer(found, () => `Told to class ${name}; to labs that come later too\n`);
    if (untold === 0) return 0;
    context.note(`${untold} labs were not told; the same again tells all of them once more`);
    return 1;
  },
});

function left(told: Record<string, number>): number {
  return told.not_reached ?? 0;
}
