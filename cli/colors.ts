import picocolors from 'picocolors';
import type { Terminal } from './terminal.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours on a terminal, unless NO_COLOR says no (no-color.org: set to anything but nothing). */
export function colorsFor({ live, env }: Pick<Terminal, 'live' | 'env'>): Colors {
  return picocolors.createColors(live && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb');
}
