import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeLine } from '../../../cli/command-line.ts';

const word = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('\0'));

describe('a line to copy', () => {
  test('is read by a shell as it was meant, whatever is in it', () => {
    const typed = fc.record({
      words: fc.array(word, { maxLength: 3 }),
      students: fc.array(word, { maxLength: 3 }),
    });
    // Many lines to one shell: to start one takes longer than all of them.
    fc.assert(
      fc.property(fc.array(typed, { minLength: 20, maxLength: 40 }), (all) => {
        const lines = all.map(({ words, students }) =>
          writeLine({
            program: 'slipway',
            name: 'class stop',
            words,
            flags: { student: students, yes: true, labs: false, by: undefined },
          }),
        );
        const script = `slipway() { printf '%s\\0' "$#" "$@"; }\n${lines.join('\n')}`;
        const read = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
        const meant = all.flatMap(({ words, students }) => {
          const named = students.flatMap((student) => ['--student', student]);
          const line = ['class', 'stop', ...words, ...named, '--yes'];
          return [String(line.length), ...line];
        });
        expect(read).toEqual(meant);
      }),
      { numRuns: 3 },
    );
  });

  test('is plain where it can be', () => {
    const flags = { by: 'PT30M', student: ['ana@school.example,bob@school.example'] };
    expect(writeLine({ program: 'slipway', name: 'class extend', words: ['docker-2026'], flags })).toBe(
      'slipway class extend docker-2026 --by PT30M --student ana@school.example,bob@school.example',
    );
  });
});
