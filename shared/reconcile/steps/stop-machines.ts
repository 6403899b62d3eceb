import { iso } from '../../core/clock.ts';
import { observeMachines, tell } from '../run.ts';
import { done, listed, type Step, wait } from '../step.ts';

/** Stops every machine of a lab that is switched off; their disks stay. */
export const stopMachines: Step = {
  name: 'stopMachines',
  async run(run) {
    const { deps, lab, status } = run;
    status.poweredOffAt ??= iso(run.now);
    const names = run.listed.filter(({ state }) => state !== 'Stopped').map(({ name }) => name);
    if (names.length === 0) return done();
    await deps.driver.stop(lab.id, names);
    deps.engines.forget(lab.id);
    await observeMachines(run);
    for (const machine of status.machines) delete machine.engine;
    const left = run.listed.filter(({ state }) => state !== 'Stopped').map(({ name }) => name);
    if (left.length > 0) return wait(0.5, 'Stopping', `${listed(left)} still stopping`);
    tell(run, 'Stopped', `${listed(names)} stopped; containers and volumes stay on their disks`);
    return done();
  },
};
