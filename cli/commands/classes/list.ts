import type { Class } from '../../../client/operations.ts';
import { allPages } from '../../all-pages.ts';
import { colorsFor } from '../../colors.ts';
import { command } from '../../command.ts';
import { printNames } from '../../print-names.ts';
import { table } from '../../table.ts';
import { showText } from './show-text.ts';

export const classLs = command({
  name: 'class ls',
  takes: [],
  flags: {
    quiet: { short: 'q', says: 'Names only' },
    all: { short: 'a', says: 'Those that are over, too' },
  },
  summary: 'List your classes',
  example: 'slipway class ls',
  async run({ flags }, context) {
    const api = await context.api();
    const all = await allPages((query) => api.listClasses({ query }));
    const classes = flags.all ? all : all.filter(({ state }) => state === 'active');
    if (flags.quiet)
      printNames(
        context,
        classes.map(({ id }) => id),
      );
    else context.answer(classes, () => classTable(classes));
  },
});

export const classShow = command({
  name: 'class show',
  takes: ['CLASS'],
  flags: {},
  summary: 'Print a class: its next sessions, its budget, what happened to it',
  example: 'slipway class show docker-2026',
  async run({ words: [name = ''] }, context) {
    const api = await context.api();
    const found = await api.getClass({ class: name });
    context.answer(found, () => showText(found, colorsFor(context.terminal)));
  },
});

function classTable(classes: Class[]): string {
  const rows = classes.map(({ id, template, students, state, next, timeZone, budget }) => {
    const [first] = next;
    const spent = budget === undefined ? '' : `${(budget.spent ?? 0).toFixed(2)} of ${budget.usd} USD`;
    return [
      id,
      template,
      String(students),
      state,
      first === undefined ? '' : `${first.local} (${timeZone})`,
      spent,
    ];
  });
  return table(['NAME', 'TEMPLATE', 'STUDENTS', 'STATE', 'NEXT SESSION', 'BUDGET'], rows);
}
