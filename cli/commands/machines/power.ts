import { randomUUID } from 'node:crypto';
import type { Lab, Machine } from '../../../client/operations.ts';
import { command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { findMachines } from '../../find-machine.ts';
import { followLab, lastEvent } from '../../follow-lab.ts';
import { withForceNamed } from '../../quorum.ts';

type Verb = 'start' | 'stop' | 'restart' | 'kill';

const DOING: Record<Verb, string> = {
  start: 'Starting',
  stop: 'Stopping',
  restart: 'Restarting',
  kill: 'Killing',
};
/** What the API's timeline says of a machine once it is done: docker-machine's own sentence. A stopped one is restarted by a start. */
const DONE: Record<Verb, Verb[]> = {
  start: ['start'],
  stop: ['stop'],
  restart: ['restart', 'start'],
  kill: ['kill', 'stop'],
};
const WAIT_SECONDS = 300;

const force = { force: { short: 'f', says: 'Even where the swarm loses its majority of managers' } } as const;

export const start = powerCommand('start', 'Start machines, and wait for their engines', {});
export const stop = powerCommand('stop', 'Stop machines cleanly; their disks stay', force);
export const restart = powerCommand('restart', 'Restart machines, and wait for their engines', {});
export const kill = powerCommand('kill', 'Power machines off without a shutdown', force);

function powerCommand(verb: Verb, summary: string, flags: typeof force | Record<never, never>) {
  return command({
    name: verb,
    takes: ['NAME...?'],
    flags: flags as Partial<typeof force>,
    summary,
    example: `slipway ${verb} LINUXtips-03`,
    async run(given, context) {
      const lab = await context.lab();
      const machines = findMachines(context, lab, given.words);
      const forced = (given.flags as { force?: boolean }).force === true;
      const done = await Promise.allSettled(
        machines.map((machine) => carryOut(context, lab, machine, verb, forced)),
      );
      const failed = done.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
      const [only, ...others] = failed;
      if (only !== undefined && others.length === 0) throw only;
      if (only !== undefined) throw new Failure(failed.map(({ message }) => message).join('\n'));
      const now = await (await context.api()).getLab({ lab: lab.id });
      const names = machines.map(({ name }) => name);
      context.answer(
        now.machines.filter(({ name }) => names.includes(name)),
        () => newAddresses(context, verb),
      );
    },
  });
}

async function carryOut(
  context: Context,
  lab: Lab,
  machine: Machine,
  verb: Verb,
  forced: boolean,
): Promise<void> {
  const api = await context.api();
  const { name } = machine;
  const say = (line: string) => {
    if (!context.json) context.print(line);
  };
  say(`${DOING[verb]} "${name}"...`);
  const wanted = verb === 'stop' || verb === 'kill' ? 'Stopped' : 'Running';
  if (verb !== 'restart' && machine.state === wanted) {
    // Asked all the same: it may be on its way to the other.
    await ask(api, lab, name, verb, forced);
    say(`Machine "${name}" is already ${wanted.toLowerCase()}.`);
    return;
  }
  const after = await lastEvent(api, lab.id);
  await ask(api, lab, name, verb, forced);
  const deadline = context.terminal.now() + WAIT_SECONDS * 1000;
  let told: string | undefined;
  await followLab({ api, terminal: context.terminal, lab: lab.id }, after, async (news) => {
    told ??= news.find(
      ({ type, message }) => (DONE[verb] as string[]).includes(type) && message.includes(`"${name}"`),
    )?.message;
    const now = (await api.getLab({ lab: lab.id })).machines.find((one) => one.name === name);
    const up = wanted === 'Stopped' || now?.engineVersion !== undefined;
    if (told !== undefined && now?.state === wanted && up) return true;
    if (context.terminal.now() > deadline)
      throw new Failure(
        `${name} is ${now?.state} after ${WAIT_SECONDS} s; "${context.program} events" tells more`,
      );
    return undefined;
  });
  if (told !== undefined) say(told);
}

type Api = Awaited<ReturnType<Context['api']>>;

async function ask(api: Api, lab: Lab, machine: string, verb: Verb, forced: boolean): Promise<void> {
  const query = { force: forced ? ('true' as const) : ('false' as const) };
  const input = { lab: lab.id, machine, query, idempotencyKey: randomUUID() };
  const calls = {
    start: api.startMachine,
    stop: api.stopMachine,
    restart: api.restartMachine,
    kill: api.killMachine,
  };
  await withForceNamed(calls[verb](input));
}

function newAddresses({ program }: Context, verb: Verb): string {
  if (verb !== 'start' && verb !== 'restart') return '';
  const Done = verb === 'start' ? 'Started' : 'Restarted';
  return `${Done} machines may have new IP addresses. You may need to re-run the \`${program} env\` command.\n`;
}
