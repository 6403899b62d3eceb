import type { ConditionName } from '../lab/conditions.ts';
import type { Run } from './run.ts';

export interface Wait {
  kind: 'wait';
  afterSeconds: number;
  reason: string;
  message: string;
}

/** What a step found. The core never sleeps: a step that must wait says for how long at most, and why. */
export type StepResult =
  | { kind: 'done'; message: string }
  | Wait
  | { kind: 'failed'; code: string; message: string };

/** One idempotent piece of the way up or down. Done already is `done`; a crash anywhere in it changes nothing. */
export interface Step {
  name: string;
  /** The condition that its outcome is, where it is one. */
  condition?: ConditionName;
  run(run: Run): Promise<StepResult>;
}

export function done(message = ''): StepResult {
  return { kind: 'done', message };
}

/**
 * @param reason one CamelCase word for programs
 * @param message a sentence for people
 */
export function wait(afterSeconds: number, reason: string, message: string): Wait {
  return { kind: 'wait', afterSeconds, reason, message };
}

export function failed(code: string, message: string): StepResult {
  return { kind: 'failed', code, message };
}

/** How soon to look again at what the driver is to bring about, where nobody tells. @param least where its list is free */
export function lookSeconds({ deps }: Run, least: number): number {
  return Math.max(least, deps.driver.lookSeconds);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** `1 worker`, `2 workers`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
