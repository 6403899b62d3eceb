import { ApiError, Unreachable } from '../../../client/api-error.ts';
import { readDuration } from '../../../shared/core/duration.ts';
import { colorsFor } from '../../colors.ts';
import { command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { isoDuration } from '../../iso-duration.ts';
import { onOneLine } from '../../table.ts';
import { byNeed, countsText, isReady, isWanted, type StudentProgress, wordsOf } from './class-progress.ts';
import { drawFrame } from './watch-frame.ts';

const PAUSE_MS = 5000;
/** A minute without an answer. */
const MOST_MISSED = 12;
const DEFAULT_TIMEOUT = '30m';

export const classWatch = command({
  name: 'class watch',
  takes: ['CLASS'],
  flags: {
    group: { value: 'GROUP', says: 'Only this group' },
    student: { value: 'EMAIL', says: 'Only this student' },
    'until-ready': { says: 'End as soon as all are ready, with 0; with 1 where they are not in time' },
    timeout: {
      value: 'DURATION',
      says: `With --until-ready, how long to wait: 20m, 1h; ${DEFAULT_TIMEOUT} if left out`,
    },
  },
  summary: 'Watch all labs of a class, who is stuck first; without a terminal, a line for each change',
  example: 'slipway class watch docker-2026\nslipway class watch docker-2026 --until-ready --timeout 20m',
  async run({ words: [name = ''], flags }, context) {
    const { terminal } = context;
    const seconds = readDuration(isoDuration(flags.timeout ?? DEFAULT_TIMEOUT)) ?? 0;
    const deadline = terminal.now() + seconds * 1000;
    const query = { group: flags.group, student: flags.student };
    const show = viewOf(context, name);
    let items: StudentProgress[] = [];
    let missed = 0;
    const api = await context.api();
    for (;;) {
      const answer = await api.listClassLabs({ class: name, query }).catch((error: unknown) => {
        missed += 1;
        // The first question tells what is wrong with it.
        if (items.length === 0 || missed > MOST_MISSED || !passes(error)) throw error;
        return error as Error;
      });
      if (terminal.signal.aborted) return 0;
      if (answer instanceof Error) show(items, answer.message);
      else {
        missed = 0;
        items = answer.items;
        show(items, undefined);
        const wanted = items.filter(isWanted);
        if (flags['until-ready'] && wanted.length > 0 && wanted.every(isReady)) return 0;
      }
      if (terminal.signal.aborted) return 0;
      if (flags['until-ready'] && terminal.now() >= deadline) throw new Failure(lateText(items));
      await terminal.pause(PAUSE_MS);
      if (terminal.signal.aborted) return 0;
    }
  },
});

/** Is it the network or a moment of the server's? */
function passes(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof ApiError && (error.status >= 500 || error.status === 429);
}

/** Shows how far all are: over what was there before on a terminal, else what has changed. */
function viewOf(
  context: Context,
  name: string,
): (items: StudentProgress[], stale: string | undefined) => void {
  const { terminal } = context;
  if (context.json || !terminal.live) return linesOf(context);
  const color = colorsFor(terminal);
  let height = 0;
  return (items, stale) => {
    const frame = drawFrame(items, { name, color, size: terminal.size?.(), now: terminal.now(), stale });
    // Up to the first line of the frame before, and clear from there on.
    const over = height === 0 ? '' : `\x1b[${height}A\r\x1b[J`;
    terminal.out(`${over}${frame.join('\n')}\n`);
    height = frame.length;
  };
}

function linesOf(context: Context): (items: StudentProgress[], stale: string | undefined) => void {
  const told = new Map<string, string>();
  return (items, stale) => {
    if (stale !== undefined) context.note(stale);
    for (const one of [...items].sort(byNeed)) {
      const { student, phase, percent, lastEvent } = one;
      const state = JSON.stringify([phase, percent, one.problem, lastEvent?.at, lastEvent?.type]);
      if (told.get(student) === state) continue;
      told.set(student, state);
      if (context.json) context.print(JSON.stringify(one));
      else {
        const at = new Date(context.terminal.now()).toISOString();
        context.print(`${at}  ${student}  ${phase} ${percent} %  ${onOneLine(wordsOf(one))}`.trimEnd());
      }
    }
  };
}

const NAMED = 10;

function lateText(items: StudentProgress[]): string {
  const late = items.filter((one) => isWanted(one) && !isReady(one)).sort(byNeed);
  if (late.length === 0) return 'the class has no students';
  const lines = late
    .slice(0, NAMED)
    .map(
      (one) => `  ${one.student}: ${one.phase}${wordsOf(one) === '' ? '' : `, ${onOneLine(wordsOf(one))}`}`,
    );
  const more = late.length > NAMED ? [`  and ${late.length - NAMED} more`] : [];
  return [`not all are ready: ${countsText(items)}`, ...lines, ...more].join('\n');
}
