import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import { requireLive } from '../require-live.ts';

/** @throws SlipwayError `conflict` where the lab is switched off, going down or gone. */
export function requireOn(lab: Lab, now: number): void {
  requireLive(lab, now);
  if (lab.spec.power === 'on') return;
  throw new SlipwayError(
    'conflict',
    `lab ${lab.id} is switched off, and its machines with it; PATCH /v1/labs/${lab.id} {"power":"on"} first`,
  );
}
