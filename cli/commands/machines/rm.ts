import { randomUUID } from 'node:crypto';
import type { Client } from '../../../client/client.ts';
import type { Lab } from '../../../client/operations.ts';
import { forgetLab, forgetMachine } from '../../certificates.ts';
import { command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { findMachine } from '../../find-machine.ts';
import { followLab, lastEvent } from '../../follow-lab.ts';
import { withForceNamed } from '../../quorum.ts';
import { removeLab } from '../../remove-lab.ts';

/** The API drains for 60 s and destroys. */
const WAIT_SECONDS = 300;

export const rm = command({
  name: 'rm',
  takes: ['NAME...'],
  flags: {
    yes: { short: 'y', says: 'Do not ask' },
    force: { short: 'f', says: 'Do not ask, and even where the swarm loses its majority of managers' },
  },
  summary: 'Remove machines; with the last of them the lab goes too',
  example: 'slipway rm -y LINUXtips-03',
  async run({ words, flags }, context) {
    const { terminal } = context;
    const api = await context.api();
    const lab = await context.lab();
    const names = [...new Set(words.map((word) => findMachine(context, lab, word).name))];
    if (!context.json) context.print(`About to remove ${names.join(', ')}`);
    context.note('WARNING: This action will delete both local reference and remote instance.');
    if (!flags.yes && !flags.force) {
      const answer = await terminal.ask('Are you sure? (y/n): ');
      if (!answer?.toLowerCase().startsWith('y')) return;
    }
    if (names.length === lab.machines.length) {
      await removeLab(context, lab);
      await forgetLab(terminal, lab.id);
    } else await removeMachines(context, api, lab, names, flags.force);
    context.answer(
      names.map((name) => ({ name, removed: true })),
      () => names.map((name) => `Successfully removed ${name}\n`).join(''),
    );
  },
});

async function removeMachines(
  context: Context,
  api: Client,
  lab: Lab,
  names: string[],
  forced: boolean,
): Promise<void> {
  const after = await lastEvent(api, lab.id);
  const query = { force: forced ? ('true' as const) : ('false' as const) };
  // One after the other: each counts for the next one's majority.
  for (const machine of names) {
    await withForceNamed(api.removeMachine({ lab: lab.id, machine, query, idempotencyKey: randomUUID() }));
  }
  const deadline = context.terminal.now() + WAIT_SECONDS * 1000;
  const gone = new Set<string>();
  await followLab({ api, terminal: context.terminal, lab: lab.id }, after, async (news) => {
    for (const { type, message } of news) {
      if (type === 'MachineStays') context.note(message);
      for (const name of names)
        if (type === 'MachineRemoved' && message === `Successfully removed ${name}`) gone.add(name);
    }
    if (gone.size === names.length) return true;
    if (context.terminal.now() > deadline) {
      const left = names.filter((name) => !gone.has(name));
      throw new Failure(
        `${left.join(', ')} still there after ${WAIT_SECONDS} s; "${context.program} events" tells more`,
      );
    }
    return undefined;
  });
  for (const name of names) await forgetMachine(context.terminal, lab.id, name);
}
