import type { Lab } from '../../lab/lab.ts';
import { managerEngine } from '../../machine/manager-engine.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Caller } from '../caller.ts';
import { findLab } from '../find-lab.ts';
import { requireLive } from '../require-live.ts';

export type SwarmDeps = Pick<Deps, 'clock' | 'labs' | 'engines'>;

/**
 * The swarm of one of the caller's labs, through the first of its managers that answers.
 * @throws SlipwayError `not_found` for a lab that is not the caller's; `conflict` where it is off, going down, not up yet,
 * has no swarm or has lost its quorum, with what to do; `engine_unreachable` where no manager answers.
 */
export async function openSwarm(
  deps: SwarmDeps,
  caller: Caller,
  labId: string,
): Promise<{ lab: Lab; engine: Engine }> {
  const { lab } = await findLab(deps, caller, labId);
  requireLive(lab, deps.clock.now());
  const { engine } = await managerEngine(deps, lab);
  return { lab, engine };
}
