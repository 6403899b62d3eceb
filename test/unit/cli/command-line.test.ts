import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeLine } from '../../../cli/command-line.ts';

const word = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('\0'));

describe('a line to copy', () => {
  test('is read by a shell as it was meant, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 3 }), fc.array(word, { maxLength: 3 }), (words, students) => {
        const line = writeLine({
          program: 'slipway',
          name: 'class stop',
          words,
          flags: { student: students, yes: true, labs: false, by: undefined },
        });
        const script = `slipway() { for one in "$@"; do printf '%s\\0' "$one"; done; }\n${line}`;
        const read = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
        const named = students.flatMap((student) => ['--student', student]);
        expect(read).toEqual(['class', 'stop', ...words, ...named, '--yes']);
      }),
      { numRuns: 30 },
    );
  });

  test('is plain where it can be', () => {
    const flags = { by: 'PT30M', student: ['ana@school.example,bob@school.example'] };
    expect(writeLine({ program: 'slipway', name: 'class extend', words: ['docker-2026'], flags })).toBe(
      'slipway class extend docker-2026 --by PT30M --student ana@school.example,bob@school.example',
    );
  });
});
