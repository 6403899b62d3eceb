/** Underscores aside: what Go's `strconv.ParseInt` takes with base 0. A leading 0 alone is octal, as in YAML 1.1. */
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[-+]\d{2}:\d{2}))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?))?$/;

const LONGEST_NUMBER = 400;

const WORDS = new Map<string, unknown>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);

/**
 * What an unquoted word of a YAML file is, as gopkg.in/yaml.v3 has it, which the docker command reads with: `yes` and
 * `on` are texts, `010` is eight, `1_000` a thousand. An integer past 2^53 is a bigint, so that none loses a digit.
 */
export function plainScalar(text: string): unknown {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text) || text.length > LONGEST_NUMBER) return text;
  const time = TIMESTAMP.exec(text);
  if (time !== null) return readTime(time) ?? text;
  // Of what begins with a point Go takes no underscores out.
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  const integer = INTEGER.exec(digits);
  const whole = integer === null ? undefined : readInteger(integer[1] === '-', integer[2] ?? '');
  if (whole !== undefined) return whole;
  const float = FLOAT.test(digits) ? Number(digits) : Number.NaN;
  return Number.isFinite(float) ? readFloat(float) : text;
}

/** A whole number written as a float (`1e6`, `80.0`), which Go keeps apart from an integer. */
export class WholeFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toString(): string {
    return String(this.value);
  }
}

function readFloat(value: number): number | WholeFloat {
  return Number.isInteger(value) ? new WholeFloat(value) : value;
}

/** @returns undefined for what has more than 64 bits, which is a float then. */
function readInteger(negative: boolean, digits: string): number | bigint | undefined {
  const octal = /^0[0-7]+$/.test(digits);
  const magnitude = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  const value = negative ? -magnitude : magnitude;
  if (value >= 2n ** 64n || value < -(2n ** 63n)) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** A date or a time, which Go keeps apart from a text. */
export class Moment {
  /** As Go writes one, `2001-01-02 00:00:00 +0000 UTC`. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

function readTime(time: RegExpExecArray): Moment | undefined {
  const [year = 0, month = 0, day = 0] = time.slice(1, 4).map(Number);
  const clock = (time[4] === undefined ? time.slice(9, 12) : time.slice(4, 7)).map((part) =>
    Number(part ?? 0),
  );
  const [hour = 0, minute = 0, second = 0] = clock;
  const moment = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (moment.getUTCMonth() !== month - 1 || moment.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = (time[7] ?? time[12] ?? '').replace(/\.?0+$/, '');
  const zone = time[8] ?? 'Z';
  const offset = zone === 'Z' ? '+0000 UTC' : `${zone.replace(':', '')} ${zone.replace(':', '')}`;
  const written = `${moment.toISOString().slice(0, 19).replace('T', ' ')}${fraction} ${offset}`;
  return new Moment(written);
}
