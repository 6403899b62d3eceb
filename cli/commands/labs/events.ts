import { colorsFor } from '../../colors.ts';
import { command } from '../../command.ts';
import type { Context } from '../../context.ts';
import type { LabEvent } from '../../lab-event.ts';
import { isMessage } from '../../notices.ts';
import { keepHeard } from '../../session.ts';
import { onOneLine } from '../../table.ts';

const WAIT_SECONDS = 20;
const PAUSE_MS = 2000;

export const events = command({
  name: 'events',
  takes: [],
  flags: { follow: { short: 'f', says: 'Go on until Ctrl-C, or until the lab is gone' } },
  summary: 'Print what happened to a lab',
  example: 'slipway events -f',
  async run({ flags }, context) {
    const { terminal } = context;
    const api = await context.api();
    const lab = await context.lab();
    let after = 0;
    let wait = 0;
    for (;;) {
      const asked = performance.now();
      const page = await api.listEvents({ lab: lab.id, query: { after, wait, limit: 100 } });
      for (const event of page.items) tell(context, event);
      after = page.after;
      if (page.items.some(isMessage)) await keepHeard(terminal, lab.id, after);
      const last = page.items.at(-1)?.type;
      if (terminal.signal.aborted || last === 'Deleted') return;
      if (page.items.length > 0) continue;
      if (!flags.follow) return;
      if (wait > 0 && performance.now() - asked < 1000) await terminal.pause(PAUSE_MS);
      wait = WAIT_SECONDS;
    }
  },
});

function tell({ json, terminal, print }: Context, event: LabEvent): void {
  const color = colorsFor(terminal);
  const isLoud = isMessage(event);
  const type = isLoud ? color.bold(color.yellow(event.type)) : color.cyan(event.type);
  const text = onOneLine(event.message);
  const words = `${color.dim(event.at)}  ${type}  ${isLoud ? color.bold(color.yellow(text)) : text}`;
  print(json ? JSON.stringify(event) : words);
}
