import type { Colors } from '../../colors.ts';
import { onOneLine } from '../../table.ts';
import { byNeed, countsText, type StudentProgress, usdText, wordsOf } from './class-progress.ts';

const BAR_WIDTH = 10;
const NAME_WIDTH = 28;
const MINUTE_MS = 60_000;
/** Of a terminal that does not tell. */
const USUAL = { columns: 100, rows: 30 };

export interface FrameOptions {
  name: string;
  color: Colors;
  size: { columns: number; rows: number } | undefined;
  /** Milliseconds since the epoch, by the clock that is beside the terminal. */
  now: number;
  /** Why what is shown is not of now. */
  stale?: string | undefined;
}

/**
 * What `class watch` shows at one moment: counts, then as many students as the screen has lines, those who are stuck first.
 * No line is longer than the screen is wide, so that the next frame can be put over it.
 */
export function drawFrame(items: StudentProgress[], options: FrameOptions): string[] {
  const { name, color, now, stale } = options;
  const { columns, rows } = options.size ?? USUAL;
  const price = items.reduce((sum, { usd }) => sum + usd, 0);
  const clock = new Date(now).toISOString().slice(11, 19);
  const header = `${name}  ${clock}Z  ${items.length} students: ${countsText(items)}  ${usdText(price)} USD`;
  const last = stale === undefined ? [] : [color.red(cut(stale, columns))];
  // The line below the last one is where the terminal's cursor stands.
  const room = Math.max(1, rows - 3 - last.length);
  const sorted = [...items].sort(byNeed);
  const shown = sorted.length > room ? sorted.slice(0, room - 1) : sorted;
  const more =
    shown.length < sorted.length ? [color.dim(cut(`and ${sorted.length - shown.length} more`, columns))] : [];
  return [
    color.bold(cut(header, columns)),
    color.dim(cut(lineOf(['STUDENT', 'PHASE', 'PERCENT', 'HOURS', 'USD', 'SEEN', 'WHAT'], items), columns)),
    ...shown.map((one) => paint(one, cut(lineOf(cellsOf(one, now), items), columns), color)),
    ...more,
    ...last,
  ];
}

function cellsOf(one: StudentProgress, now: number): string[] {
  return [
    cut(onOneLine(one.name ?? one.student), NAME_WIDTH),
    one.phase,
    bar(one.percent),
    one.hoursUsed.toFixed(1),
    usdText(one.usd),
    seenText(one.lastSeenAt, now),
    onOneLine(wordsOf(one)),
  ];
}

function lineOf(cells: string[], items: StudentProgress[]): string {
  const longest = Math.max(7, ...items.map(({ name, student }) => [...(name ?? student)].length));
  const widths = [Math.min(NAME_WIDTH, longest), 12, BAR_WIDTH + 6, 6, 7, 5];
  return cells
    .map((cell, column) => {
      const width = widths[column];
      if (width === undefined) return cell;
      return column === 3 || column === 4 ? cell.padStart(width) : cell.padEnd(width);
    })
    .join('  ');
}

function paint({ phase, reason }: StudentProgress, line: string, color: Colors): string {
  if (phase === 'failed') return color.red(line);
  if (phase === 'ready') return color.green(line);
  if (phase === 'degraded' || reason === 'NoLab' || reason === 'BudgetSpent') return color.yellow(line);
  return ['pending', 'provisioning', 'starting'].includes(phase) ? line : color.dim(line);
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${String(percent).padStart(3)} %`;
}

/** `now`, `5m`, `3h`, `2d`; nothing where they were never seen. */
function seenText(at: string | undefined, now: number): string {
  if (at === undefined) return '';
  const minutes = Math.floor(Math.max(0, now - Date.parse(at)) / MINUTE_MS);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes}m`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1440)}d`;
}

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
