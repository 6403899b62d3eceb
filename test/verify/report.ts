import { createColors } from 'picocolors';
import type { Difference } from './differences.ts';
import { EXCEPTIONS, type ExceptionName } from './exceptions.ts';
import { AFTER_SECOND_DEPLOY, RULES, UNORDERED } from './normalise.ts';
import type { MutantResult } from './run-mutants.ts';
import type { Verdict } from './verify-file.ts';

export interface FileResult {
  name: string;
  verdict: Verdict;
  milliseconds: number;
}

/** Colours on a terminal alone, whatever the machine says. */
const color = createColors(process.stdout.isTTY === true);
const say = (line = '') => console.log(line);
const LONGEST_VALUE = 300;

/** Before anything is compared: what will not be, and where ours is another on purpose. */
export function sayTerms(): void {
  say(color.bold('Not compared, since it differs between two deploys by one hand'));
  const width = Math.max(...RULES.map(({ path }) => path.length));
  for (const { path, why } of RULES) say(`  ${path.padEnd(width)}  ${why}`);
  for (const { path, why } of UNORDERED) say(`  ${path.padEnd(width)}  ${why}`);
  for (const path of AFTER_SECOND_DEPLOY) {
    say(
      `  ${path.padEnd(width)}  after a second deploy: the CLI writes again what has not changed, ours does not`,
    );
  }
  say(`\n${color.bold('Exceptions: ours is another on purpose')}`);
  for (const [name, reason] of Object.entries(EXCEPTIONS)) say(`  ${name}: ${reason}`);
}

export function sayHeading(nameWidth: number): void {
  say(`\n${color.bold(`${'file'.padEnd(nameWidth)}  services  result${' '.repeat(32)}ms`)}`);
}

export function sayFile({ name, verdict, milliseconds }: FileResult, nameWidth: number): void {
  const services = verdict.services === 0 ? '-' : String(verdict.services);
  const word = wordOf(verdict);
  const painted = verdict.differences.length > 0 ? color.red(word) : word;
  say(
    `${name.padEnd(nameWidth)}  ${services.padStart(8)}  ${painted}${' '.repeat(Math.max(1, 34 - word.length))}${String(Math.round(milliseconds)).padStart(6)}`,
  );
}

function wordOf({ differences, exceptions, refusal, services }: Verdict): string {
  if (differences.length > 0) return `DIFFERENT in ${differences.length}`;
  if (exceptions.length > 0) return `same but for ${exceptions.join(', ')}`;
  if (refusal === undefined) return 'same';
  return services > 0 ? 'same, then refused by both' : 'refused by both';
}

/** The oracle's answer to every file that it refused, and ours beside it. */
export function sayRefusals(results: FileResult[]): void {
  const refused = results.filter(({ verdict }) => verdict.refusal !== undefined);
  if (refused.length === 0) return;
  say(`\n${color.bold('Refused')}`);
  for (const { name, verdict } of refused) {
    const { exitCode, stderr, ours } = verdict.refusal ?? {};
    say(`  ${name}`);
    say(`    docker  exit ${exitCode ?? 'none in time'}: ${shorten(oneLine(stderr ?? ''))}`);
    say(`    ours    ${ours === undefined ? 'accepted' : shorten(oneLine(ours))}`);
  }
}

export function sayDifferences(results: FileResult[]): void {
  for (const { name, verdict } of results) {
    if (verdict.differences.length === 0) continue;
    say(`\n${color.bold(color.red(name))}`);
    for (const { path, theirs, ours } of verdict.differences) {
      say(`  ${path}\n    docker  ${tell(theirs)}\n    ours    ${tell(ours)}`);
    }
  }
}

export function sayMutants(results: MutantResult[]): void {
  const all = results.filter(({ caught }) => caught !== 'void');
  const refused = all.filter(({ caught }) => caught === 'refused').length;
  const survivors = all.filter(({ caught }) => caught === 'no');
  say();
  for (const { path, change } of results.filter(({ caught }) => caught === 'void')) {
    say(`no mutant, since the engine holds the very same: ${path}, ${change}`);
  }
  say(
    `${all.length} mutants, ${all.length - survivors.length} caught (${refused} of them refused by the engine)`,
  );
  for (const { path, change } of survivors) say(color.red(`  survived: ${path}, ${change}`));
}

export function countDifferences(results: FileResult[]): number {
  return results.reduce((sum, { verdict }) => sum + verdict.differences.length, 0);
}

export function countExceptions(results: FileResult[]): Partial<Record<ExceptionName, number>> {
  const counts: Partial<Record<ExceptionName, number>> = {};
  for (const name of results.flatMap(({ verdict }) => verdict.exceptions)) {
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function tell(value: Difference['ours']): string {
  return value === undefined ? '(nothing)' : shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)} …` : text;
}

function oneLine(text: string): string {
  const printable = text.replaceAll(/[\p{Cc}\uFFFD]/gu, (character) => (character === '\n' ? '\n' : '?'));
  return printable.replaceAll(/\s*\n\s*/g, ' | ');
}
