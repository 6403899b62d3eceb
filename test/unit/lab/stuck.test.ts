import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { unknownConditions, withCondition } from '../../../shared/lab/conditions.ts';
import { stuckReason } from '../../../shared/lab/stuck.ts';
import { aLab, START } from '../../support/builders.ts';

const READY_WITHIN = 900;
const late = START + 1300 * 1000;

describe('a lab is stuck', () => {
  test('that nobody has got any farther long after it was asked for', () => {
    expect(stuckReason(aLab(), late, READY_WITHIN)).toBe('is neither ready nor failed');
    expect(stuckReason(aLab(), START + 1100 * 1000, READY_WITHIN)).toBeUndefined();
  });

  test('from its launch on, not from when it was asked for', () => {
    const launched = aLab({ status: { launchedAt: iso(START + 600 * 1000) } });
    expect(stuckReason(launched, late, READY_WITHIN)).toBeUndefined();
    expect(stuckReason(launched, late + 600 * 1000, READY_WITHIN)).toBeDefined();
  });

  test('from its planned start on, whenever it was asked for', () => {
    const waiting = aLab({
      spec: { startsAt: iso(START + 3600 * 1000), expiresAt: iso(START + 9000 * 1000) },
    });
    expect(stuckReason(waiting, START + 3590 * 1000, READY_WITHIN)).toBeUndefined();
    expect(stuckReason(waiting, START + 4700 * 1000, READY_WITHIN)).toBeUndefined();
    expect(stuckReason(waiting, START + 4900 * 1000, READY_WITHIN)).toBe('is neither ready nor failed');
  });

  test.each(['Throttled', 'AccountVcpuQuota', 'AccountGroupQuota', 'NoRoom'])(
    'but not while it waits for its turn or for room: %s',
    (reason) => {
      const conditions = withCondition(
        unknownConditions(iso(START)),
        'MachinesRunning',
        { status: 'False', reason, message: '' },
        iso(START),
      );
      expect(stuckReason(aLab({ status: { conditions } }), late, READY_WITHIN)).toBeUndefined();
    },
  );
});
