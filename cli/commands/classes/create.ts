import { randomUUID } from 'node:crypto';
import type { Input } from '../../../client/client.ts';
import type { Class, ClassPlan } from '../../../client/operations.ts';
import { colorsFor } from '../../colors.ts';
import { command } from '../../command.ts';
import { writeLine } from '../../command-line.ts';
import { confirm } from '../../confirm.ts';
import { EXIT } from '../../errors.ts';
import { CHANGE_FLAGS, CLASS_FLAGS, readChange, readClass } from './class-flags.ts';
import { localClock } from './local-clock.ts';
import { planText, showPlan } from './plan-text.ts';

type Body = Input<'createClass'>['body'];

const EXAMPLE = 'docker-2026.yml';
const SMALL =
  '--name docker-2026 --template swarm --roster roster.csv --session 2026-12-01T19:00 --duration 3h --weekly --until 2026-12-22 --time-zone Europe/Berlin';

export const classPlan = command({
  name: 'class plan',
  takes: ['FILE?'],
  flags: CLASS_FLAGS,
  summary: 'Tell what a class would take and cost, and change nothing',
  example: `slipway class plan ${EXAMPLE}\nslipway class plan ${SMALL}`,
  async run({ words: [file], flags }, context) {
    // The API checks what is in it.
    const body = (await readClass(context.terminal, file, flags)) as Body;
    const api = await context.api();
    const plan = (await api.createClass({ body, query: { plan: 'true' } })) as ClassPlan;
    context.answer(plan, () => planText(plan, colorsFor(context.terminal)));
  },
});

export const classCreate = command({
  name: 'class create',
  takes: ['FILE?'],
  flags: { ...CLASS_FLAGS, yes: { short: 'y', says: 'Do not ask' } },
  summary: 'Make a class of a YAML or JSON file, - for standard input, or of flags; the plan first',
  example: `slipway class create ${EXAMPLE}\nslipway class create ${SMALL} -y`,
  async run({ words, flags }, context) {
    const { terminal, program } = context;
    const body = (await readClass(terminal, words[0], flags)) as Body;
    const api = await context.api();
    const plan = (await api.createClass({ body, query: { plan: 'true' } })) as ClassPlan;
    showPlan(context, plan);
    const line = writeLine({ program, name: 'class create', words, flags: { ...flags, yes: true } });
    const question = `Make class ${body.name}?`;
    if (!(await confirm(context, { yes: flags.yes, question, line }))) return EXIT.failed;
    const made = (await api.createClass({ body, idempotencyKey: randomUUID() })) as Class;
    context.answer(made, () => madeText(made, program));
    return EXIT.done;
  },
});

export const classChange = command({
  name: 'class change',
  takes: ['CLASS', 'FILE?'],
  flags: { ...CHANGE_FLAGS, yes: { short: 'y', says: 'Do not ask' } },
  summary: 'Change a class as a file or flags say, "none" for without; the plan first',
  example: 'slipway class change docker-2026 --budget 80\nslipway class change docker-2026 docker-2026.yml',
  async run({ words, flags }, context) {
    const { terminal, program } = context;
    const [name = '', file] = words;
    const body = (await readChange(terminal, file, flags)) as Input<'changeClass'>['body'];
    const api = await context.api();
    const plan = (await api.changeClass({ class: name, body, query: { plan: 'true' } })) as ClassPlan;
    showPlan(context, plan);
    const line = writeLine({ program, name: 'class change', words, flags: { ...flags, yes: true } });
    const question = `Change class ${name}?`;
    if (!(await confirm(context, { yes: flags.yes, question, line }))) return EXIT.failed;
    const changed = (await api.changeClass({ class: name, body, idempotencyKey: randomUUID() })) as Class;
    context.answer(changed, () => `Class ${changed.id} is changed\n`);
    return EXIT.done;
  },
});

function madeText({ id, next }: Class, program: string): string {
  const [first] = next;
  const when =
    first === undefined
      ? ''
      : ` The next session is at ${first.local}, its first lab at ${localClock(first.firstLaunch, first.local)}.`;
  return `\nClass ${id} is there.${when}\nNow the students' join links, which are shown this once:\n  ${program} class links ${id} > links.csv\n`;
}
