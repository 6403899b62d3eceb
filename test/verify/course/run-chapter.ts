import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../shared/core/errors.ts';
import { quote, type ShellAnswer } from './shell.ts';
import type { Chapter, Notes, Step } from './step.ts';

export interface StepResult {
  step: Step;
  outcome: 'pass' | 'fail' | 'not here';
  /** Why it failed, or why it is not here. */
  reason?: string;
  /** The last of what it printed, where it failed. */
  printed?: string;
  seconds: number;
}

export interface ChapterResult {
  chapter: Chapter;
  results: StepResult[];
  seconds: number;
}

/** Runs a command in the shell that is pointed at a machine, or at none. */
export type Run = (
  on: string | undefined,
  command: string,
  given: { input?: string; deadlineSeconds: number },
) => Promise<ShellAnswer>;

export interface RunOptions {
  run: Run;
  hasRoutingMesh: boolean;
  signal?: AbortSignal;
  /** Between two runs of a command that is asked again. */
  pauseMilliseconds?: number;
}

/** The slowest of the course's, a service's rollout, takes a third of it here. */
const COMMAND_SECONDS = 60;
const PRINTED_CHARACTERS = 900;
export const NO_MESH = 'no IPVS in this kernel';

/** Walks a chapter, command by command. Where what it takes for granted is not there, the rest is not run, and that is a failure. */
export async function runSteps(steps: Step[], options: RunOptions): Promise<StepResult[]> {
  const notes: Notes = new Map();
  const results: StepResult[] = [];
  const wanted = steps.filter(({ mesh }) => mesh !== 'missing' || !options.hasRoutingMesh);
  for (const [index, step] of wanted.entries()) {
    if (options.signal?.aborted) break;
    if (step.mesh === 'needed' && !options.hasRoutingMesh) {
      results.push({ step, outcome: 'not here', reason: `${NO_MESH}: asked another way below`, seconds: 0 });
      continue;
    }
    const started = performance.now();
    const judged = await runStep(step, notes, options);
    // Its shell was ended under it: that says nothing of the command.
    if (options.signal?.aborted) break;
    results.push({ step, ...judged, seconds: (performance.now() - started) / 1000 });
    if (step.isSetUp && judged.outcome === 'fail') {
      const rest = wanted.slice(index + 1).filter(({ isSetUp }) => isSetUp !== true);
      const reason = 'not run: the set-up failed';
      results.push(...rest.map((left): StepResult => ({ step: left, outcome: 'fail', reason, seconds: 0 })));
      break;
    }
  }
  return results;
}

type Judged = Pick<StepResult, 'outcome' | 'reason' | 'printed'>;

async function runStep(step: Step, notes: Notes, options: RunOptions): Promise<Judged> {
  const end = performance.now() + (step.withinSeconds ?? 0) * 1000;
  for (;;) {
    const judged = await runOnce(step, notes, options);
    if (judged.outcome === 'pass' || performance.now() > end || options.signal?.aborted) return judged;
    await sleep(options.pauseMilliseconds ?? 500);
  }
}

async function runOnce(step: Step, notes: Notes, { run }: RunOptions): Promise<Judged> {
  const command = withNotes(step.command, notes);
  if (command === undefined)
    return { outcome: 'fail', reason: 'not run: what it needs was not printed before' };
  const deadlineSeconds = (step.deadlineSeconds ?? COMMAND_SECONDS) + (step.followSeconds ?? 0);
  const given = { ...(step.input === undefined ? {} : { input: step.input }), deadlineSeconds };
  const answer = await run(step.on, wrap(step, command), given).catch((error: unknown) => error);
  if (!isAnswer(answer)) return { outcome: 'fail', reason: messageOf(answer) };
  const reason = judge(step, answer, notes);
  if (reason !== undefined) return { outcome: 'fail', reason, printed: tailOf(answer) };
  return { outcome: 'pass' };
}

/** What is thrown instead: that there is no shell on the machine, say. */
function isAnswer(answer: unknown): answer is ShellAnswer {
  return !(answer instanceof Error);
}

/** @returns why the step failed; notes what it has to where it did not. */
function judge(step: Step, answer: ShellAnswer, notes: Notes): string | undefined {
  if (answer.isLate) return `no answer within ${step.deadlineSeconds ?? COMMAND_SECONDS} s`;
  let problem: string | undefined;
  try {
    problem = step.check(answer, notes);
  } catch (error) {
    problem = messageOf(error);
  }
  if (problem !== undefined || step.note === undefined) return problem;
  const found = step.note.from.exec(answer.stdout)?.[1];
  if (found === undefined) return `does not print ${step.note.name}`;
  notes.set(step.note.name, found.trim());
  return undefined;
}

/** @returns undefined where something was not noted. */
export function withNotes(command: string, notes: Notes): string | undefined {
  let isWhole = true;
  const text = command.replaceAll(/‹(.+?)›/g, (_, name: string) => {
    const noted = notes.get(name);
    isWhole &&= noted !== undefined;
    return noted ?? '';
  });
  return isWhole ? text : undefined;
}

/** What a hand at a terminal adds to the course's line: the folder, the terminal itself, Ctrl-C. */
export function wrap(step: Step, command: string): string {
  const { folder, isInteractive, endedBy, followSeconds } = step;
  // `script` gives a terminal, and types what comes in by stdin.
  const line = isInteractive ? `script -qec ${quote(command)} /dev/null` : command;
  // Keys that come before the program listens are the terminal's own, and lost: so they are pressed again.
  const keys =
    endedBy === undefined ? '' : `{ cat; while sleep 0.5; do printf %s ${quote(endedBy)}; done; } | `;
  const bounded =
    followSeconds === undefined
      ? line
      : `timeout --foreground --signal INT --kill-after 5 ${followSeconds} ${line}`;
  return folder === undefined
    ? `${keys}${bounded}`
    : `cd ${quote(folder)}
${keys}${bounded}
set -- $?; cd "$OLDPWD"; (exit $1)`;
}

function tailOf({ stdout, stderr }: ShellAnswer): string {
  return [stdout, stderr]
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n')
    .slice(-PRINTED_CHARACTERS);
}
