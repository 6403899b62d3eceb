import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import type { LabSpec, LabStatus } from '../../../shared/lab/lab.ts';
import { offWords, powerAt, switchedOn, whyOff } from '../../../shared/lab/power.ts';
import { aLab, START } from '../../support/builders.ts';

const HOUR = 3600_000;
const at = (hours: number) => iso(START + hours * HOUR);
const lab = (spec: Partial<LabSpec>, idle?: LabStatus['idle']) =>
  aLab({ spec, status: idle === undefined ? {} : { idle } });
const launched = (spec: Partial<LabSpec>, status: Partial<LabStatus> = {}) =>
  aLab({ spec, status: { launchedAt: at(1), ...status } });
const stoppedAt = (hours: number) => ({ since: at(0), stoppedAt: at(hours) });

describe('a lab is asked to run', () => {
  test.each<[string, ReturnType<typeof lab>, number, ReturnType<typeof whyOff>]>([
    ['where nothing else is said', lab({}), 0, undefined],
    ['unless it is switched off', lab({ power: 'off' }), 0, 'switched'],
    ['not before its start', lab({ startsAt: at(2) }), 1.999, 'early'],
    ['at its start', lab({ startsAt: at(2) }), 2, undefined],
    ['until its stop', lab({ stopsAt: at(2) }), 1.999, undefined],
    ['no more at its stop', lab({ stopsAt: at(2) }), 2, 'ended'],
    ['again from a start after its stop on', lab({ stopsAt: at(2), startsAt: at(3) }), 3, undefined],
    ['not in between', lab({ stopsAt: at(2), startsAt: at(3) }), 2.5, 'early'],
    ['from a start to a stop after it', lab({ startsAt: at(1), stopsAt: at(2) }), 2, 'ended'],
    ['not once it was idle', lab({}, stoppedAt(2)), 3, 'idle'],
    ['not once it was idle since its start', lab({ startsAt: at(1) }, stoppedAt(2)), 3, 'idle'],
    ['from a start after it was idle on', lab({ startsAt: at(3) }, stoppedAt(2)), 3, undefined],
    [
      'though a clock was set back before the start from which it runs',
      launched({ startsAt: at(2) }),
      1,
      undefined,
    ],
    ['not where it was off', launched({ startsAt: at(2) }, { poweredOffAt: at(0) }), 1, 'early'],
    ['nor past a stop', launched({ stopsAt: at(2), startsAt: at(3) }), 2.5, 'early'],
    ['though it was warned', lab({}, { since: at(0), warnedAt: at(1) }), 3, undefined],
  ])('%s', (_, powered, hours, why) => {
    const now = START + hours * HOUR;
    expect(whyOff(powered, now)).toBe(why);
    expect(powerAt(powered, now)).toBe(why === undefined ? 'on' : 'off');
    expect(offWords(powered, now) === undefined).toBe(why === undefined);
  });

  test.each<[string, ReturnType<typeof lab>]>([
    ['switched off', lab({ power: 'off' })],
    ['early', lab({ startsAt: at(9) })],
    ['at its stop', lab({ stopsAt: at(2) })],
    ['long past its stop', lab({ startsAt: at(0), stopsAt: at(1) })],
    ['switched off and past its stop', lab({ power: 'off', stopsAt: at(1) })],
    ['stopped for idleness just now', lab({}, stoppedAt(2))],
    ['stopped for idleness', lab({ startsAt: at(0) }, stoppedAt(1))],
  ])('by whoever switches it on, though it was %s', (_, powered) => {
    const now = START + 2 * HOUR;
    const spec = switchedOn(powered, now);
    expect(powerAt({ ...powered, spec }, now)).toBe('on');
    expect(powerAt({ ...powered, spec }, now + 12 * HOUR)).toBe('on');
  });

  test('no longer than was planned, where that is to come', () => {
    const now = START + 2 * HOUR;
    const powered = lab({ stopsAt: at(4) }, stoppedAt(1));
    const spec = switchedOn(powered, now);
    expect(powerAt({ ...powered, spec }, START + 3.9 * HOUR)).toBe('on');
    expect(powerAt({ ...powered, spec }, START + 4 * HOUR)).toBe('off');
  });

  test('and nothing is written of one that runs', () => {
    const powered = lab({ startsAt: at(0), stopsAt: at(4) });
    expect(switchedOn(powered, START + HOUR)).toEqual(powered.spec);
  });
});
