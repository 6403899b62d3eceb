import { publishedPorts } from '../../stack/published-ports.ts';
import { catalogueStacks, type Run } from '../run.ts';
import { done, type Step } from '../step.ts';

/**
 * Makes the lab's network, and lets in who may reach it. Machines that are there hang on it, so then it is there; who may come
 * in is told anew when addresses or published ports have changed.
 */
export const ensureNetwork: Step = {
  name: 'ensureNetwork',
  async run(run) {
    const { deps, lab, status } = run;
    const complete = lab.spec.machines.every(({ name }) =>
      status.machines.some((machine) => machine.name === name),
    );
    if (status.network === undefined || !complete) {
      const { subnet } = await deps.driver.createNetwork(lab.id);
      // One that was lost with its machines is made anew, without its rules.
      const isFirst = status.machines.length === 0;
      status.network = { ...(isFirst ? {} : status.network), subnet };
    }
    const rules = { from: lab.spec.allowFrom, ports: portsOf(run) };
    const allowed = JSON.stringify([rules.from, rules.ports]);
    if (status.network.allowed === allowed) return done();
    await deps.driver.allow(lab.id, rules);
    status.network = { ...status.network, allowed };
    return done();
  },
};

/** What the template's stacks publish, and those that were deployed since, each once, in order. */
function portsOf(run: Run): number[] {
  const ports = [
    ...catalogueStacks(run).flatMap(publishedPorts),
    ...run.status.stacks.flatMap(({ published = [] }) => published.map(({ port }) => port)),
  ];
  return [...new Set(ports)].sort((a, b) => a - b);
}
