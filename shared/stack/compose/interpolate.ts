/** Variables given with a request; never the server's own environment. */
export type Variables = Readonly<Record<string, string>>;

export interface InterpolationProblem {
  path: (string | number)[];
  message: string;
}

const VARIABLE = /\$(?:(\$)|([a-z_]\w*)|\{([a-z_]\w*)(?:(:?[-?])([^}]*))?\}|())/gi;
const SECTIONS = ['services', 'networks', 'volumes'];

/** Where a text that came of a variable stands for a number or a truth value; as the CLI has it. */
const NUMBERS = [
  /^services\.[^.]+\.deploy\.(replicas|(update|rollback)_config\.(parallelism|max_failure_ratio))$/,
  /^services\.[^.]+\.deploy\.(restart_policy\.max_attempts|placement\.max_replicas_per_node)$/,
  /^services\.[^.]+\.(healthcheck\.retries|ports\.\d+\.(target|published)|ulimits\.[^.]+(\.(hard|soft))?)$/,
];
const FLAGS = [
  /^services\.[^.]+\.(healthcheck\.disable|privileged|read_only|stdin_open|tty|init)$/,
  /^services\.[^.]+\.volumes\.\d+\.(read_only|volume\.nocopy)$/,
  /^(networks|volumes)\.[^.]+\.(external|internal|attachable)$/,
];

/**
 * Puts variables into the texts of a file's sections: `$A`, `${A}`, `${A:-default}`, `${A:?error}`, and `$$` for `$`. One
 * that is not given is empty, as with the CLI.
 */
export function interpolate(
  data: unknown,
  variables: Variables,
): { data: unknown; problems: InterpolationProblem[] } {
  const problems: InterpolationProblem[] = [];
  const walk = (value: unknown, path: (string | number)[]): unknown => {
    if (typeof value === 'string') return inText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const outside = path.length === 0 && !SECTIONS.includes(key);
        return [key, outside ? inner : walk(inner, [...path, key])];
      }),
    );
  };
  const inText = (text: string, path: (string | number)[]): unknown => {
    try {
      const filled = substitute(text, variables);
      return filled === text ? text : cast(filled, path.join('.'));
    } catch (error) {
      problems.push({ path, message: (error as Error).message });
      return text;
    }
  };
  return { data: walk(data, []), problems };
}

/** @throws Error in words, where a variable is written wrongly or must be given and is not. */
function substitute(text: string, variables: Variables): string {
  return text.replace(VARIABLE, (_, escaped, bare, braced, modifier, words = '') => {
    if (escaped !== undefined) return '$';
    const name: string | undefined = bare ?? braced;
    if (name === undefined) throw new Error('has a $ that begins no variable: write $$ for a $');
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const missing = modifier?.startsWith(':') ? value === undefined || value === '' : value === undefined;
    if (missing && modifier?.endsWith('?'))
      throw new Error(`needs the variable ${name}${words && `: ${words}`}`);
    return missing && modifier?.endsWith('-') ? words : (value ?? '');
  });
}

function cast(text: string, path: string): unknown {
  if (NUMBERS.some((pattern) => pattern.test(path)) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (FLAGS.some((pattern) => pattern.test(path))) {
    if (/^(y|yes|true|on)$/i.test(text)) return true;
    if (/^(n|no|false|off)$/i.test(text)) return false;
  }
  return text;
}
