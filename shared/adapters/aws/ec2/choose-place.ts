import type { LaunchWish } from '../../../ports/driver.ts';
import { driverRefusal } from './ec2-errors.ts';
import { architectureOf } from './instance-type.ts';
import { isSamePlace, type Place } from './placement.ts';
import type { AmazonEc2Settings } from './settings.ts';

export interface PlaceWish extends Pick<LaunchWish, 'machines' | 'beside' | 'short' | 'mayStop'> {
  settings: Pick<AmazonEc2Settings, 'subnets' | 'instanceTypes' | 'spot'>;
  /** Until when a place is known to be short, milliseconds since the epoch; undefined: it is not. */
  shortUntil(place: Place): number | undefined;
  now: number;
}

/** How long to wait at most before looking again whether there is room anywhere. */
const LONGEST_WAIT_SECONDS = 60;

/**
 * The first place, in the order of the settings (type by type, each in every zone), that is not known to be short. One
 * that was short for this very lab comes after all that were not.
 * @throws SlipwayError `driver_failed`, reason `short`, with `afterSeconds`, where all are known to be.
 */
export function choosePlace(wish: PlaceWish): Place {
  const places = placesOf(wish);
  const timesShort = (place: Place) => wish.short.filter((one) => isSamePlace(one, place)).length;
  const open = places.filter((place) => wish.shortUntil(place) === undefined);
  const [first] = open.sort((one, other) => timesShort(one) - timesShort(other));
  if (first !== undefined) return first;

  const soonest = Math.min(...places.map((place) => wish.shortUntil(place) ?? wish.now));
  const afterSeconds = Math.max(1, Math.min(LONGEST_WAIT_SECONDS, (soonest - wish.now) / 1000));
  const zones = [...new Set(places.map(({ zone }) => zone))].join(', ');
  const types = [...new Set(places.map(({ type }) => type))].join(', ');
  throw driverRefusal('short', `EC2 has no room now for ${types || 'any type'} in ${zones || 'any zone'}`, {
    afterSeconds,
  });
}

function placesOf(wish: PlaceWish): Place[] {
  const { beside, settings } = wish;
  const inZone = settings.subnets.filter(({ zone }) => zone === beside?.zone);
  // A zone that is no longer in the settings has no subnet to launch into.
  const subnets = inZone.length > 0 ? inZone : settings.subnets;
  return marketsOf(wish).flatMap((market) =>
    typesOf(wish).flatMap((type) =>
      subnets.map(({ id, zone }): Place => ({ zone, subnet: id, type, market })),
    ),
  );
}

/** What is left of the lab comes first: machines of one lab are alike, and images are for one architecture. */
function typesOf({ beside, settings }: PlaceWish): string[] {
  const type = beside?.type;
  if (type === undefined) return settings.instanceTypes;
  const alike = settings.instanceTypes.filter((one) => architectureOf(one) === architectureOf(type));
  return [...new Set([type, ...alike])];
}

/**
 * Spot where a lost machine is not a lost lab: workers, or three managers in one launch. Once spot had no room, the
 * lab's next attempts are on demand.
 */
function marketsOf({ settings, mayStop, machines, short }: PlaceWish): Place['market'][] {
  const managers = machines.filter(({ role }) => role !== 'worker').length;
  const bears = managers === 0 || managers >= 3;
  const refused = short.some(({ market }) => market === 'spot');
  return settings.spot && !mayStop && bears && !refused ? ['spot', 'on-demand'] : ['on-demand'];
}
