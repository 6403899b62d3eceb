import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import { offWords } from '../../lab/power.ts';
import { requireLive } from '../require-live.ts';

/** @throws SlipwayError `conflict` where the lab is switched off, going down or gone. */
export function requireOn(lab: Lab, now: number): void {
  requireLive(lab, now);
  const words = offWords(lab, now);
  if (words === undefined) return;
  throw new SlipwayError(
    'conflict',
    `${words}, and its machines with it; PATCH /v1/labs/${lab.id} {"power":"on"} first`,
  );
}
