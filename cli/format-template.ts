import { UsageError } from './errors.ts';

/** A piece of a `--format`: text, or a value of what is printed. */
export type Piece = string | { path: string[]; json: boolean };

const ACTION = /\{\{-?\s*(json\s+)?(\.|(?:\.[A-Za-z_]\w*)+)\s*-?\}\}/;

/**
 * Reads the part of Go's templates that `--format` is used for: `{{.A.B}}`, `{{json .}}` and `{{json .A}}`.
 * @throws UsageError for anything else in braces.
 */
export function readTemplate(text: string): Piece[] {
  const pieces: Piece[] = [];
  let rest = text.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
  for (;;) {
    const match = ACTION.exec(rest);
    const before = match === null ? rest : rest.slice(0, match.index);
    if (before.includes('{{') || before.includes('}}')) throw notKnown(before);
    if (before !== '') pieces.push(before);
    if (match === null) return pieces;
    const [whole, json, path = ''] = match;
    if (whole.startsWith('{{-') || whole.endsWith('-}}')) throw notKnown(whole);
    pieces.push({ path: path.split('.').filter((name) => name !== ''), json: json !== undefined });
    rest = rest.slice(match.index + whole.length);
  }
}

/** @throws UsageError for a field that the value does not have, naming those it has. */
export function fillTemplate(pieces: readonly Piece[], value: unknown): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : fill(piece, value))).join('');
}

function fill({ path, json }: Exclude<Piece, string>, value: unknown): string {
  const found = path.reduce<unknown>((within, name) => {
    if (typeof within === 'object' && within !== null && Object.hasOwn(within, name)) {
      return (within as Record<string, unknown>)[name];
    }
    const known = typeof within === 'object' && within !== null ? Object.keys(within).join(', ') : 'none';
    throw new UsageError(`--format: there is no field .${name} here; there is: ${known}`);
  }, value);
  if (json) return JSON.stringify(found);
  return inGo(found);
}

/** As Go prints a value: a list and a map in their own way. */
function inGo(value: unknown): string {
  if (value === null || value === undefined) return '<no value>';
  if (Array.isArray(value)) return `[${value.map(inGo).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([name, one]) => `${name}:${inGo(one)}`).join(' ')}]`;
}

function notKnown(text: string): UsageError {
  const action = /\{\{.*?(?:\}\}|$)/s.exec(text)?.[0] ?? '}}';
  return new UsageError(`--format takes {{.Field}}, {{.Field.Field}} and {{json .}}, and not ${action}`);
}
