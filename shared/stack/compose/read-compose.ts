import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { type InputIssue, SlipwayError } from '../../core/errors.ts';
import { ComposeFile } from './compose-file.ts';
import { interpolate, type Variables } from './interpolate.ts';

/** What the API takes at most; http-api.md. */
const LONGEST_TEXT = 2 * 1024 * 1024;
/** An alias of aliases of aliases is a bomb; the most that any stack of the course has is 12. */
const MOST_ALIASES = 100;

/**
 * Reads a Compose file.
 * @param variables what `${NAME}` in it stands for
 * @throws SlipwayError `invalid_input` with every error at once, each with line and column, `too_large`
 */
export function readCompose(text: string, variables: Variables = {}): ComposeFile {
  if (text.length > LONGEST_TEXT) throw new SlipwayError('too_large', 'a Compose file may have 2 MiB');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  if (document.errors.length > 0) {
    throw refused(
      document.errors.map(({ message, pos }) => ({ pointer: '', message: `${place(pos[0])}: ${message}` })),
    );
  }
  const { data, problems } = interpolate(contentOf(document), variables);
  const parsed = ComposeFile.safeParse(data);
  if (parsed.success && problems.length === 0) return parsed.data;
  const issues = [...problems, ...(parsed.error?.issues ?? [])];
  throw refused(issues.map((issue) => issueOf(issue, place(offsetOf(document, issue.path)))));
}

function contentOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw refused([{ pointer: '', message: (error as Error).message }]);
  }
}

function issueOf(issue: { path: PropertyKey[]; message: string }, place: string): InputIssue {
  const path = issue.path.map(String);
  const at = path.length === 0 ? '' : `${path.join('.')}: `;
  return {
    pointer: path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    message: `${place}: ${at}${issue.message}`,
  };
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

function refused(issues: InputIssue[]): SlipwayError {
  const words = issues.map(({ message }) => message).join('; ');
  return new SlipwayError('invalid_input', `the Compose file cannot be used: ${words}`, { issues });
}
