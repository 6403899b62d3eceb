import { swarmNodes } from '../../engine/swarm.ts';
import { lostQuorum } from '../../lab/quorum.ts';
import { engineOf, findManager, type Run, tell } from '../run.ts';
import { done, type Step } from '../step.ts';
import { withoutManager } from '../without-manager.ts';

/**
 * In a lab that comes without a swarm: looks at the one that its student forms, so that machines are shown with their roles,
 * its majority is guarded, and its loss is told. Nothing waits for it.
 */
export const watchOwnSwarm: Step = {
  name: 'watchOwnSwarm',
  async run(run) {
    const { lab, status } = run;
    // One machine alone has nobody to lose.
    if (lab.spec.swarm !== 'none' || lab.spec.machines.length < 2) return done();
    const before = status.ownSwarm;
    const manager = await findManager(run);
    const infos = [...run.infos.values()].map(({ swarm }) => swarm);
    if (manager === undefined && !infos.some(({ controlAvailable }) => controlAvailable)) {
      // Where some did not answer it may be there all the same.
      if (infos.length === lab.spec.machines.length) delete status.ownSwarm;
      else if (before !== undefined) note(run, withoutManager(run, before.nodes));
      return done();
    }
    if (manager === undefined) {
      const words = infos.find(({ error }) => error !== '')?.error;
      note(run, withoutManager(run, before?.nodes ?? []), words);
    } else note(run, await swarmNodes(await engineOf(run, manager.spec.name)));
    return done();
  },
};

function note(run: Run, nodes: Parameters<typeof lostQuorum>[0], words?: string): void {
  const before = run.status.ownSwarm?.trouble;
  const trouble = lostQuorum(nodes)?.message ?? words;
  run.status.ownSwarm = { nodes, ...(trouble === undefined ? {} : { trouble }) };
  if (trouble === before) return;
  if (trouble !== undefined) tell(run, 'OwnSwarm', trouble);
  else tell(run, 'OwnSwarm', 'the swarm has its majority of managers again');
}
