import { iso } from '../../core/clock.ts';
import { observeMachines, type Run, tell } from '../run.ts';
import { done, listed, lookSeconds, type Step, wait } from '../step.ts';

/** Stops every machine of a lab that is switched off; their disks stay. */
export const stopMachines: Step = {
  name: 'stopMachines',
  async run(run) {
    const { deps, lab, status } = run;
    status.poweredOffAt ??= iso(run.now);
    const names = run.listed.filter(({ state }) => state !== 'Stopped').map(({ name }) => name);
    if (names.length === 0) {
      const stopped = lab.status.machines.filter(({ state }) => state !== 'Stopped').map(({ name }) => name);
      if (stopped.length > 0) tellStopped(run, stopped);
      return done();
    }
    await deps.driver.stop(lab.id, names);
    deps.engines.forget(lab.id);
    await observeMachines(run);
    for (const machine of status.machines) delete machine.engine;
    const left = run.listed.filter(({ state }) => state !== 'Stopped').map(({ name }) => name);
    if (left.length > 0) return wait(lookSeconds(run, 0.5), 'Stopping', `${listed(left)} still stopping`);
    tellStopped(run, names);
    return done();
  },
};

function tellStopped(run: Run, names: string[]): void {
  tell(run, 'Stopped', `${listed(names)} stopped; containers and volumes stay on their disks`);
}
