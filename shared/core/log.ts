import { type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

/**
 * One JSON line per event, with every field that could hold a secret redacted whatever logs it.
 * @param level pino's level names; `silent` for tests.
 */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
  });
}

const SECRET_FIELDS = [
  'token',
  'authorization',
  'key',
  'privateKey',
  'seed',
  'password',
  'value',
  'data',
  'JoinTokens',
];
