import { done, type Step } from '../step.ts';

/** Makes the lab's network. Machines that are there hang on it, so then it is there. */
export const ensureNetwork: Step = {
  name: 'ensureNetwork',
  async run({ deps, lab, status }) {
    const complete = lab.spec.machines.every(({ name }) =>
      status.machines.some((machine) => machine.name === name),
    );
    if (status.network !== undefined && complete) return done();
    status.network = await deps.driver.createNetwork(lab.id);
    return done();
  },
};
