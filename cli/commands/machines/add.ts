import { randomUUID } from 'node:crypto';
import { awaitMachine } from '../../await-machine.ts';
import { command } from '../../command.ts';
import { connectHint } from '../../connect-hint.ts';
import { UsageError } from '../../errors.ts';
import { findMachine } from '../../find-machine.ts';
import { lastEvent } from '../../follow-lab.ts';
import { withForceNamed } from '../../quorum.ts';

export const add = command({
  name: 'add',
  takes: ['NAME?'],
  flags: {
    role: { value: 'ROLE', says: 'manager or worker, in a lab that forms a swarm; worker if left out' },
  },
  summary: 'Add a machine to a lab; it joins the swarm by its role',
  example: 'slipway add --role worker LINUXtips-04',
  async run({ words: [name], flags }, context) {
    const role = roleOf(flags.role);
    const api = await context.api();
    const lab = await context.lab();
    const after = await lastEvent(api, lab.id);
    const asked = await api.addMachine({ lab: lab.id, body: { name, role }, idempotencyKey: randomUUID() });
    const machine = await awaitMachine(context, api, lab, { name: asked.name, after });
    context.answer(machine, () => connectHint(context.program, machine.name));
  },
});

export const rebuild = command({
  name: 'rebuild',
  takes: ['NAME'],
  flags: { force: { short: 'f', says: 'Even where the swarm loses its majority of managers' } },
  summary: 'Make a broken machine anew under its name and role; its disk is lost',
  example: 'slipway rebuild LINUXtips-03',
  async run({ words: [asked], flags }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const { name } = findMachine(context, lab, asked);
    const after = await lastEvent(api, lab.id);
    const query = { force: flags.force ? ('true' as const) : ('false' as const) };
    await withForceNamed(
      api.rebuildMachine({ lab: lab.id, machine: name, query, idempotencyKey: randomUUID() }),
    );
    const machine = await awaitMachine(context, api, lab, { name, after });
    context.answer(machine, () => connectHint(context.program, name));
  },
});

function roleOf(text: string | undefined): 'manager' | 'worker' | undefined {
  if (text === undefined || text === 'manager' || text === 'worker') return text;
  throw new UsageError(`--role takes manager or worker, and not "${text}"`);
}
