import type { Lab } from '../client/operations.ts';
import { colorsFor } from './colors.ts';
import type { Terminal } from './terminal.ts';

const WORDS = [
  ['MachinesRunning', 'machines'],
  ['EnginesReady', 'engines'],
  ['SwarmReady', 'swarm'],
  ['StacksConverged', 'stacks'],
] as const;
const BAR_WIDTH = 24;
const CLEAR = '\r\x1b[2K';

/** How far a lab is, in one line that moves below what is printed; nothing at all where the output is no terminal. */
export interface Progress {
  draw(lab: Lab): void;
  /** Takes the line away, for a line of text to be printed. */
  clear(): void;
}

export function drawProgress(terminal: Terminal): Progress {
  if (!terminal.live) return { draw() {}, clear() {} };
  const color = colorsFor(terminal);
  return {
    draw({ progress, conditions }) {
      const parts = WORDS.map(([name, word]) => {
        const status = conditions[name]?.status;
        if (status === 'True') return color.green(`${word} ✓`);
        return status === 'False' ? color.yellow(`${word} …`) : color.dim(word);
      });
      terminal.out(`${CLEAR}${bar(progress)}  ${parts.join('  ')}`);
    },
    clear: () => terminal.out(CLEAR),
  };
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${String(percent).padStart(3)} %`;
}
