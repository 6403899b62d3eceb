import { isCollection, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type InputIssue, SlipwayError } from '../core/errors.ts';
import { ComposeFile } from './compose-model.ts';

/** Far more than any stack of the course; a bomb of anchors is refused by the parser's own count. */
const LONGEST_TEXT = 2 * 1024 * 1024;
const MOST_ALIASES = 100;

/**
 * A Compose v3 file, checked.
 * @throws SlipwayError `invalid_input` with every error at once, each with its line and column.
 */
export function readCompose(text: string): ComposeFile {
  if (text.length > LONGEST_TEXT) throw new SlipwayError('too_large', 'a Compose file may have 2 MiB');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw refused(document.errors.map(({ message }) => ({ pointer: '', message })));
  }
  const parsed = ComposeFile.safeParse(document.toJS({ maxAliasCount: MOST_ALIASES }));
  if (parsed.success) return withKnownNames(parsed.data);
  const positionOf = (path: PropertyKey[]): string => {
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth), true);
      const range = isNode(node) || isCollection(node) ? node.range : undefined;
      if (!range) continue;
      const { line, col } = lines.linePos(range[0]);
      return `line ${line}, column ${col}: `;
    }
    return '';
  };
  throw refused(parsed.error.issues.flatMap((issue) => issuesOf(issue, positionOf)));
}

function issuesOf(issue: z.core.$ZodIssue, positionOf: (path: PropertyKey[]) => string): InputIssue[] {
  const at = (path: PropertyKey[], message: string) => ({
    pointer: `/${path.map(String).join('/')}`,
    message: `${positionOf(path)}${message}`,
  });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => at([...issue.path, key], `${key} is not supported here`));
  }
  return [at(issue.path, `${issue.path.map(String).join('.')}: ${issue.message}`)];
}

/** Networks and volumes that services name must be declared, as the CLI has it. */
function withKnownNames(file: ComposeFile): ComposeFile {
  const issues = Object.entries(file.services).flatMap(([name, service]) => {
    const unknown = [
      ...(service.networks ?? []).filter((network) => network !== 'default' && !(network in file.networks)),
      ...(service.volumes ?? []).map(({ source }) => source).filter((source) => !(source in file.volumes)),
    ];
    return unknown.map((thing) => ({
      pointer: `/services/${name}`,
      message: `service ${name} names ${thing}, which the file does not declare`,
    }));
  });
  if (issues.length > 0) throw refused(issues);
  return file;
}

function refused(issues: InputIssue[]): SlipwayError {
  const words = issues.map(({ message }) => message).join('; ');
  return new SlipwayError('invalid_input', `the Compose file cannot be used: ${words}`, { issues });
}
