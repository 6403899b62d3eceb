/** Variables given with a request; never the server's own environment. */
export type Variables = Readonly<Record<string, string>>;

const NAME = /[_a-z][_a-z0-9]*/iy;
const MARK = /:?[-?]/y;

/**
 * Puts variables into a text exactly as the docker command does, its oddities kept: a default is taken without braces
 * too (`$A-x`), a `-` in the words of `:?` makes them a default, nothing is nested, and of several things that are
 * wrong in one text only the last counts. Takes time in proportion to the text, which a regular expression does not.
 * @throws Error in words, where a variable is written wrongly or must be given and is not.
 */
export function substitute(text: string, variables: Variables): string {
  const lastBrace = text.lastIndexOf('}');
  let problem: string | undefined;
  let filled = '';
  let at = 0;
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
    filled += text.slice(at, dollar);
    if (text[dollar + 1] === '$') {
      filled += '$';
      at = dollar + 2;
      continue;
    }
    const variable = variableAt(text, dollar + 1, lastBrace);
    const { value, missing } = variable === undefined ? NONE : resolve(variable.words, variables);
    filled += value;
    problem = missing;
    at = variable?.end ?? dollar + 1;
  }
  if (problem !== undefined) throw new Error(problem);
  return filled + text.slice(at);
}

const NONE = { value: '', missing: 'has a $ that begins no variable: write $$ for a $' };

/** What stands for a variable, with braces or without: a name, and from a mark on all up to the next closing brace. */
function variableAt(
  text: string,
  start: number,
  lastBrace: number,
): { words: string; end: number } | undefined {
  const braced = text[start] === '{';
  const from = braced ? start + 1 : start;
  const nameEnd = endOf(NAME, text, from);
  if (nameEnd === undefined) return undefined;
  const marked = endOf(MARK, text, nameEnd) !== undefined;
  if (!braced) {
    const brace = marked && lastBrace >= nameEnd ? text.indexOf('}', nameEnd) : -1;
    const end = marked ? (brace < 0 ? text.length : brace) : nameEnd;
    return { words: text.slice(from, end), end };
  }
  if (lastBrace < nameEnd) return undefined;
  const brace = marked ? text.indexOf('}', nameEnd) : nameEnd;
  return text[brace] === '}' ? { words: text.slice(from, brace), end: brace + 1 } : undefined;
}

function endOf(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** In the order the docker command tries them: the first mark that is anywhere in the words wins. */
function resolve(words: string, variables: Variables): { value: string; missing?: string } {
  for (const mark of [':-', '-', ':?', '?']) {
    const index = words.indexOf(mark);
    if (index < 0) continue;
    const name = words.slice(0, index);
    const rest = words.slice(index + mark.length);
    const value = lookUp(name, variables);
    const absent = value === undefined || (mark.startsWith(':') && value === '');
    if (!absent) return { value };
    if (mark.endsWith('-')) return { value: rest };
    return { value: '', missing: `needs the variable ${name}${rest && `: ${rest}`}` };
  }
  return { value: lookUp(words, variables) ?? '' };
}

/** A variable's value, where it is given. */
export function lookUp(name: string, variables: Variables): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}
