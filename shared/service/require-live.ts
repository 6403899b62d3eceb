import { SlipwayError } from '../core/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { phaseOf } from '../lab/phase.ts';

/** @throws SlipwayError `conflict` with the reason where the lab is going down or gone: nothing brings it back. */
export function requireLive(lab: Lab, now: number): void {
  const phase = phaseOf(lab, now);
  if (phase !== 'failed' && phase !== 'deleting' && phase !== 'deleted') return;
  const reason =
    phase === 'failed'
      ? `has failed (${lab.status.failure?.message ?? 'no reason given'})`
      : lab.spec.deleted
        ? 'is deleted'
        : `expired at ${lab.spec.expiresAt}`;
  throw new SlipwayError('conflict', `lab ${lab.id} ${reason} and cannot be changed; ask for a new one`, {
    facts: { phase },
  });
}
