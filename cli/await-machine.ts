import type { Client } from '../client/client.ts';
import type { Lab, Machine } from '../client/operations.ts';
import type { Context } from './context.ts';
import { Failure } from './errors.ts';
import { followLab } from './follow-lab.ts';

/** As long as a lab may take. */
const WAIT_SECONDS = 900;
const WORTH_A_LINE = new Set(['NoRoom', 'BootFailed', 'BootedAnew', 'MachineRebuilt']);

/** Follows one machine of a live lab on its way up, with docker-machine's own lines, each when it is true. */
export async function awaitMachine(
  context: Context,
  api: Client,
  lab: Lab,
  { name, after }: { name: string; after: number },
): Promise<Machine> {
  const say = (line: string) => {
    if (!context.json) context.print(line);
  };
  say(`(${name}) Launching instance...`);
  say('Waiting for machine to be running, this may take a few minutes...');
  const deadline = context.terminal.now() + WAIT_SECONDS * 1000;
  const joins = lab.machines.some(({ role }) => role !== 'none');
  let checking = false;
  return await followLab({ api, terminal: context.terminal, lab: lab.id }, after, async (news) => {
    for (const { type, message } of news) {
      if (WORTH_A_LINE.has(type) && message.includes(name)) say(`(${name}) ${message}`);
    }
    const now = await api.getLab({ lab: lab.id });
    const machine = now.machines.find((one) => one.name === name);
    if (machine === undefined || now.phase === 'deleting' || now.phase === 'failed') {
      throw new Failure(
        now.failure?.message ?? `${name} is gone from lab ${now.name}, which is ${now.phase}`,
      );
    }
    if (!checking && machine.state === 'Running') {
      checking = true;
      say('Checking connection to Docker...');
    }
    const up = machine.engineVersion !== undefined && (!joins || machine.swarm !== undefined);
    if (machine.state === 'Running' && up) return machine;
    if (context.terminal.now() > deadline) {
      throw new Failure(
        `${name} is ${machine.state} after ${WAIT_SECONDS} s; "${context.program} events" tells more`,
      );
    }
    return undefined;
  });
}
