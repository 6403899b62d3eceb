import type { Context } from './context.ts';

/** What `-q` prints: one a line, or a list in JSON. */
export function printNames({ answer }: Pick<Context, 'answer'>, names: string[]): void {
  answer(names, () => names.map((name) => `${name}\n`).join(''));
}
