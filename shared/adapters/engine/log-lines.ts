import type { LogLine } from '../../ports/engine.ts';
import { StreamFrames } from './stream-frames.ts';

type Stream = LogLine['stream'];

/** `2024-05-01T10:00:00.000000000Z `, as `timestamps=1` puts it before each line. */
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) /;
/** `com.docker.swarm.node.id=…,com.docker.swarm.task.id=… `, as `details=1` puts it after that. */
const DETAILS = /^(\S*\bcom\.docker\.swarm\.[a-z]+\.id=\S*) /;
const TASK_ID = /(?:^|,)com\.docker\.swarm\.task\.id=([^,\s]+)/;
const NODE_ID = /(?:^|,)com\.docker\.swarm\.node\.id=([^,\s]+)/;
/** Both, wherever a message of the engine begins inside a bare line: after a prompt, or a piece of a long line. */
const MESSAGE =
  /(?=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}(?:Z|[+-]\d\d:\d\d) \S*\bcom\.docker\.swarm\.[a-z]+\.id=)/;
const NEWLINE = 0x0a;

/**
 * Lines out of a log's bytes, however these are cut. Containers with a terminal send their lines bare: a frame begins
 * with a byte below 4, a bare line with the digit of its time. What the engine has to say about the log itself is kept
 * in `trouble`.
 */
export class LogLines {
  readonly #onLine: (line: LogLine) => void;
  readonly #frames: StreamFrames;
  #isBare: boolean | undefined;
  #bare: Buffer[] = [];
  /** Beginnings of lines: an engine cuts a line into pieces of 16 KiB, each with time and details of its own. */
  readonly #begun = new Map<string, LogLine>();
  /** Why the log is not whole, in the engine's words; undefined where it is. */
  trouble: string | undefined;

  /** @param maximumBytes of one frame */
  constructor(maximumBytes: number, onLine: (line: LogLine) => void) {
    this.#onLine = onLine;
    this.#frames = new StreamFrames(maximumBytes, (stream, payload) => {
      const text = payload.toString('utf8');
      if (stream === 'error') this.trouble = text.trim();
      else this.#take(stream, text);
    });
  }

  write(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#isBare ??= (bytes[0] ?? 0) > 3;
    if (this.#isBare) this.#writeBare(bytes);
    else this.#frames.write(bytes);
  }

  /** Nothing comes any more: lines that never ended are lines too. */
  end(): void {
    this.#takeBare();
    for (const line of this.#begun.values()) this.#onLine(line);
    this.#begun.clear();
  }

  #writeBare(bytes: Buffer): void {
    let rest = bytes;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      this.#bare.push(rest.subarray(0, end + 1));
      this.#takeBare();
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) this.#bare.push(rest);
  }

  #takeBare(): void {
    const line = Buffer.concat(this.#bare).toString('utf8');
    this.#bare = [];
    for (const message of line.split(MESSAGE)) if (message !== '') this.#take('stdout', message);
  }

  /** One message of the engine, which usually is one line with its end. */
  #take(stream: Stream, message: string): void {
    const { text, ...origin } = apart(message);
    const key = `${stream} ${origin.taskId}`;
    const pieces = text.split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) this.#emit(key, { stream, ...origin, text: piece });
    if (last !== '') this.#begin(key, { stream, ...origin, text: last });
  }

  #begin(key: string, line: LogLine): void {
    const begun = this.#begun.get(key);
    if (begun === undefined) this.#begun.set(key, line);
    else begun.text += line.text;
  }

  #emit(key: string, line: LogLine): void {
    const begun = this.#begun.get(key);
    this.#begun.delete(key);
    const text = `${begun?.text ?? ''}${line.text}`;
    this.#onLine({ ...line, ...begun, text: text.endsWith('\r') ? text.slice(0, -1) : text });
  }
}

function apart(message: string): { at: string; taskId?: string; nodeId?: string; text: string } {
  const at = TIMESTAMP.exec(message);
  const afterTime = message.slice(at?.[0].length ?? 0);
  const details = DETAILS.exec(afterTime);
  const taskId = TASK_ID.exec(details?.[1] ?? '')?.[1];
  const nodeId = NODE_ID.exec(details?.[1] ?? '')?.[1];
  return {
    at: at?.[1] ?? '',
    ...(taskId === undefined ? {} : { taskId }),
    ...(nodeId === undefined ? {} : { nodeId }),
    text: afterTime.slice(details?.[0].length ?? 0),
  };
}
