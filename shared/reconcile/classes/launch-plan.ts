import { lastLeadSeconds } from '../../class/last-lead.ts';
import { machinesPerLab } from '../../class/machines-per-lab.ts';
import { sessionAfter } from '../../class/session-times.ts';
import { type LaunchDemand, launchSchedule } from '../../class/waves.ts';
import type { ClassRun } from './class-run.ts';
import type { ToServe } from './served-session.ts';

/** Bells further apart than this do not share a bucket's burst: it is full again by then. */
const NEAR_MS = 3 * 3_600_000;
const PAGE = 100;

/**
 * When each lab of a class's session is to be launched, ascending; milliseconds since the epoch. Launch buckets are the
 * account's: other classes whose bells are near count too, in one order for all, so that each class comes to the same plan.
 * @param labs how many
 */
export async function launchPlan(run: ClassRun, session: ToServe, labs: number): Promise<number[]> {
  const { deps, found } = run;
  const own = {
    id: found.id,
    readyBy: session.lastLaunch,
    labs,
    machinesPerLab: machinesPerLab(deps.catalogue, found.spec),
  };
  const pace = deps.policy.launchPace;
  const demands = pace === undefined ? [own] : [own, ...(await othersNear(run, session))];
  demands.sort((a, b) => (a.id < b.id ? -1 : 1));
  return launchSchedule(demands, pace)[demands.indexOf(own)] ?? [];
}

async function othersNear({ deps, found, now }: ClassRun, { start }: ToServe) {
  const near: (LaunchDemand & { id: string })[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.classes.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    for (const { id, spec, status } of page.items) {
      if (id === found.id || spec.deleted || status.endedAt !== undefined) continue;
      const next = sessionAfter(spec, now);
      if (next === undefined || Math.abs(next.start - start) > NEAR_MS) continue;
      near.push({
        id,
        readyBy: next.start - lastLeadSeconds(spec, deps.policy) * 1000,
        labs: spec.students ?? 0,
        machinesPerLab: machinesPerLab(deps.catalogue, spec),
      });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return near;
}
