import type { Answer, Check } from './step.ts';

/** It ended well. */
export const works: Check = ({ exitCode, stderr }) =>
  exitCode === 0 ? undefined : `exit code ${exitCode}: ${lastLine(stderr)}`;

/** It ended well, and each of these is in what it printed. */
export function says(...words: (string | RegExp)[]): Check {
  return all(works, contains(...words));
}

/** Each of these is in what it printed, however it ended: for what is interrupted. */
export function contains(...words: (string | RegExp)[]): Check {
  return (answer) => {
    const printed = textOf(answer);
    const missing = words.filter((word) => !isIn(printed, word));
    return missing.length === 0 ? undefined : `does not say ${missing.join(', ')}`;
  };
}

/** It ended well, and none of these is in what it printed. */
export function lacks(...words: (string | RegExp)[]): Check {
  return all(works, (answer) => {
    const found = words.filter((word) => isIn(textOf(answer), word));
    return found.length === 0 ? undefined : `says ${found.join(', ')}`;
  });
}

/** It did not do it, and said why. */
export function refuses(...words: (string | RegExp)[]): Check {
  return all(({ exitCode }) => (exitCode === 0 ? 'was not refused' : undefined), contains(...words));
}

/** Just this on stdout, but for the blank around it. */
export function prints(text: string): Check {
  return all(works, ({ stdout }) => (stdout.trim() === text ? undefined : `is not "${text}"`));
}

/** The first line is an id, of a container (hexadecimal) or of an object of the swarm. */
export const anId: Check = all(works, ({ stdout }) =>
  /^([0-9a-f]{64}|[0-9a-z]{25})$/.test(stdout.split('\n')[0]?.trim() ?? '') ? undefined : 'no id comes first',
);

/** So many lines below a table's heading. */
export function rows(count: number): Check {
  return all(works, ({ stdout }) => {
    const found = linesOf(stdout).length - 1;
    return found === count ? undefined : `${found} rows, not ${count}`;
  });
}

/** The services of `docker service ls` and `docker stack services`, each with its replicas, and no other. */
export function replicas(wanted: Record<string, string>): Check {
  return all(works, ({ stdout }) => {
    const found = Object.fromEntries(
      linesOf(stdout)
        .slice(1)
        .map((line) => {
          const [, name = '', , count = ''] = line.trim().split(/\s+/);
          return [name, count];
        }),
    );
    const wrong = [...new Set([...Object.keys(wanted), ...Object.keys(found)])]
      .filter((name) => wanted[name] !== found[name])
      .map((name) => `${name} ${found[name] ?? 'missing'}, not ${wanted[name] ?? 'there'}`);
    return wrong.length === 0 ? undefined : wrong.join('; ');
  });
}

/** JSON on stdout, with these values at these paths: `0.Spec.Name`; a pattern, or the value itself. */
export function holds(wanted: Record<string, unknown>): Check {
  return all(works, ({ stdout }) => {
    const value: unknown = JSON.parse(stdout);
    const wrong = Object.entries(wanted)
      .map(([path, expected]) => ({ path, expected, found: at(value, path) }))
      .filter(({ expected, found }) =>
        expected instanceof RegExp ? !expected.test(String(found)) : found !== expected,
      )
      .map(({ path, expected, found }) => `${path} is ${JSON.stringify(found)}, not ${expected}`);
    return wrong.length === 0 ? undefined : wrong.join('; ');
  });
}

/** What it printed is what was noted under that name. */
export function sameAs(name: string): Check {
  return all(works, ({ stdout }, notes) =>
    stdout.trim() === notes.get(name) ? undefined : `is not ${name} as before (${notes.get(name)})`,
  );
}

/** What was noted under that name is not in what it printed. */
export function isNot(name: string): Check {
  return all(works, ({ stdout }, notes) => {
    const noted = notes.get(name);
    return noted !== undefined && !stdout.includes(noted) ? undefined : `has ${name} in it`;
  });
}

/** The first complaint counts. */
export function all(...checks: Check[]): Check {
  return (answer, notes) => {
    for (const check of checks) {
      const problem = check(answer, notes);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

function textOf({ stdout, stderr }: Answer): string {
  return `${stdout}\n${stderr}`;
}

function isIn(text: string, word: string | RegExp): boolean {
  return typeof word === 'string' ? text.includes(word) : word.test(text);
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function lastLine(text: string): string {
  return linesOf(text).at(-1)?.trim() ?? 'it said nothing';
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => {
    return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined;
  }, value);
}
