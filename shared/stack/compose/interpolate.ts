import { kindOf } from './by-kind.ts';
import { castFor } from './casts.ts';
import { substitute, type Variables } from './substitute.ts';
import type { FileIssue } from './yaml-file.ts';

/**
 * Anchors aside, no file that may be sent has as many; with them, a file of a few lines has billions.
 */
const MOST_VALUES = 100_000;
/** The deepest thing of a Compose file is eight levels down; `x-` may hold anything. */
const DEEPEST = 100;

/**
 * Puts variables into all texts of a file; keys stay as they are. One that is not given is empty, as with the docker
 * command. What is anchored is copied out to each of its places.
 */
export function interpolate(data: unknown, variables: Variables): { data: unknown; problems: FileIssue[] } {
  const problems: FileIssue[] = [];
  let values = 0;

  function walk(value: unknown, path: (string | number)[]): unknown {
    values += 1;
    if (values > MOST_VALUES || path.length > DEEPEST) throw new TooManyValues();
    if (typeof value === 'string') return inText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (kindOf(value) !== 'mapping') return value;
    return Object.fromEntries(
      Object.entries(value as object).map(([key, inner]) => [key, walk(inner, [...path, key])]),
    );
  }

  function inText(text: string, path: (string | number)[]): unknown {
    try {
      const filled = substitute(text, variables);
      return filled === text ? text : castFor(path)(filled);
    } catch (error) {
      problems.push({ path, message: (error as Error).message });
      return text;
    }
  }

  try {
    return { data: walk(data, []), problems };
  } catch (error) {
    if (!(error instanceof TooManyValues)) throw error;
    const message = `has more than ${MOST_VALUES} values with its anchors and aliases put in, or more than ${DEEPEST} levels: write it out`;
    return { data: undefined, problems: [{ path: [], message }] };
  }
}

class TooManyValues extends Error {}
