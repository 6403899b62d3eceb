import { iso } from '../core/clock.ts';
import { readDuration, writeDuration } from '../core/duration.ts';
import { SlipwayError } from '../core/errors.ts';
import type { Lab, LabSpec } from '../lab/lab.ts';

/** A wish for another end. */
export interface EndChange {
  expiresAt?: string | undefined;
  /** ISO 8601 duration. */
  extend?: string | undefined;
}

/** Which of a lab's moments its user calls its end: a course lab, which outlives sessions, is stopped at the end of each. */
function endField(lab: Pick<Lab, 'class' | 'spec'>): 'stopsAt' | 'expiresAt' {
  return lab.class?.purpose === 'course' && lab.spec.stopsAt !== undefined ? 'stopsAt' : 'expiresAt';
}

/** When it ends, as its user sees it; milliseconds since the epoch. */
export function endOf(lab: Pick<Lab, 'class' | 'spec'>): number {
  return Date.parse(lab.spec[endField(lab)] ?? lab.spec.expiresAt);
}

/** Until when it can be extended. */
function latestEnd(lab: Lab): string {
  return endField(lab) === 'stopsAt' ? lab.spec.expiresAt : lab.hardMaximum;
}

/** The end that is wished for; undefined where none is. Milliseconds since the epoch. */
export function wishedEnd(lab: Lab, { expiresAt, extend }: EndChange): number | undefined {
  if (expiresAt !== undefined) return Date.parse(expiresAt);
  if (extend === undefined) return undefined;
  return endOf(lab) + (readDuration(extend) ?? 0) * 1000;
}

/**
 * The part of its spec that says when it ends, as wished.
 * @throws SlipwayError `invalid_input` for an end in the past, or past the last that it can have.
 */
export function newEnd(
  lab: Lab,
  change: EndChange,
  now: number,
): Partial<Pick<LabSpec, 'expiresAt' | 'stopsAt'>> {
  const end = wishedEnd(lab, change);
  if (end === undefined) return {};
  const pointer = change.expiresAt === undefined ? '/extend' : '/expiresAt';
  const field = endField(lab);
  if (end <= now) {
    throw refused(
      pointer,
      field === 'stopsAt'
        ? `must be in the future: the lab was stopped at ${lab.spec.stopsAt}; start it instead`
        : 'must be in the future; DELETE the lab to tear it down now',
    );
  }
  const latest = latestEnd(lab);
  if (end > Date.parse(latest)) {
    const most = writeDuration(Math.max(0, Math.floor((Date.parse(latest) - endOf(lab)) / 1000)));
    throw refused(pointer, `would go past ${latest}, its hard maximum; ${most} more is the most`);
  }
  return { [field]: iso(end) };
}

function refused(pointer: string, message: string): SlipwayError {
  return new SlipwayError('invalid_input', `${pointer.slice(1)} ${message}`, {
    issues: [{ pointer, message }],
  });
}
