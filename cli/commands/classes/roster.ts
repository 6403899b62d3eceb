import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ClassPlan, RosterChange } from '../../../client/operations.ts';
import { checkRoster } from '../../class-file.ts';
import { command } from '../../command.ts';
import { writeLine } from '../../command-line.ts';
import { confirm } from '../../confirm.ts';
import { EXIT, Failure } from '../../errors.ts';
import type { Terminal } from '../../terminal.ts';
import { showPlan } from './plan-text.ts';

export const classRoster = command({
  name: 'class roster',
  takes: ['CLASS', 'FILE?'],
  flags: { yes: { short: 'y', says: 'Do not ask' } },
  summary: 'Print the roster of a class as CSV, or put another in its place: the plan first',
  example: 'slipway class roster docker-2026 > roster.csv\nslipway class roster docker-2026 roster.csv',
  async run({ words, flags }, context) {
    const { terminal, program } = context;
    const [name = '', file] = words;
    const api = await context.api();
    if (file === undefined) {
      if (context.json) context.answer(await api.getRoster({ class: name }), () => '');
      else terminal.out(await api.text('getRoster', { class: name }, 'text/csv'));
      return EXIT.done;
    }
    const source = await sourceOf(terminal, file);
    const plan = (await api.putRoster({ class: name, ...source, query: { plan: 'true' } })) as ClassPlan;
    showPlan(context, plan);
    const line = writeLine({ program, name: 'class roster', words, flags: { yes: true } });
    const question = `Put this roster in the place of class ${name}'s?`;
    if (!(await confirm(context, { yes: flags.yes, question, line }))) return EXIT.failed;
    const change = await api.putRoster({ class: name, ...source, idempotencyKey: randomUUID() });
    context.answer(change, () => changeText(change as RosterChange, program));
    return EXIT.done;
  },
});

/** JSON by its first character, CSV otherwise, of which every line that is wrong is told before it is sent. */
async function sourceOf(terminal: Terminal, file: string) {
  const data =
    file === '-'
      ? await terminal.input()
      : await readFile(file).catch((error: Error) => {
          throw new Failure(error.message);
        });
  const start = Buffer.from(data.subarray(0, 64)).toString('utf8').trimStart();
  if (!/^[[{]/.test(start)) {
    checkRoster(file === '-' ? 'standard input' : file, data);
    return { bytes: { type: 'text/csv' as const, data: new Uint8Array(data) } };
  }
  try {
    return { body: JSON.parse(Buffer.from(data).toString('utf8')) };
  } catch (error) {
    throw new Failure(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function changeText(change: RosterChange, program: string): string {
  const { added, removed, changed, unchanged, leavesAt } = change;
  const parts = [
    `${added} added`,
    `${removed} removed${leavesAt === undefined ? '' : `, whose labs go at ${leavesAt}`}`,
    `${changed} changed`,
    `${unchanged} not touched`,
  ];
  const links =
    added === 0
      ? ''
      : `The new students' join links: ${program} class links ${change.class} --student EMAIL\n`;
  return `Class ${change.class}: ${parts.join(', ')}\n${links}`;
}
