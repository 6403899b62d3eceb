import { type InputIssue, SlipwayError } from '../../shared/core/errors.ts';
import { type StackSource, sourcePath } from '../../shared/lab/stack-source.ts';
import type { RawBody } from './operation.ts';
import { readFileText } from './read-body.ts';

/** Parts with a meaning of their own; every other part is a file that the Compose file refers to, by its path there. */
const COMPOSE = 'compose';
const VARIABLES = 'variables';
const MOST_FILES = 200;

/**
 * A stack's source out of `multipart/form-data`: the part `compose`, perhaps `variables` (lines `NAME=value`), and each
 * file under the path that the Compose file calls it by.
 * @throws SlipwayError `malformed` for what is no form or no text, `invalid_input` with every part that cannot be used.
 */
export async function readStackForm(raw: RawBody): Promise<StackSource> {
  const form = await formOf(raw);
  const issues: InputIssue[] = [];
  const source: StackSource = { compose: '', files: {}, variables: {} };
  const seen = new Set<string>();
  for (const [part, value] of form) {
    const pointer = `/${part.slice(0, 200).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(await value.arrayBuffer());
    const path = sourcePath(part);
    if (seen.has(path ?? part)) issues.push({ pointer, message: 'is there twice; send each part once' });
    else if (part === COMPOSE) source.compose = readFileText(bytes, 'the Compose file');
    else if (part === VARIABLES)
      issues.push(...readVariables(readFileText(bytes, 'variables'), source.variables));
    else if (path === undefined) {
      issues.push({
        pointer,
        message: 'must be a path at or below the Compose file, as it is written there',
      });
    } else source.files[path] = bytes.toString('base64');
    seen.add(path ?? part);
  }
  if (!seen.has(COMPOSE)) {
    issues.push({
      pointer: `/${COMPOSE}`,
      message: 'is missing; send the Compose file as the part "compose"',
    });
  }
  if (Object.keys(source.files).length > MOST_FILES) {
    issues.push({ pointer: '', message: `has ${seen.size} parts; ${MOST_FILES} files are the most` });
  }
  if (issues.length > 0) {
    const words = issues.slice(0, 3).map(({ pointer, message }) => `${pointer.slice(1)} ${message}`);
    throw new SlipwayError('invalid_input', words.join('; '), { issues: issues.slice(0, 50) });
  }
  return source;
}

async function formOf({ contentType, bytes }: RawBody): Promise<FormData> {
  try {
    const body = new Uint8Array(bytes);
    return await new Response(body, { headers: { 'Content-Type': contentType } }).formData();
  } catch (error) {
    throw new SlipwayError(
      'malformed',
      'the body is not the multipart/form-data that its Content-Type says',
      {
        cause: error,
      },
    );
  }
}

/** `NAME=value` a line; blank lines and those that begin with # are passed over. */
function readVariables(text: string, variables: Record<string, string>): InputIssue[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return [];
    const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      return [{ pointer: `/${VARIABLES}`, message: `line ${index + 1} must be NAME=value` }];
    }
    variables[name] = value;
    return [];
  });
}
