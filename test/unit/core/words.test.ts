import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDuration, writeDuration } from '../../../shared/core/duration.ts';
import { guess, nearest } from '../../../shared/core/nearest.ts';

describe('a duration', () => {
  test.each([
    ['PT4H', 14_400],
    ['P1DT30M', 88_200],
    ['P2W', 1_209_600],
    ['PT0S', 0],
    ['PT90M', 5400],
  ])('%s is %d s', (text, seconds) => {
    expect(readDuration(text)).toBe(seconds);
  });

  test.each([
    '',
    'P',
    'PT',
    'P1DT',
    '4H',
    'PT4',
    'pt4h',
    'P1Y',
    'P1M',
    'PT1.5H',
    '-PT1H',
    'PT1H ',
    'PT9999999999S',
  ])('"%s" is none', (text) => {
    expect(readDuration(text)).toBeUndefined();
  });

  test('that was written is read as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
        expect(readDuration(writeDuration(seconds))).toBe(seconds);
      }),
    );
  });
});

describe('the nearest name', () => {
  const known = ['swarm', 'docker-host', 'webserver'];

  test.each([
    ['swrm', 'swarm'],
    ['SWARM', 'swarm'],
    ['sawrm', 'swarm'],
    ['dockerhost', 'docker-host'],
    ['web', 'webserver'],
  ])('to %s is %s', (typed, meant) => {
    expect(nearest(typed, known)).toBe(meant);
    expect(guess(typed, known)).toBe(`did you mean "${meant}"? `);
  });

  test.each(['', 'kubernetes', 'x'.repeat(100_000)])('is not guessed where nothing is near', (typed) => {
    expect(nearest(typed, known)).toBeUndefined();
    expect(guess(typed, known)).toBe('');
  });

  test('to a known name is itself', () => {
    for (const name of known) expect(nearest(name, known)).toBe(name);
  });
});
