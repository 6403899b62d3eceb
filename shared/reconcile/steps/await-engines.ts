import { isSlipwayError, messageOf } from '../../core/errors.ts';
import { engineOf, type LiveMachine, liveMachines, type Run } from '../run.ts';
import { done, listed, type Step, wait } from '../step.ts';

/** Asks every live machine's Docker Engine how it is, in parallel; each answers with the lab's own certificate. */
export const awaitEngines: Step = {
  name: 'awaitEngines',
  condition: 'EnginesReady',
  async run(run) {
    const machines = liveMachines(run);
    const outcomes = await Promise.all(machines.map((machine) => ask(run, machine)));
    const late = outcomes.filter((outcome) => outcome !== undefined);
    if (late.length === 0) return done(`${machines.length} Docker Engines answer over TLS`);
    // One that has not enrolled wakes us when it does; one that has is about to listen.
    const soon = late.some(({ enrolled }) => enrolled);
    return wait(soon ? 0.1 : 2, 'EnginesStarting', listed(late.map(({ words }) => words)));
  },
};

/** @returns undefined when it answered, else why not in words. */
async function ask(
  run: Run,
  { spec, status }: LiveMachine,
): Promise<{ words: string; enrolled: boolean } | undefined> {
  const enrolment = run.enrolments.find(({ machine }) => machine === spec.name);
  if (enrolment?.enrolledAt === undefined) {
    return { words: enrolment?.failure?.message ?? `${spec.name} has not enrolled yet`, enrolled: false };
  }
  try {
    const info = await (await engineOf(run, spec.name)).info();
    run.infos.set(spec.name, info);
    const nodeId = info.swarm.nodeId;
    status.engine = { version: info.serverVersion, ...(nodeId === '' ? {} : { nodeId }) };
    return undefined;
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    return { words: `${spec.name}: ${messageOf(error)}`, enrolled: true };
  }
}
