import { isSlipwayError, messageOf } from '../core/errors.ts';
import type { Deps } from '../ports/deps.ts';

type SweepDeps = Pick<Deps, 'clock' | 'log' | 'policy' | 'driver' | 'labs' | 'sweeps'>;

/** More orphans at once than this, or than a tenth of what runs, is a broken record, not orphans. */
const FEW = 5;
const SHARE = 0.1;

export interface SweepReport {
  /** Labs whose machines or network no record claims. */
  orphans: string[];
  /** Those of them that nothing is left of. */
  removed: string[];
  /** True when there were too many to be removed without an operator. */
  held: boolean;
}

/**
 * Removes what no record claims, in two passes: marked first, looked at again after a grace, then removed. Never
 * more than the larger of 5 and 10 % of the machines in one pass: a restored table must not kill live labs.
 */
export async function sweep({ clock, log, policy, driver, labs, sweeps }: SweepDeps): Promise<SweepReport> {
  const now = clock.now();
  const [machines, networks] = await Promise.all([driver.list(), driver.listNetworks()]);
  const labIds = [...new Set([...machines, ...networks].map(({ labId }) => labId))];
  const claimed = await Promise.all(labIds.map(async (labId) => isClaimed(await labs.load(labId))));
  const orphans = labIds.filter((_, index) => !claimed[index]);

  const before = await sweeps.marks();
  const marks = Object.fromEntries(orphans.map((labId) => [labId, before[labId] ?? now]));
  const ripe = orphans.filter((labId) => now - (marks[labId] ?? now) >= policy.sweepGraceSeconds * 1000);
  const doomed = machines.filter(({ labId }) => ripe.includes(labId));
  const held = doomed.length > Math.max(FEW, machines.length * SHARE);
  const gone = new Set<string>();
  if (held) {
    log.error(
      { orphans: ripe },
      `sweep: ${doomed.length} machines have no record; too many to remove unasked`,
    );
  } else {
    await Promise.all(
      ripe.map(async (labId) => {
        const names = doomed.filter((machine) => machine.labId === labId).map(({ name }) => name);
        try {
          if (names.length > 0) await driver.remove(labId, names);
          await driver.removeNetwork(labId);
        } catch (error) {
          if (!isSlipwayError(error, 'driver_failed')) throw error;
          // Its mark stays: the next sweep goes on with it, as with a network whose machines are still going down.
          log.warn({ lab: labId, reason: messageOf(error) }, 'sweep: not all of it is removed yet');
          return;
        }
        delete marks[labId];
        gone.add(labId);
      }),
    );
    if (gone.size > 0) log.warn({ orphans: [...gone] }, 'sweep: removed what no record claims');
  }
  if (JSON.stringify(marks) !== JSON.stringify(before)) await sweeps.saveMarks(marks);
  return { orphans, removed: ripe.filter((labId) => gone.has(labId)), held };
}

function isClaimed(found: Awaited<ReturnType<SweepDeps['labs']['load']>>): boolean {
  return found !== undefined && found.lab.status.deletedAt === undefined;
}
