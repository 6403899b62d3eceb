import { z } from 'zod';
import type { MachineKind, Placement } from '../../../ports/driver.ts';
import { driverRefusal } from './ec2-errors.ts';

/** Where a machine can be: what is tried one after the other. */
const Place = z.object({
  zone: z.string().min(1),
  subnet: z.string().min(1),
  type: z.string().min(1),
  market: z.enum(['on-demand', 'spot']),
});
export type Place = z.infer<typeof Place>;

/** All that decides a launch besides who is in it, as an intent keeps it. */
const Ec2Placement = Place.extend({
  image: z.string().min(1),
  /** The name of the image's root device. */
  device: z.string().min(1),
  diskGb: z.coerce.number().int().positive(),
});
export type Ec2Placement = z.infer<typeof Ec2Placement>;

/** @throws SlipwayError `driver_failed`, refused, for one that `plan` did not give. */
export function readPlacement(placement: Placement): Ec2Placement {
  const parsed = Ec2Placement.safeParse(placement);
  if (parsed.success) return parsed.data;
  const lacking = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw driverRefusal('refused', `a launch needs a placement by plan; this one lacks ${lacking}`);
}

/** Of a placement that `plan` did not give: of an unknown type, which no price table has. */
export function machineKindOf(placement: Placement): MachineKind {
  const parsed = Ec2Placement.safeParse(placement);
  if (!parsed.success) return { type: 'unknown', diskGigabytes: 0 };
  return { type: parsed.data.type, diskGigabytes: parsed.data.diskGb };
}

export function writePlacement({ diskGb, ...placement }: Ec2Placement): Placement {
  return { ...placement, diskGb: String(diskGb) };
}

export function isSamePlace(one: Place | Placement, other: Place | Placement): boolean {
  return (['zone', 'subnet', 'type', 'market'] as const).every((key) => one[key] === other[key]);
}
