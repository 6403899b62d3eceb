import { lookUp, type Variables } from './substitute.ts';

/** Go's bufio.Scanner takes no longer line. */
const LONGEST_LINE_BYTES = 64 * 1024;
/** What Go's unicode.IsSpace takes for a blank. */
const BLANKS = /^[\t\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const BYTE_ORDER_MARK = /^\ufeff/;

export interface EnvFileProblem {
  /** From 1 on. */
  line: number;
  message: string;
}

/**
 * Reads an env file in the docker command's own dialect: no quotes, no `export`, no variables; a value is all that comes
 * after the first `=`, blanks at its end too. A bare NAME takes its value from the variables given, or is left out.
 */
export function readEnvFile(
  bytes: Uint8Array,
  variables: Variables,
): { values: Map<string, string>; problems: EnvFileProblem[] } {
  const values = new Map<string, string>();
  const problems: EnvFileProblem[] = [];
  for (const [index, written] of linesOf(bytes).entries()) {
    const tell = (message: string) => problems.push({ line: index + 1, message });
    if (written.length >= LONGEST_LINE_BYTES) {
      tell('is longer than 64 KiB: put what is long into a config');
      break;
    }
    const text = decode(written);
    if (text === undefined) {
      tell('is no UTF-8: save the file as UTF-8');
      continue;
    }
    const line = (index === 0 ? text.replace(BYTE_ORDER_MARK, '') : text).replace(BLANKS, '');
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const name = equals < 0 ? line : line.slice(0, equals);
    if (name === '') tell('has no name before its =');
    else if (/[ \t]/.test(name))
      tell(`"${name}" has a blank in it: write NAME=value, without export and blanks`);
    else {
      const value = equals < 0 ? lookUp(name, variables) : line.slice(equals + 1);
      if (value !== undefined) values.set(name, value);
    }
  }
  return { values, problems };
}

/** Cut at line feeds, the carriage return before one dropped. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    lines.push(bytes.subarray(start, end > start && bytes[end - 1] === 0x0d ? end - 1 : end));
    start = end + 1;
  }
  return lines;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
