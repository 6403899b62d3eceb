import { SlipwayError } from '../core/errors.ts';
import type { Deps } from '../ports/deps.ts';

export type SlotDeps = Pick<Deps, 'clock' | 'labs' | 'requests' | 'policy'>;

/** API Gateway ends a request after 30 s: a slot taken longer ago has its lab, or never will. */
const ABANDONED_SECONDS = 30;

/**
 * Takes one of the owner's slots for a lab, once per lab.
 * @throws SlipwayError `quota` with what is used and allowed, in which labs.
 */
export async function takeOwnerSlot(deps: SlotDeps, owner: string, labId: string): Promise<void> {
  const { requests, clock, policy } = deps;
  const allowed = policy.labsPerStudent;
  const take = () => requests.takeSlot(owner, labId, allowed, clock.now());
  if (await take()) return;
  if ((await freeAbandoned(deps, owner)) && (await take())) return;
  const used = await requests.slots(owner);
  const labs = used.map((slot) => slot.labId);
  throw new SlipwayError(
    'quota',
    `${used.length} of ${allowed} labs are in use (${labs.join(', ')}): DELETE /v1/labs/{lab} one, and ask again once it is gone`,
    { facts: { used: used.length, allowed, labs } },
  );
}

/** Gives back slots whose lab is gone or was never made: a crash came between the two. @returns whether there were any. */
async function freeAbandoned({ requests, labs, clock }: SlotDeps, owner: string): Promise<boolean> {
  let freed = false;
  for (const { labId, takenAt } of await requests.slots(owner)) {
    const found = await labs.load(labId);
    const neverMade = found === undefined && clock.now() - takenAt > ABANDONED_SECONDS * 1000;
    if (!neverMade && found?.lab.status.deletedAt === undefined) continue;
    await requests.freeSlot(owner, labId);
    freed = true;
  }
  return freed;
}
