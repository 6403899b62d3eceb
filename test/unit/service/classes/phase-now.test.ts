import { describe, expect, test } from 'vitest';
import type { ClassLab } from '../../../../shared/class/class-lab.ts';
import { iso } from '../../../../shared/core/clock.ts';
import { phaseNow } from '../../../../shared/service/classes/phase-now.ts';
import { START } from '../../../support/builders.ts';

const HOUR = 3_600_000;
const BELL = START + HOUR;

function told(more: Partial<ClassLab>, since = START): ClassLab {
  return {
    labId: 'a',
    student: 'ana@example.org',
    purpose: 'session',
    template: 'swarm',
    createdAt: iso(START),
    phase: 'ready',
    percent: 100,
    expiresAt: iso(BELL + 2 * HOUR),
    usage: {
      machineSeconds: {},
      stoppedSeconds: {},
      diskGigabyteSeconds: 0,
      since: iso(since),
      running: {},
      stopped: {},
      diskGigabytes: 0,
    },
    version: 1,
    ...more,
  };
}
const waiting = { startsAt: iso(BELL), reason: 'Scheduled', problem: `starts at ${iso(BELL)}` };

describe('the phase of a lab by now', () => {
  test('is what was told, while time changes nothing', () => {
    expect(phaseNow(told({ phase: 'degraded', percent: 80, problem: 'web', reason: 'No' }), START)).toEqual({
      phase: 'degraded',
      percent: 80,
      problem: 'web',
      reason: 'No',
    });
  });

  test('is pending until its moment, and then no longer says that it waits for it', () => {
    const lab = told({ phase: 'pending', percent: 0, ...waiting });
    expect(phaseNow(lab, BELL - 1)).toMatchObject({ phase: 'pending', reason: 'Scheduled' });
    expect(phaseNow(lab, BELL)).toMatchObject({ phase: 'pending', reason: 'Starting' });
  });

  test('is starting from its moment on, where it stood stopped before', () => {
    const lab = told({ phase: 'stopped', percent: 0, startsAt: iso(BELL) });
    expect(phaseNow(lab, BELL - 1).phase).toBe('stopped');
    expect(phaseNow(lab, BELL).phase).toBe('starting');
  });

  test('stays stopped where it was stopped after its moment', () => {
    const lab = told({ phase: 'stopped', percent: 0, startsAt: iso(BELL) }, BELL + 60_000);
    expect(phaseNow(lab, BELL + HOUR).phase).toBe('stopped');
  });

  test.each(['ready', 'pending', 'stopped'])('is deleting once it has expired, and was %s', (phase) => {
    expect(phaseNow(told({ phase }), BELL + 2 * HOUR)).toMatchObject({
      phase: 'deleting',
      reason: 'Expired',
    });
  });

  test.each(['failed', 'deleted'])('stays %s for good', (phase) => {
    expect(phaseNow(told({ phase, problem: 'why' }), BELL + 9 * HOUR)).toMatchObject({
      phase,
      problem: 'why',
    });
  });
});
