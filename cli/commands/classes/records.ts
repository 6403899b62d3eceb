import type { Answer } from '../../../client/client.ts';
import { colorsFor } from '../../colors.ts';
import { command } from '../../command.ts';
import { inColumns, onOneLine } from '../../table.ts';

type Cost = Answer<'getClassCost'>;
type LabRecord = Answer<'getClassRecords'>['items'][number];

/** The most that the API gives at once. */
const PAGE = 10_000;

export const classCost = command({
  name: 'class cost',
  takes: ['CLASS'],
  flags: {},
  summary: 'Print what a class has cost so far, and what stopping saved, by student',
  example: 'slipway class cost docker-2026',
  async run({ words: [name = ''] }, context) {
    const api = await context.api();
    const cost = await api.getClassCost({ class: name });
    context.answer(cost, () => costText(cost));
    if (!context.json && cost.budget !== undefined && cost.usd >= cost.budget.usd * 0.8)
      context.note(colorsFor(context.terminal).yellow(`The budget is ${cost.budget.usd} USD`));
  },
});

export const classRecords = command({
  name: 'class records',
  takes: ['CLASS'],
  flags: {},
  summary: 'Print who had which lab, when and at what price, as CSV; it stays after the class',
  example: 'slipway class records docker-2026 > records.csv',
  async run({ words: [name = ''] }, context) {
    const api = await context.api();
    let cursor: string | undefined;
    const items: LabRecord[] = [];
    for (let isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const input = { class: name, query: { limit: PAGE, cursor } };
      const csv = context.json ? undefined : await api.text('getClassRecords', input, 'text/csv');
      const [header = '', ...lines] = csv?.split('\r\n') ?? [];
      if (csv !== undefined) context.terminal.out(isFirst ? csv : csv.slice(header.length + 2));
      cursor = undefined;
      // CSV tells of no next page; one that is not full has none.
      if (csv !== undefined && lines.length < PAGE) break;
      const page = await api.getClassRecords(input);
      items.push(...page.items);
      cursor = page.cursor;
    }
    if (context.json) context.answer(items, () => '');
  },
});

function costText({ students, usd, savedUsd, assumptions }: Cost): string {
  const rows = students.map((one) => [
    onOneLine(one.student),
    String(one.labs),
    one.hours.toFixed(1),
    one.usd.toFixed(2),
    one.savedUsd.toFixed(2),
  ]);
  const hours = students.reduce((sum, one) => sum + one.hours, 0);
  const labs = students.reduce((sum, one) => sum + one.labs, 0);
  const all = ['In all', String(labs), hours.toFixed(1), usd.toFixed(2), savedUsd.toFixed(2)];
  return [
    inColumns([['STUDENT', 'LABS', 'HOURS', 'USD', 'SAVED'], ...rows, all]),
    ...assumptions.map((text) => `  ${text}\n`),
  ].join('');
}
