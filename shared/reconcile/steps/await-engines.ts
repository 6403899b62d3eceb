import { iso } from '../../core/clock.ts';
import { isSlipwayError, messageOf } from '../../core/errors.ts';
import { pullAhead } from '../pull-ahead.ts';
import { engineOf, infoOf, type LiveMachine, liveMachines, type Run, tell } from '../run.ts';
import { counted, done, listed, lookSeconds, type Step, wait } from '../step.ts';

/** A boot that told that it failed is given another, but not all the time. */
const FAILED_BOOT_SECONDS = 60;

/** Asks every live machine's Docker Engine how it is, in parallel; each answers with the lab's own certificate. */
export const awaitEngines: Step = {
  name: 'awaitEngines',
  condition: 'EnginesReady',
  async run(run) {
    const machines = liveMachines(run);
    const outcomes = await Promise.all(machines.map((machine) => ask(run, machine)));
    const late = outcomes.filter((outcome) => outcome !== undefined);
    if (late.length === 0) return done(`${counted(machines.length, 'Docker Engine')} over TLS`);
    await bootAnew(
      run,
      late.filter(({ stuck }) => stuck).map(({ machine }) => machine),
    );
    // One that has not enrolled wakes us when it does; one that has is about to listen.
    const soon = late.some(({ enrolled }) => enrolled);
    return wait(soon ? 0.1 : lookSeconds(run, 2), 'EnginesStarting', listed(late.map(({ words }) => words)));
  },
};

interface Late {
  machine: LiveMachine;
  words: string;
  enrolled: boolean;
  /** Its boot had its time and did not enrol. */
  stuck: boolean;
}

/** @returns undefined when it answered, else why not in words. */
async function ask(run: Run, machine: LiveMachine): Promise<Late | undefined> {
  const { spec, status } = machine;
  const enrolment = run.enrolments.find((one) => one.machine === spec.name);
  const bootedAt = status.bootedAt ?? run.lab.createdAt;
  const enrolledAt = enrolment?.enrolledAt;
  const failure = enrolment?.failure;
  // A boot that failed, even once it had enrolled, or gave up because the API was away, leaves its engine down.
  const hasFailed = failure !== undefined && failure.at >= bootedAt && failure.at >= (enrolledAt ?? '');
  const enrolled = enrolledAt !== undefined && enrolledAt >= bootedAt && !hasFailed;
  const mostSeconds = hasFailed ? FAILED_BOOT_SECONDS : run.deps.driver.bootSeconds;
  const stuck = !enrolled && run.now - Date.parse(bootedAt) > mostSeconds * 1000;
  if (enrolledAt === undefined) {
    const words = failure?.message ?? `${spec.name} has not enrolled yet`;
    return { machine, words, enrolled, stuck };
  }
  try {
    // One that told its version since its boot need only be there.
    if (status.engine !== undefined) await (await engineOf(run, spec.name)).ping();
    else {
      status.engine = { version: (await infoOf(run, spec.name)).serverVersion };
      await pullAhead(run, spec.name);
    }
    return undefined;
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    delete status.engine;
    const words = `${spec.name}: ${hasFailed ? failure.message : messageOf(error)}`;
    return { machine, words, enrolled: !hasFailed, stuck };
  }
}

async function bootAnew(run: Run, stuck: LiveMachine[]): Promise<void> {
  if (stuck.length === 0) return;
  const names = stuck.map(({ spec }) => spec.name);
  await run.deps.driver.restart(run.lab.id, names);
  for (const { status } of stuck) status.bootedAt = iso(run.deps.clock.now());
  tell(run, 'BootedAnew', `${listed(names)} had not enrolled after the boot: restarted`);
}
