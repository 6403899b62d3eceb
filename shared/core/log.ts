/** Writes one line: fields and a sentence, or a sentence alone. */
interface WriteLine {
  (fields: object, message?: string): void;
  (message: string): void;
}

export interface Log {
  debug: WriteLine;
  info: WriteLine;
  warn: WriteLine;
  error: WriteLine;
}

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50, silent: Number.POSITIVE_INFINITY };
export type LogLevel = keyof typeof LEVELS;

/** Never written, whatever logs it and however deep it is. */
const SECRET_FIELDS = new Set([
  'token',
  'authorization',
  'key',
  'privateKey',
  'seed',
  'password',
  'value',
  'data',
  'JoinTokens',
]);

/**
 * One JSON line per event, as pino writes them, which takes longer to load than an API on Lambda has.
 * @param level the least that is written; `silent` for tests.
 */
export function createLog(level: LogLevel, write: (line: string) => void = toStdout): Log {
  const writer = (name: Exclude<LogLevel, 'silent'>): WriteLine => {
    if (LEVELS[name] < LEVELS[level]) return () => undefined;
    return (first: object | string, message?: string) => {
      const time = new Date().toISOString();
      const [fields, msg] = typeof first === 'string' ? [{}, first] : [first, message];
      write(`${textOf({ level: LEVELS[name], time, ...fields, msg })}\n`);
    };
  };
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
}

function toStdout(line: string): void {
  process.stdout.write(line);
}

function textOf(line: { level: number; time: string; msg: string | undefined }): string {
  try {
    return JSON.stringify(line, readable);
  } catch {
    // A circle, or what has no JSON: the sentence at least is told.
    const { level, time, msg } = line;
    return JSON.stringify({ level, time, msg, note: 'its fields cannot be written' });
  }
}

function readable(field: string, value: unknown): unknown {
  if (SECRET_FIELDS.has(field)) return '[redacted]';
  // An error's own words are no fields of it, and JSON would leave them out.
  return value instanceof Error ? { name: value.name, message: value.message } : value;
}
