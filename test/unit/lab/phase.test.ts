import { describe, expect, test } from 'vitest';
import { CONDITION_NAMES, type Conditions, withCondition } from '../../../shared/lab/conditions.ts';
import type { Lab, LabSpec, LabStatus } from '../../../shared/lab/lab.ts';
import { CONVERGE_DEADLINE, phaseOf, progressOf } from '../../../shared/lab/phase.ts';
import { aLab } from '../../support/builders.ts';

const now = Date.parse('2026-11-21T10:00:00.000Z');
const at = '2026-11-21T09:00:00.000Z';
const later = '2026-11-21T11:00:00.000Z';
const expiresAt = '2026-11-21T12:00:00.000Z';

function labWith(spec: Partial<LabSpec>, status: Partial<LabStatus> = {}): Lab {
  const lab = aLab();
  return { ...lab, spec: { ...lab.spec, expiresAt, ...spec }, status: { ...lab.status, ...status } };
}

const allTrue = CONDITION_NAMES.reduce<Conditions>(
  (conditions, name) => withCondition(conditions, name, { status: 'True', reason: 'Ready', message: '' }, at),
  aLab().status.conditions,
);
const brokenSwarm = withCondition(
  allTrue,
  'SwarmReady',
  { status: 'False', reason: 'QuorumLost', message: '' },
  at,
);
const overdue = withCondition(
  allTrue,
  'StacksConverged',
  { status: 'False', reason: CONVERGE_DEADLINE, message: '' },
  at,
);
const intent = { attempt: 1, machines: ['LINUXtips-01'], placement: {}, short: [], savedAt: at };

describe('the phase of a lab', () => {
  test.each<[string, Lab]>([
    ['pending', labWith({}, { machines: [] })],
    // Waiting for its turn, a quota or room: nothing is paid for yet.
    ['pending', labWith({}, { intent })],
    ['provisioning', labWith({}, { intent: { ...intent, launchedAt: at } })],
    // A launch of another attempt waits, the machines of the first are gone.
    ['provisioning', labWith({}, { intent: { ...intent, attempt: 2 }, launchedAt: at })],
    ['ready', labWith({}, { conditions: allTrue, readyAt: at })],
    ['degraded', labWith({}, { conditions: brokenSwarm, readyAt: at, intent })],
    ['degraded', labWith({}, { conditions: overdue, intent })],
    ['starting', labWith({}, { conditions: brokenSwarm, readyAt: at, poweredOffAt: at, intent })],
    ['stopped', labWith({ power: 'off' }, { machines: [] })],
    ['pending', labWith({ startsAt: later })],
    ['stopped', labWith({ startsAt: later, power: 'off' })],
    ['stopped', labWith({ startsAt: later }, { launchedAt: at, readyAt: at, poweredOffAt: at })],
    ['stopped', labWith({ stopsAt: at }, { readyAt: at, conditions: allTrue })],
    ['stopped', labWith({}, { readyAt: at, idle: { since: at, stoppedAt: at } })],
    ['ready', labWith({ startsAt: at, stopsAt: later }, { conditions: allTrue, readyAt: at })],
    ['deleting', labWith({ deleted: true })],
    ['deleting', labWith({ expiresAt: '2026-11-21T10:00:00.000Z' }, { conditions: allTrue, readyAt: at })],
    ['deleted', labWith({ deleted: true }, { deletedAt: at })],
    ['failed', labWith({}, { failure: { code: 'deadline', message: '', at } })],
  ])('is %s', (phase, lab) => {
    expect(phaseOf(lab, now)).toBe(phase);
  });

  test('is stopping while any machine of a lab that is off still runs', () => {
    const machine = { name: 'm1', attempt: 1, privateAddress: '100.64.0.2', ports: {}, restarts: 0 };
    const running = labWith({ power: 'off' }, { machines: [{ ...machine, state: 'Running' }] });
    expect(phaseOf(running, now)).toBe('stopping');
    const stopped = labWith({ power: 'off' }, { machines: [{ ...machine, state: 'Stopped' }] });
    expect(phaseOf(stopped, now)).toBe('stopped');
  });
});

describe('progress', () => {
  test('is 100 only when every condition is true', () => {
    expect(progressOf(labWith({}, { conditions: allTrue }))).toBe(100);
    expect(progressOf(labWith({}, { conditions: brokenSwarm }))).toBeLessThan(100);
    expect(progressOf(labWith({}, { machines: [] }))).toBe(0);
  });
});
