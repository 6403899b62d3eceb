import { describe, expect, test } from 'vitest';
import { freeUntil, labsEnd, sessionAfter, sessionAt } from '../../../shared/class/session-times.ts';
import { BELL, END, GRACE_END } from '../../support/class-world.ts';

const WEEK = 7 * 86_400_000;
const spec = {
  sessions: [{ start: '2026-03-02T19:00', duration: 'PT2H', weekly: true, until: '2026-03-30', except: [] }],
  timeZone: 'America/Sao_Paulo',
  grace: 'PT15M',
};
const session = { start: BELL, end: END };

describe('a class’s session', () => {
  test('is on from its bell to its end', () => {
    expect([BELL - 1, BELL, END - 1, END].map((now) => sessionAt(spec, now)?.start)).toEqual([
      undefined,
      BELL,
      BELL,
      undefined,
    ]);
  });

  test('that comes next is another than the one that is on', () => {
    expect([BELL - 1, BELL, END].map((now) => sessionAfter(spec, now)?.start)).toEqual([
      BELL,
      BELL + WEEK,
      BELL + WEEK,
    ]);
    expect(sessionAfter(spec, BELL + 4 * WEEK)).toBeUndefined();
  });

  test('leaves its labs a grace', () => {
    expect(labsEnd(spec, session)).toBe(GRACE_END);
    expect([BELL - 1, BELL, END, GRACE_END - 1, GRACE_END].map((now) => freeUntil(spec, now))).toEqual([
      undefined,
      GRACE_END,
      GRACE_END,
      GRACE_END,
      undefined,
    ]);
  });
});
