import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choosePlace, type PlaceWish } from '../../../../../shared/adapters/aws/ec2/choose-place.ts';
import { ec2Error } from '../../../../../shared/adapters/aws/ec2/ec2-errors.ts';
import type { Place } from '../../../../../shared/adapters/aws/ec2/placement.ts';
import { ShortPlaces } from '../../../../../shared/adapters/aws/ec2/short-places.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const settings = {
  subnets: ['a', 'b', 'c'].map((zone) => ({ id: `subnet-${zone}`, zone })),
  instanceTypes: ['t3.small', 't3a.small', 't4g.small'],
  spot: false,
};
const wishOf = (over: Partial<PlaceWish> = {}): PlaceWish => ({
  machines: [
    { name: 'm1', role: 'manager' },
    { name: 'w1', role: 'worker' },
  ],
  short: [],
  mayStop: true,
  settings,
  shortUntil: () => undefined,
  now: 0,
  ...over,
});
const words = ({ zone, type, market }: Place) => `${zone} ${type} ${market}`;

/** Every place in the order in which a lab that finds no room is sent to them. */
function journey(wish: Partial<PlaceWish>, steps: number): string[] {
  const short: Place[] = [];
  for (let step = 0; step < steps; step += 1) short.push(choosePlace(wishOf({ ...wish, short })));
  return short.map(words);
}

describe('where to launch', () => {
  test('is type by type, each in every zone, and then from the start again', () => {
    expect(journey({}, 10)).toEqual([
      ...['t3.small', 't3a.small', 't4g.small'].flatMap((type) =>
        ['a', 'b', 'c'].map((zone) => `${zone} ${type} on-demand`),
      ),
      'a t3.small on-demand',
    ]);
  });

  test('beside machines that are there is in their zone, of their type first, of their architecture always', () => {
    const beside = { zone: 'b', type: 't3a.small' };
    expect(journey({ beside }, 3)).toEqual([
      'b t3a.small on-demand',
      'b t3.small on-demand',
      'b t3a.small on-demand',
    ]);
    expect(words(choosePlace(wishOf({ beside: { zone: 'gone', type: 't4g.small' } })))).toBe(
      'a t4g.small on-demand',
    );
  });

  const spot = { ...settings, spot: true };
  test('is spot only for a lab that never stops and can bear a loss, and on demand after one refusal', () => {
    const workers = [{ name: 'w1', role: 'worker' as const }];
    const managers = ['1', '2', '3'].map((name) => ({ name, role: 'manager' as const }));
    const marketOf = (over: Partial<PlaceWish>) =>
      choosePlace(wishOf({ settings: spot, mayStop: false, ...over })).market;
    expect(marketOf({ machines: workers })).toBe('spot');
    expect(marketOf({ machines: managers })).toBe('spot');
    expect(marketOf({ machines: managers.slice(1) })).toBe('on-demand');
    expect(marketOf({ machines: workers, mayStop: true })).toBe('on-demand');
    expect(marketOf({ machines: workers, settings })).toBe('on-demand');
    expect(journey({ settings: spot, machines: workers, mayStop: false }, 2)).toEqual([
      'a t3.small spot',
      'a t3.small on-demand',
    ]);
  });

  test('is nowhere while all is known to be short: it says what was tried, and when to look again', () => {
    const nowhere = () =>
      choosePlace(wishOf({ shortUntil: ({ zone }) => (zone === 'b' ? 40_000 : 500_000) }));
    expect(nowhere).toThrow(/no room now for t3\.small, t3a\.small, t4g\.small in a, b, c/);
    expect(nowhere).toThrow(expect.objectContaining({ facts: { reason: 'short', afterSeconds: 40 } }));
  });

  test('is the same for the same wish, whatever the wish', () => {
    const place = fc.record({
      zone: fc.constantFrom('a', 'b', 'c', 'd'),
      subnet: fc.constantFrom('subnet-a', 'subnet-b'),
      type: fc.constantFrom(...settings.instanceTypes),
      market: fc.constantFrom('spot', 'on-demand'),
    });
    fc.assert(
      fc.property(
        fc.array(place, { maxLength: 20 }),
        fc.boolean(),
        fc.boolean(),
        (short, isSpot, mayStop) => {
          const wish = wishOf({ short, mayStop, settings: { ...settings, spot: isSpot } });
          expect(choosePlace(wish)).toEqual(choosePlace({ ...wish, short: structuredClone(short) }));
          expect(settings.subnets.map(({ id }) => id)).toContain(choosePlace(wish).subnet);
        },
      ),
    );
  });
});

describe('the memory of what was short', () => {
  const place: Place = { zone: 'a', subnet: 'subnet-a', type: 't3.small', market: 'on-demand' };
  const errorOf = (name: string) => ec2Error('launch', Object.assign(new Error('no'), { name }));
  const learned = (name: string, at: Place = place) => {
    const clock = new ManualClock(1_000_000);
    const places = new ShortPlaces(clock);
    places.learn(at, errorOf(name));
    return {
      clock,
      isShort: (over: Partial<Place> = {}) => places.shortUntil({ ...place, ...over }) !== undefined,
    };
  };

  test('lasts ten minutes for one type in one zone', () => {
    const { clock, isShort } = learned('InsufficientInstanceCapacity');
    expect([isShort(), isShort({ zone: 'b', subnet: 'subnet-b' }), isShort({ type: 't3a.small' })]).toEqual([
      true,
      false,
      false,
    ]);
    clock.advance(599);
    expect(isShort()).toBe(true);
    clock.advance(1);
    expect(isShort()).toBe(false);
  });

  test('lasts for ever where the zone never has the type', () => {
    const { clock, isShort } = learned('Unsupported');
    clock.advance(10 * 365 * 86_400);
    expect(isShort()).toBe(true);
  });

  test('of a subnet without addresses holds for every type there', () => {
    const { isShort } = learned('InsufficientFreeAddressesInSubnet');
    expect([isShort({ type: 't3a.small' }), isShort({ subnet: 'subnet-a2' })]).toEqual([true, false]);
  });

  test.each([
    'MaxSpotInstanceCountExceeded',
    'SpotMaxPriceTooLow',
    'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
  ])('of %s closes spot everywhere and nothing else', (code) => {
    const { isShort } = learned(code, { ...place, market: 'spot' });
    expect([isShort({ market: 'spot', zone: 'c' }), isShort()]).toEqual([true, false]);
    expect(learned(code).isShort()).toBe(false);
  });

  test('keeps nothing of other errors', () => {
    for (const code of [
      'VcpuLimitExceeded',
      'RequestLimitExceeded',
      'InvalidParameterValue',
      'InternalError',
    ]) {
      expect(learned(code).isShort(), code).toBe(false);
    }
  });
});
