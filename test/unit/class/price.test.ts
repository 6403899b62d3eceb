import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineSecondsOf, priceOf } from '../../../shared/class/price.ts';
import { priceTableOf } from '../../../shared/class/price-tables.ts';
import { isSlipwayError } from '../../../shared/core/errors.ts';
import type { LabUsage } from '../../../shared/lab/usage.ts';

const SINCE = Date.parse('2026-03-02T19:00:00Z');
const HOUR = 3_600_000;
const US_EAST_1 = priceTableOf('us-east-1');

function usage(change: Partial<LabUsage>): LabUsage {
  return {
    machineSeconds: {},
    stoppedSeconds: {},
    diskGigabyteSeconds: 0,
    since: new Date(SINCE).toISOString(),
    running: {},
    stopped: {},
    diskGigabytes: 0,
    ...change,
  };
}

describe('the price of a lab', () => {
  it('is that of the course’s three machines, addresses and disks, as aws-facts.md has it', () => {
    const three = usage({ running: { 't3.small': 3 }, diskGigabytes: 24 });
    // (.0208 + .005 + 8 x .08 / 730) x 3
    expect(priceOf(three, US_EAST_1, SINCE + HOUR).usd).toBeCloseTo(0.08, 3);
    const graviton = usage({ running: { 't4g.small': 3 }, diskGigabytes: 24 });
    expect(priceOf(graviton, US_EAST_1, SINCE + HOUR).usd).toBeCloseTo(0.068, 3);
  });

  it('is only disks while it is stopped, and tells what the machines would have cost', () => {
    const stopped = usage({ stopped: { 't3.small': 3 }, diskGigabytes: 24 });
    const month = priceOf(stopped, US_EAST_1, SINCE + 730 * HOUR);
    expect(month.usd).toBeCloseTo(1.92, 10);
    expect(month.savedUsd).toBeCloseTo(3 * 730 * 0.0258, 10);
    expect(machineSecondsOf(stopped, SINCE + HOUR)).toBe(0);
  });

  it('does not hang on when it was reckoned in between', () => {
    const count = fc.integer({ min: 0, max: 5 });
    const seconds = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(count, count, seconds, seconds, (ran, stood, first, second) => {
        const running = { 't3.small': ran, 't3a.medium': 1 };
        const stopped = { 't3.small': stood };
        const once = usage({ running, stopped, diskGigabytes: 36 });
        const folded = usage({
          running,
          stopped,
          diskGigabytes: 36,
          machineSeconds: { 't3.small': ran * first, 't3a.medium': first },
          stoppedSeconds: { 't3.small': stood * first },
          diskGigabyteSeconds: 36 * first,
          since: new Date(SINCE + first * 1000).toISOString(),
        });
        const now = SINCE + (first + second) * 1000;
        expect(priceOf(folded, US_EAST_1, now).usd).toBeCloseTo(priceOf(once, US_EAST_1, now).usd, 6);
        expect(priceOf(folded, US_EAST_1, now).savedUsd).toBeCloseTo(
          priceOf(once, US_EAST_1, now).savedUsd,
          6,
        );
        expect(machineSecondsOf(folded, now)).toBe(machineSecondsOf(once, now));
        expect(machineSecondsOf(once, now)).toBe((ran + 1) * (first + second));
      }),
    );
  });

  it('never falls, and a clock that goes back adds nothing', () => {
    const lab = usage({ running: { 't3.small': 1 }, machineSeconds: { 't3.small': 60 }, diskGigabytes: 8 });
    expect(machineSecondsOf(lab, SINCE - HOUR)).toBe(60);
    expect(priceOf(lab, US_EAST_1, SINCE - HOUR)).toEqual(priceOf(lab, US_EAST_1, SINCE));
  });

  it('tells the types that it does not know, and their disks all the same', () => {
    const odd = usage({ running: { 'm9.huge': 1, 't3.small': 1, constructor: 1 }, diskGigabytes: 730 });
    const price = priceOf(odd, US_EAST_1, SINCE + HOUR);
    expect(price.unpriced).toEqual(['constructor', 'm9.huge']);
    expect(price.usd).toBeCloseTo(0.0258 + 0.08, 10);
  });

  it('is nothing, and said to be unpriced, where nothing is paid for', () => {
    const local = usage({ running: { container: 3 }, stopped: { container: 1 } });
    expect(priceOf(local, undefined, SINCE + HOUR)).toEqual({ usd: 0, savedUsd: 0, unpriced: ['container'] });
  });
});

describe('prices of a region', () => {
  it('are in the repository for us-east-1 only, with their date', () => {
    expect(US_EAST_1).toMatchObject({ region: 'us-east-1', date: '2026-11-21' });
    const { machineHour = {}, addressHour, diskGigabyteMonth } = US_EAST_1 ?? {};
    const prices = [...Object.values(machineHour), addressHour, diskGigabyteMonth];
    for (const usd of prices) expect(usd).toBeGreaterThan(0);
    expect(priceTableOf('sa-east-1')).toBeUndefined();
    expect(priceTableOf('sa-east-1', ' ')).toBeUndefined();
  });

  it('are overridden type by type, and given for another region', () => {
    const changed = priceTableOf('us-east-1', 't3.small=0.03, m7g.large=0.0816,date=2027-01-02');
    expect(changed?.machineHour).toMatchObject({
      't3.small': 0.03,
      'm7g.large': 0.0816,
      't3a.small': 0.0188,
    });
    expect(changed?.date).toBe('2027-01-02');
    expect(US_EAST_1?.machineHour['t3.small']).toBe(0.0208);
    expect(priceTableOf('sa-east-1', 't3.small=0.0336,disk=0.152,address=0.006')).toEqual({
      region: 'sa-east-1',
      date: '2026-11-21',
      machineHour: { 't3.small': 0.0336 },
      addressHour: 0.006,
      diskGigabyteMonth: 0.152,
    });
  });

  it('that cannot be read are all named', () => {
    const text = 't3.small=0.03,t3small=1,disk=,date=soon,date=2026-02-30,t3.large=-1,address=0.1=2,x';
    const read = () => priceTableOf('us-east-1', text);
    expect(read).toThrow('t3small=1 disk= date=soon date=2026-02-30 t3.large=-1 address=0.1=2 x;');
    try {
      read();
    } catch (error) {
      expect(isSlipwayError(error, 'invalid_input')).toBe(true);
    }
  });
});
