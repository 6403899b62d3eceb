import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { type InputIssue, SlipwayError } from '../../core/errors.ts';
import { duplicateKeys } from './duplicate-keys.ts';

/** What the API takes at most; http-api.md. */
const LONGEST_TEXT = 2 * 1024 * 1024;
/** An alias of aliases of aliases is a bomb; the most that any stack of the course has is 12. */
const MOST_ALIASES = 100;
/** Nobody reads on, and each costs a search through the file. */
const MOST_ISSUES = 50;

export interface YamlFile {
  data: unknown;
  /** All of it as one error, each thing with the line and column of what it is about. */
  refuse(issues: { path: PropertyKey[]; message: string }[]): SlipwayError;
}

/** @throws SlipwayError `invalid_input` for what is no YAML, with every place at once; `too_large` */
export function readYamlFile(text: string): YamlFile {
  if (text.length > LONGEST_TEXT) throw new SlipwayError('too_large', 'a Compose file may have 2 MiB');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  const broken = [
    ...document.errors.map(({ message, pos }) => `${place(pos[0])}: ${message}`),
    ...duplicateKeys(document).map(({ key, offset }) => `${place(offset)}: the key ${key} is there twice`),
  ];
  if (broken.length > 0) throw refused(broken.map((message) => ({ pointer: '', message })));
  return {
    data: contentOf(document),
    refuse: (issues) =>
      refused(
        issues.slice(0, MOST_ISSUES).map(({ path, message }) => ({
          pointer: path.map(pointerPart).join(''),
          message: `${place(offsetOf(document, path))}: ${[path.map(String).join('.'), message].filter((words) => words !== '').join(': ')}`,
        })),
        issues.length - MOST_ISSUES,
      ),
  };
}

function contentOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw refused([{ pointer: '', message: (error as Error).message }]);
  }
}

function pointerPart(part: PropertyKey): string {
  return `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Where the thing at a path is, or the nearest thing around it that is in the file: the key, where it has one. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const around = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    const key = isMap(around)
      ? around.items.find(({ key }) => isScalar(key) && String(key.value) === String(last))?.key
      : undefined;
    if (isScalar(key) && key.range) return key.range[0];
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function refused(issues: InputIssue[], untold = 0): SlipwayError {
  const words = issues.map(({ message }) => message).join('; ');
  const more = untold > 0 ? `; and ${untold} more` : '';
  return new SlipwayError('invalid_input', `the Compose file cannot be used: ${words}${more}`, { issues });
}
