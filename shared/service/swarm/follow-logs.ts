import { messageOf } from '../../core/errors.ts';
import type { LogLine } from '../../ports/engine.ts';
import { inOurWords } from './engine-words.ts';
import type { LogItem, LogQuery } from './log-view.ts';
import type { OpenLogs } from './read-logs.ts';

/** Kept for a reader that is slower than what comes; more is left out, and said so. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** Of one following; the reader comes again with its cursor. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Lines as they come, in docker's words and as items; or a word about those that did not. */
export type Followed = { text: string; item: LogItem; cursor: string } | { note: string };

/** A service's lines as they are said, until `signal` aborts. Ends with a note where the swarm ended it. */
export async function* followLogs(
  { engine, service, names, position }: OpenLogs,
  { tail }: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<Followed> {
  const inbox = new Inbox();
  const options = { follow: true, signal, maximumBytes: MOST_BYTES, since: position.sinceSeconds };
  const following = engine.logs(
    { service: service.ID },
    { ...options, ...(tail === undefined ? {} : { tail }) },
    (line) => {
      if (position.isNew(line)) inbox.put(line);
    },
  );
  inOurWords(following).then(
    () => inbox.end(undefined),
    (error: unknown) => inbox.end(messageOf(error)),
  );
  for (;;) {
    const { lines, leftOut, over } = await inbox.take();
    await names.learn(lines).catch(() => undefined);
    for (const line of lines) {
      position.note(line);
      const { at, stream, text } = line;
      const item = { at, stream, ...names.speakerOf(line), text };
      yield { text: names.textOf(line), item, cursor: position.toString() };
    }
    if (leftOut > 0) yield { note: `${leftOut} lines are left out: they come faster than you read` };
    if (over === undefined) continue;
    if (over.reason !== undefined && !signal.aborted) yield { note: over.reason };
    return;
  }
}

/** Lines between an engine that does not wait and a reader that may be slow. */
class Inbox {
  #lines: LogLine[] = [];
  #bytes = 0;
  #leftOut = 0;
  #over: { reason: string | undefined } | undefined;
  #wake: () => void = () => undefined;

  put(line: LogLine): void {
    const size = line.text.length + 200;
    if (this.#bytes + size > MOST_WAITING_BYTES) this.#leftOut += 1;
    else {
      this.#lines.push(line);
      this.#bytes += size;
    }
    this.#wake();
  }

  end(reason: string | undefined): void {
    this.#over = { reason };
    this.#wake();
  }

  /** Waits until there is something. */
  async take(): Promise<{
    lines: LogLine[];
    leftOut: number;
    over: { reason: string | undefined } | undefined;
  }> {
    if (this.#lines.length === 0 && this.#leftOut === 0 && this.#over === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = { lines: this.#lines, leftOut: this.#leftOut, over: this.#over };
    this.#lines = [];
    this.#bytes = 0;
    this.#leftOut = 0;
    return taken;
  }
}
