import color from 'picocolors';

/** The part of a lab's answer that its progress is drawn from. */
export interface LabProgress {
  phase: string;
  progress: number;
  conditions: Record<string, { status: string; message: string }>;
}

const WORDS: [string, string][] = [
  ['MachinesRunning', 'machines'],
  ['EnginesReady', 'engines'],
  ['SwarmReady', 'swarm'],
  ['StacksConverged', 'stack'],
];
const BAR_WIDTH = 24;

/** Draws a lab's way up: one bar that moves in a terminal, one line a change where the output is kept. */
export function drawProgress(output: NodeJS.WriteStream): { draw(lab: LabProgress): void; end(): void } {
  const started = Date.now();
  let told = '';
  return {
    draw(lab) {
      const parts = WORDS.map(([name, word]) => {
        const status = lab.conditions[name]?.status;
        return status === 'True'
          ? color.green(`${word} ✓`)
          : status === 'False'
            ? color.yellow(`${word} …`)
            : color.dim(word);
      }).join('  ');
      const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(5);
      const line = `${seconds} s  ${bar(lab.progress)}  ${parts}`;
      if (output.isTTY) output.write(`\r\x1b[2K  ${line}`);
      else if (parts !== told) output.write(`  ${line}\n`);
      told = parts;
    },
    end() {
      if (output.isTTY) output.write('\n');
    },
  };
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${String(percent).padStart(3)} %`;
}
