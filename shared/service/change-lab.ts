import { z } from 'zod';
import { iso } from '../core/clock.ts';
import { readDuration, writeDuration } from '../core/duration.ts';
import { SlipwayError } from '../core/errors.ts';
import type { Lab, LabSpec } from '../lab/lab.ts';
import { type AccessDeps, accessBound } from './access-bound.ts';
import { AllowFrom, readAllowFrom } from './allow-from.ts';
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
 * @throws SlipwayError `conflict` where it is going down, or is switched off though made never to be; `invalid_input` for an end in the past or past its maximum.
 */
export async function changeLab(
  deps: WriteDeps & AccessDeps,
  write: LabWrite,
  change: LabChange,
): Promise<Lab> {
  const refuseTooMuch = await accessBound(deps, change.allowFrom ?? []);
  return await writeSpec(deps, { ...write, body: change }, (lab) => {
    const now = deps.clock.now();
    requireLive(lab, now);
    if (change.power === 'off') requireStoppable(lab);
    if (change.allowFrom !== undefined) refuseTooMuch(lab);
    const scaled = change.machines === undefined ? lab.spec : scaledSpec(lab, change.machines, now);
    const spec: LabSpec = {
      ...scaled,
      expiresAt: newEnd(lab, change, now),
      ...(change.power === undefined ? {} : { power: change.power }),
      ...(change.allowFrom === undefined ? {} : { allowFrom: readAllowFrom(write.caller, change.allowFrom) }),
    };
    return JSON.stringify(spec) === JSON.stringify(lab.spec) ? undefined : spec;
  });
}

function newEnd(lab: Lab, { expiresAt, extend }: LabChange, now: number): string {
  if (expiresAt === undefined && extend === undefined) return lab.spec.expiresAt;
  const current = Date.parse(lab.spec.expiresAt);
  const end =
    expiresAt === undefined ? current + (readDuration(extend ?? '') ?? 0) * 1000 : Date.parse(expiresAt);
  const pointer = expiresAt === undefined ? '/extend' : '/expiresAt';
  if (end <= now) {
    throw refused(pointer, 'must be in the future; DELETE the lab to tear it down now');
  }
  const latest = Date.parse(lab.hardMaximum);
  if (end > latest) {
    const most = writeDuration(Math.max(0, Math.floor((latest - current) / 1000)));
    throw refused(pointer, `would go past ${lab.hardMaximum}, its hard maximum; ${most} more is the most`);
  }
  return iso(end);
}

function refused(pointer: string, message: string): SlipwayError {
  return new SlipwayError('invalid_input', `${pointer.slice(1)} ${message}`, {
    issues: [{ pointer, message }],
  });
}
