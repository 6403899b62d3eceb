import { z } from 'zod';
import { swarmTokens } from '../../engine/swarm.ts';
import type { Caller } from '../caller.ts';
import { inOurWords } from '../swarm/engine-words.ts';
import { openSwarm, type SwarmDeps } from '../swarm/open-swarm.ts';
import { wasChangedSince } from '../swarm/was-made-since.ts';
import { type SwarmWrite, type SwarmWriteDeps, writeSwarm } from '../swarm/write-swarm.ts';

/** What docker swarm join-token prints. */
export const JoinTokens = z
  .object({
    manager: z.string(),
    worker: z.string(),
    managers: z.array(z.string()).describe('Where to join: host:2377 of the managers that answer'),
  })
  .meta({ id: 'JoinTokens' });
export type JoinTokens = z.output<typeof JoinTokens>;

/** The tokens, read from a manager and kept nowhere; the leader's address comes first. */
export async function readJoinTokens(deps: SwarmDeps, caller: Caller, labId: string): Promise<JoinTokens> {
  const { engine } = await openSwarm(deps, caller, labId);
  const [tokens, nodes] = await inOurWords(Promise.all([swarmTokens(engine), engine.nodes()]));
  const managers = nodes.flatMap(({ ManagerStatus }) =>
    ManagerStatus?.Reachability === 'reachable' ? [ManagerStatus] : [],
  );
  managers.sort((a, b) => Number(b.Leader) - Number(a.Leader));
  return { ...tokens, managers: managers.map(({ Addr }) => Addr) };
}

/** New tokens; those given out before let nobody in any more. A repeat under its key does not rotate again. */
export async function rotateJoinTokens(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  role: 'manager' | 'worker' | undefined,
): Promise<void> {
  await writeSwarm(deps, { ...write, body: { role } }, async (engine, asked) => {
    if (asked.isRepeat && wasChangedSince((await engine.joinTokens()).updatedAt, asked)) return;
    await engine.rotateJoinTokens({ manager: role !== 'worker', worker: role !== 'manager' });
  });
}
