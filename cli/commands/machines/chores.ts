import { randomUUID } from 'node:crypto';
import type { Client } from '../../../client/client.ts';
import type { Lab } from '../../../client/operations.ts';
import { forgetMachine } from '../../certificates.ts';
import { command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { findMachines } from '../../find-machine.ts';
import { followLab, lastEvent } from '../../follow-lab.ts';

type Chore = 'regenerateCerts' | 'provisionMachine' | 'upgradeMachine';

/** What the timeline calls its end. */
const ENDED: Record<Chore, string> = {
  regenerateCerts: 'CertificateRegenerated',
  provisionMachine: 'Provisioned',
  upgradeMachine: 'EngineUpgraded',
};
const WAIT_SECONDS = 660;

export const provision = command({
  name: 'provision',
  takes: ['NAME...?'],
  flags: {},
  summary: 'Put what makes a machine a Docker host in place again',
  example: 'slipway provision LINUXtips-01',
  async run({ words }, context) {
    await carryOut(context, 'provisionMachine', words);
  },
});

export const regenerateCerts = command({
  name: 'regenerate-certs',
  takes: ['NAME...?'],
  flags: {
    force: { short: 'f', says: 'Do not ask' },
    'client-certs': { says: 'Fetch your own certificate anew too, at the next env' },
  },
  summary: 'Give machines new TLS certificates',
  example: 'slipway regenerate-certs -f LINUXtips-01',
  async run({ words, flags }, context) {
    if (!flags.force) {
      const answer = await context.terminal.ask(
        'Regenerate TLS machine certs?  Warning: this is irreversible. (y/n): ',
      );
      if (!answer?.toLowerCase().startsWith('y')) return;
    }
    if (!context.json) context.print('Regenerating TLS certificates');
    const { lab, names } = await carryOut(context, 'regenerateCerts', words);
    if (!flags['client-certs']) return;
    for (const name of names) await forgetMachine(context.terminal, lab.id, name);
  },
});

export const upgrade = command({
  name: 'upgrade',
  takes: ['NAME...?'],
  flags: {},
  summary: 'Upgrade machines’ Docker Engines to the newest that their package source has',
  example: 'slipway upgrade LINUXtips-01',
  async run({ words }, context) {
    if (!context.json) context.print('Upgrading docker...');
    await carryOut(context, 'upgradeMachine', words);
  },
});

async function carryOut(
  context: Context,
  chore: Chore,
  words: string[],
): Promise<{ lab: Lab; names: string[] }> {
  const api = await context.api();
  const lab = await context.lab();
  const names = findMachines(context, lab, words).map(({ name }) => name);
  const after = await lastEvent(api, lab.id);
  await Promise.all(
    names.map((machine) => api[chore]({ lab: lab.id, machine, idempotencyKey: randomUUID() })),
  );
  const told = await awaitTold(context, api, lab, { chore, names, after });
  context.answer(told, () => '');
  const failed = told.filter(({ ok }) => !ok);
  if (failed.length > 0) throw new Failure(failed.map(({ message }) => message).join('\n'));
  return { lab, names };
}

interface Told {
  ok: boolean;
  message: string;
}

/** Waits until the timeline tells how it ended on each machine. */
async function awaitTold(
  context: Context,
  api: Client,
  lab: Lab,
  { chore, names, after }: { chore: Chore; names: string[]; after: number },
): Promise<Told[]> {
  const told = new Map<string, Told>();
  const deadline = context.terminal.now() + WAIT_SECONDS * 1000;
  return await followLab({ api, terminal: context.terminal, lab: lab.id }, after, async (news) => {
    for (const { type, message } of news) {
      const name = names.find((one) => message.startsWith(`${one}: `));
      if (name === undefined || (type !== ENDED[chore] && type !== 'ChoreFailed')) continue;
      told.set(name, { ok: type === ENDED[chore], message });
      if (!context.json && type === ENDED[chore]) context.print(message);
    }
    if (told.size === names.length) return [...told.values()];
    if (context.terminal.now() > deadline)
      throw new Failure(`no end of it after ${WAIT_SECONDS} s; "${context.program} events" tells more`);
    return undefined;
  });
}
