import { iso } from '../../core/clock.ts';
import { observeMachines, tell } from '../run.ts';
import { done, listed, lookSeconds, type Step, wait } from '../step.ts';

const REMOVED = 'MachinesRemoved';

/** Destroys every machine the driver lists for the lab, whatever the record says. */
export const terminateMachines: Step = {
  name: 'terminateMachines',
  async run(run) {
    const { deps, lab } = run;
    if (run.listed.length > 0) {
      const names = run.listed.map(({ name }) => name);
      await deps.driver.remove(lab.id, names);
      run.status.removalAskedAt ??= iso(deps.clock.now());
      await observeMachines(run);
      // They are listed until their last second is paid for.
      const isTold = run.status.events.some(({ type }) => type === REMOVED);
      if (!isTold) tell(run, REMOVED, `${listed(names)} removed`);
    }
    const left = run.listed.map(({ name }) => name);
    if (left.length > 0)
      return wait(lookSeconds(run, 0.5), 'Terminating', `${listed(left)} still going down`);
    run.status.machines = [];
    return done();
  },
};

export const removeNetwork: Step = {
  name: 'removeNetwork',
  async run({ deps, lab }) {
    await deps.driver.removeNetwork(lab.id);
    return done();
  },
};

/** Destroys the lab's secrets and frees its owner's slot. The record stays, to tell what became of it. */
export const forget: Step = {
  name: 'forget',
  async run(run) {
    const { deps, lab, status } = run;
    deps.engines.forget(lab.id);
    await Promise.all([deps.secrets.remove(lab.id), deps.requests.freeSlot(lab.owner, lab.id)]);
    delete status.network;
    delete status.swarm;
    status.stacks = [];
    status.deletedAt = iso(deps.clock.now());
    tell(run, 'Deleted', 'torn down: machines, disks, network and keys are gone');
    return done();
  },
};
