import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALL_LIMITS } from '../../../../../shared/adapters/aws/ec2/call-limits.ts';
import {
  clocksAt,
  costOf,
  momentOf,
  type PaceState,
  slowedDown,
} from '../../../../../shared/adapters/aws/ec2/pace-clock.ts';
import { START } from '../../../../support/builders.ts';

const aState = fc.record({
  at: fc.constant(START),
  factor: fc.constantFrom(1, 1 / 2, 1 / 4, 1 / 8),
  requests: fc.record({ clock: fc.integer({ min: 0, max: 1e6 }), end: fc.constant(0) }),
  instances: fc.record({ clock: fc.integer({ min: 0, max: 1e6 }), end: fc.constant(0) }),
}) satisfies fc.Arbitrary<PaceState>;
const aWhile = fc.integer({ min: 0, max: 2_000_000 });

describe('the clocks of a pace', () => {
  test('show a place at the very moment that is told for it', () => {
    fc.assert(
      fc.property(aState, aWhile, aWhile, (state, requests, instances) => {
        const place = {
          requests: state.requests.clock + requests,
          instances: state.instances.clock + instances,
        };
        const shown = clocksAt(state, momentOf(state, place));
        expect(shown.requests).toBeGreaterThanOrEqual(place.requests - 1e-3);
        expect(shown.instances).toBeGreaterThanOrEqual(place.instances - 1e-3);
        expect(Math.min(shown.requests - place.requests, shown.instances - place.instances)).toBeCloseTo(
          0,
          2,
        );
      }),
    );
  });

  test('run on and never faster than time does', () => {
    fc.assert(
      fc.property(aState, aWhile, aWhile, (state, one, more) => {
        const before = clocksAt(state, START + one);
        const after = clocksAt(state, START + one + more);
        expect(after.requests).toBeGreaterThanOrEqual(before.requests);
        expect(after.requests - before.requests).toBeLessThanOrEqual(more + 1e-6);
        expect(after.requests - before.requests).toBeGreaterThanOrEqual(more / 8 - 1e-6);
      }),
    );
  });

  test('are set back by a refusal, so that the refused call and all behind it wait, and are at most eight times as slow', () => {
    const cost = costOf(CALL_LIMITS.RunInstances, 1, 3);
    fc.assert(
      fc.property(aState, aWhile, aWhile, (state, later, behind) => {
        const now = START + later;
        const clocks = clocksAt(state, now);
        const place = { requests: clocks.requests - behind, instances: clocks.instances - behind };
        const slower = slowedDown(state, place, cost, now);
        const after = slower ?? state;
        expect(momentOf(after, place)).toBeGreaterThan(now);
        expect(after.factor).toBeGreaterThanOrEqual(1 / 8);
        const shown = clocksAt(after, now);
        expect(shown.requests).toBeLessThanOrEqual(clocks.requests);
        expect(shown.instances).toBeLessThanOrEqual(clocks.instances);
      }),
    );
  });
});
