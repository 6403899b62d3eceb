import type { LogLine } from '../../ports/engine.ts';
import { readMoment, writeMoment } from './log-time.ts';

/**
 * Lines of several nodes do not come in the order of their times: one may have been said before the last that was read,
 * and be fetched after it. Clocks of a lab's machines are nearer than this.
 */
const WINDOW_NS = 5_000_000_000n;
const KEY_LENGTH = 12;
const TEXT = /^([^~]{1,40})((?:~[a-z0-9-]{0,12}\.[0-9a-z]{1,12})*)$/i;

/**
 * How far a reader of a service's logs has come: of each task, its last line within a few seconds, so that none is read
 * twice and none is missed. Its text is a moment, `~` and a task's place each: what `since` takes.
 */
export class LogPosition {
  /** Nothing before it. */
  readonly #from: bigint;
  readonly #seen: Map<string, bigint>;

  constructor(from: bigint, seen = new Map<string, bigint>()) {
    this.#from = from;
    this.#seen = seen;
  }

  /** @returns undefined for what is no text of a position; a moment alone is one. */
  static read(text: string): LogPosition | undefined {
    const [, moment = '', places = ''] = TEXT.exec(text) ?? [];
    const from = readMoment(moment);
    if (from === undefined || from < 0n) return undefined;
    const seen = places
      .split('~')
      .slice(1)
      .map((place): [string, bigint] => {
        const [task = '', after = ''] = place.split('.');
        return [task, from + BigInt(Number.parseInt(after, 36))];
      });
    return new LogPosition(from, new Map(seen));
  }

  /**
   * Where to ask an engine from, seconds since the epoch. A number holds no nanoseconds: a little early, and what
   * comes too much is not new.
   */
  get sinceSeconds(): number {
    return Math.max(0, Number(this.#from / 1000n) / 1e6 - 1e-6);
  }

  isNew(line: LogLine): boolean {
    const at = readMoment(line.at);
    if (at === undefined) return true;
    const last = this.#seen.get(keyOf(line));
    return at >= this.#from && (last === undefined || at > last);
  }

  note(line: LogLine): void {
    const at = readMoment(line.at);
    const last = this.#seen.get(keyOf(line));
    if (at !== undefined && (last === undefined || at > last)) this.#seen.set(keyOf(line), at);
  }

  toString(): string {
    const newest = latest([...this.#seen.values(), this.#from]);
    const from = latest([newest - WINDOW_NS, this.#from]);
    const places = [...this.#seen]
      .filter(([, at]) => at >= from)
      .map(([task, at]) => `~${task}.${(at - from).toString(36)}`);
    return `${writeMoment(from)}${places.join('')}`;
  }
}

/** Math.max knows no bigint. */
function latest(moments: bigint[]): bigint {
  let found = 0n;
  for (const moment of moments) if (moment > found) found = moment;
  return found;
}

function keyOf({ taskId = '' }: LogLine): string {
  return taskId.slice(0, KEY_LENGTH);
}
