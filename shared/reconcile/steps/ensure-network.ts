import { isSlipwayError } from '../../core/errors.ts';
import { isLaunched } from '../../lab/launched.ts';
import { labPorts } from '../../stack/lab-ports.ts';
import { driverWait } from '../driver-trouble.ts';
import { type Run, tell } from '../run.ts';
import { done, type Step, type StepResult } from '../step.ts';

/**
 * Makes the lab's network, and lets in who may reach it. Machines that are there hang on it, so then it is there; who may come
 * in is told anew when addresses or published ports have changed.
 */
export const ensureNetwork: Step = {
  name: 'ensureNetwork',
  async run(run) {
    try {
      return await ensure(run);
    } catch (error) {
      const later = driverWait(error);
      // Networks have a quota of their own.
      if (later?.reason === 'AccountVcpuQuota') return { ...later, reason: 'AccountGroupQuota' };
      throw error;
    }
  },
};

async function ensure(run: Run): Promise<StepResult> {
  const { deps, lab, status } = run;
  const complete = lab.spec.machines.every(({ name }) =>
    status.machines.some((machine) => machine.name === name),
  );
  if (status.network === undefined || !complete) {
    const { subnet } = await deps.driver.createNetwork(lab.id);
    // One that was lost with its machines is made anew, without its rules; before a launch nobody lost it.
    const mayBeNew = isLaunched(status) && status.machines.length === 0;
    status.network = { ...(mayBeNew ? {} : status.network), subnet };
  }
  const rules = { from: lab.spec.allowFrom, ports: labPorts(deps.catalogue, lab.spec, status) };
  const wanted = JSON.stringify([rules.from, rules.ports]);
  const { subnet, allowed, refused } = status.network;
  if (allowed === wanted || refused === wanted) return done();
  try {
    await deps.driver.allow(lab.id, rules);
    status.network = { subnet, allowed: wanted };
  } catch (error) {
    if (!isSlipwayError(error, 'driver_failed') || error.retryable) throw error;
    // A lab is not lost over who else may reach it: what was allowed before stays.
    status.network = { ...status.network, refused: wanted };
    tell(run, 'AccessRefused', error.message);
  }
  return done();
}
