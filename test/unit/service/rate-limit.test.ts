import { expect, test } from 'vitest';
import { createRateLimit } from '../../../shared/service/rate-limit.ts';
import { START } from '../../support/builders.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('a rate limit holds each caller to its own count, in a window from its first call', () => {
  const clock = new ManualClock(START);
  const limit = createRateLimit(clock, 2, 60);
  limit.take('a');
  clock.advance(30);
  limit.take('a');
  limit.take('b');
  expect(() => limit.take('a')).toThrow(
    expect.objectContaining({ code: 'rate_limited', facts: { afterSeconds: 30 } }),
  );
  clock.advance(30);
  limit.take('a');
  limit.take('b');
  expect(() => limit.take('b')).toThrow(/more than 2 calls in 60 s; come again in 30 s/);
});

test('a rate limit counts 10,000 callers at most: a flood of names forgets the oldest, not the newest', () => {
  const limit = createRateLimit(new ManualClock(START), 1, 60);
  limit.take('first');
  for (let caller = 0; caller < 9_999; caller += 1) limit.take(`caller ${caller}`);
  expect(() => limit.take('first')).toThrow();
  limit.take('one more');
  limit.take('first');
  expect(() => limit.take('caller 9998')).toThrow();
});
