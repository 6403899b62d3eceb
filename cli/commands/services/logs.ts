import type { Client } from '../../../client/client.ts';
import type { LogLine } from '../../../client/operations.ts';
import { command } from '../../command.ts';
import type { Context } from '../../context.ts';

/** Between two askings where the server may not wait, or ended the stream. */
const PAUSE_MS = 2000;

export const serviceLogs = command({
  name: 'service logs',
  takes: ['SERVICE'],
  flags: {
    follow: { short: 'f', says: 'Go on until Ctrl-C' },
    tail: { short: 'n', value: 'LINES', says: 'The last so many lines of each task, or all' },
    since: { value: 'WHEN', says: 'A moment, or how long ago: 10m' },
  },
  summary: 'Print what a service’s tasks say',
  example: 'slipway service logs -f --tail 10 webserver',
  async run({ words: [service = ''], flags }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const query = { tail: flags.tail, since: flags.since };
    if (flags.follow) return await follow(context, api, { lab: lab.id, service }, query);
    if (context.json) {
      const { items } = await api.readServiceLogs({ lab: lab.id, service, query });
      context.answer(items, () => '');
      return undefined;
    }
    context.terminal.out(await api.text('readServiceLogs', { lab: lab.id, service, query }));
    return undefined;
  },
});

interface Asked {
  tail: string | undefined;
  since: string | undefined;
}

/** Asks again from where it was, whenever the server ends the stream. */
async function follow(
  context: Context,
  api: Client,
  where: { lab: string; service: string },
  first: Asked,
): Promise<undefined> {
  const { terminal } = context;
  let query: Asked = first;
  while (!terminal.signal.aborted) {
    const input = { ...where, query: { ...query, follow: 'true' as const } };
    for await (const { event, data, id } of api.events('readServiceLogs', input, terminal.signal)) {
      if (id !== undefined && id !== '') query = { tail: undefined, since: id };
      if (event === 'log') tell(context, JSON.parse(data) as LogLine);
      if (event === 'note') context.note(String((JSON.parse(data) as { note?: string }).note));
    }
    await terminal.pause(PAUSE_MS);
  }
  return undefined;
}

/** As `docker service logs` prints it: the task and its node, a bar, the line. */
function tell({ json, terminal }: Context, line: LogLine): void {
  const words = `${line.task}@${line.node}    | ${line.text.replace(/\n$/, '')}\n`;
  if (json) terminal.out(`${JSON.stringify(line)}\n`);
  else if (line.stream === 'stderr') terminal.err(words);
  else terminal.out(words);
}
