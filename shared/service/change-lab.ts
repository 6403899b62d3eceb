import { z } from 'zod';
import { readDuration } from '../core/duration.ts';
import type { Lab, LabSpec } from '../lab/lab.ts';
import { switchedOn } from '../lab/power.ts';
import { type AccessDeps, accessBound } from './access-bound.ts';
import { AllowFrom, readAllowFrom } from './allow-from.ts';
import { type ClassRuleDeps, onTerms, permitChange, settleChange } from './classes/class-rules.ts';
import { newEnd } from './lab-end.ts';
import { Layout } from './lab-request.ts';
import { scaledSpec } from './machines/scale-lab.ts';
import { requireLive } from './require-live.ts';
import { requireStoppable } from './require-stoppable.ts';
import { type LabWrite, type WriteDeps, writeSpec } from './write-spec.ts';

/** What `PATCH /labs/{lab}` takes. */
export const LabChange = z
  .strictObject({
    expiresAt: z.iso
      .datetime({ offset: true, error: 'must be a moment with its offset, such as 2026-03-02T18:00:00Z' })
      .optional()
      .describe('When it is torn down'),
    extend: z
      .string()
      .refine((text) => (readDuration(text) ?? 0) > 0, 'must be an ISO 8601 duration, such as PT2H')
      .optional()
      .describe('How much longer it lives; ISO 8601 duration'),
    power: z.enum(['on', 'off']).optional().describe('Stops or starts all its machines; disks stay'),
    machines: Layout.optional().describe('So many of each role: new ones join, the last ones go'),
    allowFrom: AllowFrom.optional().describe('Who may reach it'),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'must hold at least one of expiresAt, extend, power, machines, allowFrom',
  })
  .refine(({ expiresAt, extend }) => expiresAt === undefined || extend === undefined, {
    path: ['extend'],
    error: 'must be left out where expiresAt is given',
  });
export type LabChange = z.output<typeof LabChange>;

/**
 * Extends, shortens, stops, starts a lab, or moves the addresses that may reach it.
 * @throws SlipwayError `conflict` where it is going down, or is switched off though made never to be; `invalid_input` for an end in the past or past its maximum; what its
 * class refuses (classes/class-rules.ts).
 */
export async function changeLab(
  deps: WriteDeps & AccessDeps & ClassRuleDeps,
  write: LabWrite,
  change: LabChange,
): Promise<Lab> {
  const refuseTooMuch = await accessBound(deps, change.allowFrom ?? []);
  const terms = await permitChange(deps, write, change);
  const changed = await writeSpec(deps, { ...write, body: change }, (lab) => {
    const now = deps.clock.now();
    requireLive(lab, now);
    if (change.power === 'off') requireStoppable(lab);
    if (change.allowFrom !== undefined) refuseTooMuch(lab);
    const scaled = change.machines === undefined ? lab.spec : scaledSpec(lab, change.machines, now);
    const spec: LabSpec = {
      ...(change.power === 'on' ? onTerms(lab, switchedOn({ ...lab, spec: scaled }, now), terms) : scaled),
      ...newEnd(lab, change, now),
      ...(change.power === 'off' ? { power: 'off' } : {}),
      ...(change.allowFrom === undefined ? {} : { allowFrom: readAllowFrom(write.caller, change.allowFrom) }),
    };
    return JSON.stringify(spec) === JSON.stringify(lab.spec) ? undefined : spec;
  });
  await settleChange(deps, changed, change);
  return changed;
}
