import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutSpans, withSpan } from '../../../shared/class/own-spans.ts';
import { iso } from '../../../shared/core/clock.ts';
import { START } from '../../support/builders.ts';

const MINUTE = 60_000;
const span = fc
  .tuple(fc.nat(600), fc.integer({ min: 1, max: 120 }))
  .map(([from, length]) => ({ from: START + from * MINUTE, until: START + (from + length) * MINUTE }));
const spans = fc.array(span, { maxLength: 12 });
const taken = (all: { from: number; until: number }[]) =>
  all.reduce((before, one) => withSpan(before, one, START), [] as { from: string; until: string }[]);
/** The minutes that are in any of them. */
const minutes = (all: { from: number | string; until: number | string }[]) => {
  const at = (moment: number | string) => (typeof moment === 'number' ? moment : Date.parse(moment));
  const held = new Set<number>();
  for (const { from, until } of all) for (let one = at(from); one < at(until); one += MINUTE) held.add(one);
  return held;
};

describe('own hours', () => {
  test('hold what was taken, whatever its order and however often, and apart from each other', () => {
    fc.assert(
      fc.property(spans, (all) => {
        const held = taken(all);
        expect(minutes(held)).toEqual(minutes(all));
        expect(taken([...all, ...all].reverse())).toEqual(held);
        for (const [index, { from }] of held.entries()) {
          if (index > 0) expect(Date.parse(from)).toBeGreaterThan(Date.parse(held[index - 1]?.until ?? ''));
        }
      }),
    );
  });

  test('that are given back are those after the moment', () => {
    fc.assert(
      fc.property(spans, fc.nat(800), (all, at) => {
        const moment = START + at * MINUTE;
        const kept = [...minutes(all)].filter((minute) => minute < moment);
        expect(minutes(cutSpans(taken(all), moment))).toEqual(new Set(kept));
      }),
    );
  });

  test('of more than a month ago are forgotten', () => {
    const now = START + 40 * 86_400_000;
    const old = [{ from: iso(START), until: iso(START + MINUTE) }];
    expect(withSpan(old, { from: now, until: now + MINUTE }, now)).toHaveLength(1);
  });
});
