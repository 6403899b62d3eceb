import { expect, test } from 'vitest';
import { works } from '../../../verify/course/checks.ts';
import { chapterTable, count, failuresOf } from '../../../verify/course/report.ts';
import type { ChapterResult, StepResult } from '../../../verify/course/run-chapter.ts';

const result = (command: string, more: Partial<StepResult> = {}): StepResult => ({
  step: { command, check: works, ...(more.step ?? {}) },
  outcome: 'pass',
  seconds: 1.25,
  ...more,
});
const done: ChapterResult = {
  chapter: { name: 'swarm', title: 'Swarm', steps: [] },
  seconds: 12.34,
  results: [
    result('', { step: { command: 'slipway create swarm', check: works, isSetUp: true } }),
    result('docker node ls', { step: { command: 'docker node ls', check: works, on: 'LINUXtips-01' } }),
    result('curl a:8080', { outcome: 'not here', reason: 'no IPVS in this kernel' }),
    result('docker service ls', { outcome: 'fail', reason: '4/5, not 5/5', printed: 'NAME\nweb 4/5' }),
  ],
};

test('set-up that went well is not counted; all else is', () => {
  expect(count([done])).toEqual({ passed: 1, failed: 1, notHere: 1 });
});

test('the table tells each command, its outcome, and why it failed or is not here', () => {
  expect(chapterTable(done).split('\n').slice(1)).toEqual([
    'swarm: Swarm',
    '  ✓ pass        1.3  here          (set-up) slipway create swarm',
    '  ✓ pass        1.3  LINUXtips-01  docker node ls',
    '  – not here         here          curl a:8080  (no IPVS in this kernel)',
    '  ✗ fail        1.3  here          docker service ls',
    '      4/5, not 5/5',
    '      | NAME',
    '      | web 4/5',
    '  1 passed, 1 failed, 1 not here, 12.3 s',
  ]);
});

test('failures are told with chapter, command and reason', () => {
  expect(failuresOf([done])).toEqual([
    { chapter: 'swarm', command: 'docker service ls', reason: '4/5, not 5/5' },
  ]);
});
