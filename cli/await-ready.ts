import type { Client } from '../client/client.ts';
import type { Lab } from '../client/operations.ts';
import type { Context } from './context.ts';
import { Failure } from './errors.ts';
import { followLab } from './follow-lab.ts';
import { isMessage, tellMessage } from './notices.ts';
import { drawProgress } from './progress.ts';
import { keepHeard } from './session.ts';

/** What a lab's timeline tells that is worth a line while it is being made. */
const WORTH_A_LINE = new Set([
  'SwarmFormed',
  'StackDeployed',
  'NoRoom',
  'MachinesLost',
  'BootFailed',
  'BootedAnew',
]);

/**
 * Follows a lab on its way up and prints docker-machine's own lines, each when it is true.
 * @throws Failure where the lab is given up, or removed meanwhile.
 */
export async function awaitReady(
  context: Context,
  api: Client,
  lab: Lab,
  { after, machines }: { after: number; machines: string[] },
): Promise<Lab> {
  const { terminal } = context;
  const progress = drawProgress(terminal);
  const say = (line: string) => {
    progress.clear();
    if (!context.json) context.print(line);
  };
  for (const name of machines) say(`(${name}) Launching instance...`);
  say('Waiting for machine to be running, this may take a few minutes...');
  let checking = false;
  try {
    return await followLab({ api, terminal, lab: lab.id }, after, async (news) => {
      const now = await api.getLab({ lab: lab.id });
      if (!checking && now.conditions.MachinesRunning?.status === 'True') {
        checking = true;
        say('Checking connection to Docker...');
      }
      for (const event of news) {
        if (WORTH_A_LINE.has(event.type)) say(`(${now.name}) ${event.message}`);
        if (!isMessage(event)) continue;
        progress.clear();
        tellMessage(context, event);
        await keepHeard(terminal, lab.id, event.sequence);
      }
      if (now.phase === 'failed' || now.phase === 'deleting' || now.phase === 'deleted') {
        throw new Failure(now.failure?.message ?? `the lab is ${now.phase}`);
      }
      if (now.phase === 'ready') return now;
      progress.draw(now);
      return undefined;
    });
  } finally {
    progress.clear();
  }
}
