import { calendarIssues } from '../../class/calendar.ts';
import type { Class, ClassSpec } from '../../class/class.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Catalogue } from '../../lab/template.ts';
import type { Deps } from '../../ports/deps.ts';
import { type ClassChange, layoutIssues } from './class-request.ts';
import { pastIssues } from './create-class.ts';
import { requireLiveClass } from './find-class.ts';
import { refuseIssues } from './issues.ts';
import { liveLabs } from './live-labs.ts';
import { type ClassWrite, type ClassWriteDeps, writeClassSpec } from './write-class-spec.ts';

export type ChangeDeps = ClassWriteDeps & { catalogue: Catalogue };

/**
 * Changes what a class is to be from now on; its reconciler follows.
 * @throws SlipwayError `conflict` where it is deleted or over, or `after` is to change while labs live; `invalid_input` where
 * what would come of it does not go together.
 */
export async function changeClass(deps: ChangeDeps, write: ClassWrite, change: ClassChange): Promise<Class> {
  return await writeClassSpec(deps, { ...write, body: change }, async (found) => {
    requireLiveClass(found);
    const spec = changedSpec(deps, found.spec, change);
    if (spec.after !== found.spec.after) await refuseLiveLabs(deps, found);
    return JSON.stringify(spec) === JSON.stringify(found.spec) ? undefined : spec;
  });
}

/** @throws SlipwayError `invalid_input` with all that does not go together. */
export function changedSpec(
  { catalogue, clock }: Pick<ChangeDeps, 'catalogue' | 'clock'>,
  before: ClassSpec,
  change: ClassChange,
): ClassSpec {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const merged = Object.entries({ ...before, ...Object.fromEntries(given) });
  const spec = Object.fromEntries(merged.filter(([, value]) => value !== null)) as unknown as ClassSpec;
  const movesCalendar = change.sessions !== undefined || change.timeZone !== undefined;
  const wrong = movesCalendar ? calendarIssues(spec) : [];
  refuseIssues([
    ...wrong,
    ...(movesCalendar && wrong.length === 0 ? pastIssues(spec, clock.now()) : []),
    ...layoutIssues(catalogue, spec),
  ]);
  return spec;
}

/**
 * A lab made to be deleted may stand on machines that cannot be stopped, and one of the whole course outlives its session.
 * @throws SlipwayError `conflict` where any lives.
 */
export async function refuseLiveLabs(deps: Pick<Deps, 'classes'>, { id, spec }: Class): Promise<void> {
  const { length } = await liveLabs(deps, id);
  if (length === 0) return;
  throw new SlipwayError(
    'conflict',
    `after cannot change from ${spec.after} while labs of the class live, and ${length} do; delete them, or wait until they are gone`,
    { facts: { reason: 'LabsLive', labs: length } },
  );
}
