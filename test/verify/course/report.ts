import type { ChapterResult, StepResult } from './run-chapter.ts';

const LONGEST_COMMAND = 100;
const MARKS = { pass: '✓', fail: '✗', 'not here': '–' } as const;

/** A chapter as a table: what was typed where, how it went, how long it took. */
export function chapterTable({ chapter, results, seconds }: ChapterResult): string {
  const width = Math.max(...results.map(({ step }) => placeOf(step.on).length));
  const lines = results.flatMap((result) => {
    const { step, outcome } = result;
    const command = shortened(step.command);
    const time = outcome === 'not here' ? '' : result.seconds.toFixed(1);
    const kind = step.isSetUp ? '(set-up) ' : '';
    const line = `  ${MARKS[outcome]} ${outcome.padEnd(8)} ${time.padStart(6)}  ${placeOf(step.on).padEnd(width)}  ${kind}${command}`;
    if (outcome === 'pass') return [line];
    if (outcome === 'not here') return [`${line}  (${result.reason})`];
    const printed = (result.printed ?? '').split('\n').filter((text) => text !== '');
    return [line, `      ${result.reason}`, ...printed.map((text) => `      | ${text}`)];
  });
  const { passed, failed, notHere } = count([{ chapter, results, seconds }]);
  return [
    '',
    `${chapter.name}: ${chapter.title}`,
    ...lines,
    `  ${passed} passed, ${failed} failed, ${notHere} not here, ${seconds.toFixed(1)} s`,
  ].join('\n');
}

/** Set-up counts only where it fails. */
export function count(chapters: ChapterResult[]): { passed: number; failed: number; notHere: number } {
  const results = chapters.flatMap((each) => each.results);
  const of = (outcome: StepResult['outcome'], counted: StepResult[]) =>
    counted.filter((result) => result.outcome === outcome).length;
  const course = results.filter(({ step }) => step.isSetUp !== true);
  return { passed: of('pass', course), failed: of('fail', results), notHere: of('not here', course) };
}

export function failuresOf(chapters: ChapterResult[]) {
  return chapters.flatMap(({ chapter, results }) =>
    results
      .filter(({ outcome }) => outcome === 'fail')
      .map(({ step, reason = '' }) => ({ chapter: chapter.name, command: step.command, reason })),
  );
}

function placeOf(on: string | undefined): string {
  return on ?? 'here';
}

function shortened(command: string): string {
  const line = command.replaceAll(/\s*\n\s*/g, ' ⏎ ');
  return line.length > LONGEST_COMMAND ? `${line.slice(0, LONGEST_COMMAND - 1)}…` : line;
}
