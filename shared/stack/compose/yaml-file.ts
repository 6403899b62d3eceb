import { LineCounter, parseAllDocuments } from 'yaml';
import { type FilePlace, type InputIssue, SlipwayError } from '../../core/errors.ts';
import { contentOf } from './yaml-content.ts';

/** Of any stack of the course this is twenty times the longest. */
const LONGEST_TEXT = 256 * 1024;
/** The parser takes some 20 µs for each; 200 services of 30 lines have 15,000. */
const MOST_MARKS = 40_000;
const MARK = /[^\w \t]/g;
/** What is told of a thing is no longer, and neither is where it is. */
const LONGEST_MESSAGE = 1000;
/** Nobody reads on, and each costs a search through the file. */
const MOST_ISSUES = 50;
/** What the Compose file is called where something is said of it. */
const COMPOSE_FILE = 'compose.yml';
/** As libyaml has it: of control characters, a tab, the ends of lines and U+0085 alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]/;

/** What the parser says of what libyaml takes. */
const OVERFLOW = /^Maximum call stack size exceeded$/;
const HARMLESS = /^Comments must be separated/;

/** One thing wrong, by its path in the file or by its place in another. */
export interface FileIssue {
  path: PropertyKey[];
  message: string;
  place?: FilePlace;
}

export interface YamlFile {
  data: unknown;
  /** Is there a second document, which is not read? */
  more: boolean;
  /** Where the thing at a path is, or the nearest thing around it that is in the file: the key, where it has one. */
  placeOf(path: PropertyKey[]): FilePlace | undefined;
  /** All of it as one error, each thing with the place of what it is about. */
  refuse(issues: FileIssue[]): SlipwayError;
}

/** @throws SlipwayError `invalid_input` for what is no YAML, with every place at once; `too_large` */
export function readYamlFile(text: string): YamlFile {
  refuseLong(text, text.length > LONGEST_TEXT);
  refuseBinary(text);
  refuseLong(text, (text.match(MARK)?.length ?? 0) > MOST_MARKS);
  const lines = new LineCounter();
  const placeAt = (offset: number): FilePlace => {
    const { line, col } = lines.linePos(offset);
    return { file: COMPOSE_FILE, line: Math.max(1, line), column: Math.max(1, col) };
  };
  // An end of a line may be a carriage return alone.
  const [document, ...more] = parseAllDocuments(text.replace(/\r(?!\n)/g, '\n'), {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  if (document === undefined || !('contents' in document)) {
    throw refused([{ pointer: '', message: 'it is empty: it must be a mapping with services' }]);
  }
  const errors = [
    ...directiveProblems(text),
    ...document.errors
      .filter(({ message }) => !HARMLESS.test(message))
      .map(({ message, pos }) => ({
        message: message.replace(OVERFLOW, 'is nested too deeply'),
        offset: pos[0],
      })),
  ];
  const { data, offsets, problems } =
    errors.length > 0 ? { data: undefined, offsets: new WeakMap(), problems: errors } : contentOf(document);
  if (problems.length > 0) {
    throw refused(
      problems.slice(0, MOST_ISSUES).map(({ message, offset }) => ({
        pointer: '',
        message,
        place: placeAt(offset),
      })),
      problems.length - MOST_ISSUES,
    );
  }

  function placeOf(path: PropertyKey[]): FilePlace | undefined {
    let around: unknown = data;
    let offset: number | undefined;
    for (const part of path) {
      if (typeof around !== 'object' || around === null) break;
      const found = offsets.get(around)?.get(Array.isArray(around) ? Number(part) : String(part));
      if (found === undefined) break;
      offset = found;
      around = (around as Record<PropertyKey, unknown>)[part];
    }
    return offset === undefined ? undefined : placeAt(offset);
  }

  return {
    data,
    more: more.length > 0,
    placeOf,
    refuse: (issues) =>
      refused(
        issues.slice(0, MOST_ISSUES).map(({ path, message, place = placeOf(path) }) => ({
          pointer: shorten(pointerTo(path)),
          message: shorten([path.map(String).join('.'), message].filter((words) => words !== '').join(': ')),
          ...(place === undefined ? {} : { place }),
        })),
        issues.length - MOST_ISSUES,
      ),
  };
}

/** Leaves out the middle, which is a long text of the file's own. */
function shorten(text: string): string {
  const half = LONGEST_MESSAGE / 2;
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, half)} … ${text.slice(-half)}`;
}

/** A JSON pointer, as RFC 6901 escapes it. */
export function pointerTo(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function refuseLong(text: string, tooLong: boolean): void {
  if (!tooLong) return;
  const words =
    text.length > LONGEST_TEXT
      ? `has ${Math.ceil(text.length / 1024)} KiB, and ${LONGEST_TEXT / 1024} is the most`
      : `has more than ${MOST_MARKS} lines and marks`;
  throw new SlipwayError('too_large', `the Compose file ${words}: put what is long into files of its own`, {
    facts: { allowedBytes: LONGEST_TEXT },
  });
}

/** libyaml, which the docker command reads with, is of YAML 1.1. */
function directiveProblems(text: string): { message: string; offset: number }[] {
  const [head = ''] = text.split(/^---/m, 1);
  return [...head.matchAll(/^%(?!YAML +1\.1\s|TAG\s).*$/gm)].map(({ index }) => ({
    message: 'no directive but %YAML 1.1 and %TAG is known: leave the line out',
    offset: index,
  }));
}

function refuseBinary(text: string): void {
  const found = CONTROL.exec(text);
  if (found === null) return;
  const before = text.slice(0, found.index).split('\n');
  const code = found[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
  throw refused([
    {
      pointer: '',
      message: `there is a control character (U+${code}) in it: it must be a text file`,
      place: {
        file: COMPOSE_FILE,
        line: before.length,
        column: (before.at(-1)?.length ?? 0) + 1,
      },
    },
  ]);
}

function refused(issues: InputIssue[], untold = 0): SlipwayError {
  const words = issues
    .map(({ message, place }) =>
      place === undefined ? message : `${place.file}, line ${place.line}, column ${place.column}: ${message}`,
    )
    .join('; ');
  const more = untold > 0 ? `; and ${untold} more` : '';
  return new SlipwayError('invalid_input', `the Compose file cannot be used: ${words}${more}`, { issues });
}
