import { randomUUID } from 'node:crypto';
import { awaitReady } from '../../await-ready.ts';
import { command } from '../../command.ts';
import { connectHint } from '../../connect-hint.ts';
import { UsageError } from '../../errors.ts';
import { keepLab } from '../../session.ts';

export const create = command({
  name: 'create',
  takes: ['TEMPLATE'],
  flags: {
    name: { value: 'NAME', says: 'What the lab is called; the template’s name if left out' },
    hours: { value: 'HOURS', says: 'Until it is torn down, 0.5 is half an hour; the template’s if left out' },
    managers: { value: 'N', says: 'Managers, in a template that forms a swarm' },
    workers: { value: 'N', says: 'Workers, in a template that forms a swarm' },
    stack: { value: 'STACK', many: true, says: 'Instead of the template’s stacks; "none" for none at all' },
    'no-wait': { says: 'Do not wait until it is ready' },
  },
  summary: 'Make a lab of a template and wait until it is ready',
  example: 'slipway create swarm --name friday --hours 4 --managers 3 --workers 2 --stack webserver',
  async run({ words, flags }, context) {
    const { terminal, program } = context;
    const say = (line: string) => {
      if (!context.json) context.print(line);
    };
    const api = await context.api();
    const { server } = await context.session();
    say('Running pre-create checks...');
    const lab = await api.createLab({
      body: {
        template: words[0] ?? '',
        name: flags.name,
        hours: numberOf('--hours', flags.hours),
        stacks: stacksOf(flags.stack),
        machines: machinesOf(flags.managers, flags.workers),
      },
      idempotencyKey: randomUUID(),
    });
    await keepLab(terminal, server, lab.id);
    say('Creating machine...');
    if (flags['no-wait']) {
      context.answer(lab, () => `Lab ${lab.name} (${lab.id}) is being made: ${program} events -f\n`);
      return;
    }
    const machines = lab.machines.map(({ name }) => name);
    const ready = await awaitReady(context, api, lab, { after: 0, machines });
    context.answer(ready, () => connectHint(program, machines[0] ?? ''));
  },
});

function numberOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageError(`${flag} must be a number, and not "${text}"`);
  return value;
}

/** Named one by one, or with commas. */
function stacksOf(given: string[]): string[] | undefined {
  if (given.length === 0) return undefined;
  return given.flatMap((text) => text.split(',')).filter((name) => name !== '' && name !== 'none');
}

function machinesOf(managers: string | undefined, workers: string | undefined) {
  if (managers === undefined && workers === undefined) return undefined;
  return { managers: numberOf('--managers', managers) ?? 1, workers: numberOf('--workers', workers) ?? 0 };
}
