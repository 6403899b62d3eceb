import { UNPACED } from '../../shared/adapters/aws/ec2/pacer.ts';
import { anEc2School, type Ec2School, type Ec2SchoolOptions } from '../support/ec2-school.ts';
import type { RequestLimitOptions } from '../support/fake-ec2/options.ts';
import { type CallFigures, countCalls, countDuplicates, describesOf, meanOf, tally } from './figures.ts';

/** Reconcile's `maximumConcurrency`. */
const CONCURRENCY = 50;
/** For so long EC2 does not tell of what it launched: whoever trusts its lists launches twice. */
const LAG_MS = 3_000;

export interface Scenario {
  labs: number;
  /** How the account's buckets are. */
  buckets?: RequestLimitOptions;
  isPaced?: boolean;
  /** Of the manual clock, from the requests on. */
  withinSeconds: number;
}

export interface BurstFigures extends CallFigures {
  labs: number;
  ready: number;
  /** From the requests until the last lab is ready; undefined where one is not. */
  makespanSeconds: number | undefined;
  /** Describe calls of a lab from its request until it is ready. */
  meanDescribes: number;
  worstDescribes: number;
  duplicates: number;
  /** What sweeps found while labs were there. */
  orphans: number;
  /** What is left of it in the account once all are deleted, in words. */
  leftovers: string[];
  runs: number;
  /** Runs that threw, by what. */
  errors: Record<string, number>;
  /** Of this machine. */
  wallSeconds: number;
}

/** All labs are asked for in one moment. @param look at the school when its labs are as far as they come. */
export async function runBurst(
  { labs, buckets = {}, isPaced = true, withinSeconds }: Scenario,
  options: Ec2SchoolOptions = {},
  look: (school: Ec2School, labIds: string[]) => Promise<void> = async () => {},
): Promise<BurstFigures> {
  const started = performance.now();
  const school = await anEc2School({
    concurrency: CONCURRENCY,
    ...(isPaced ? {} : { driverParts: () => ({ pacer: UNPACED }) }),
    ...options,
    fake: {
      lag: { instancesMs: LAG_MS },
      ...options.fake,
      requestLimits: buckets,
      // A deployment of this size has had its quotas raised; docs/operations.md.
      quotas: { onDemandVcpus: labs * 6, securityGroups: labs + 100, ...options.fake?.quotas },
    },
  });
  try {
    const { clock, fake, phases, queue } = school;
    const begun = clock.now();
    const labIds = await Promise.all(
      Array.from({ length: labs }, (_, index) => school.create(`student-${index + 1}`)),
    );
    const areReady = () => labIds.every((labId) => phases.get(labId) === 'ready');
    await school.until(areReady, withinSeconds);

    const readyAt = new Map<string, number>();
    for (const labId of labIds) {
      const { status } = await school.load(labId);
      if (status.readyAt !== undefined) readyAt.set(labId, Date.parse(status.readyAt));
    }
    const describes = [...describesOf(fake, readyAt).values()];
    queue.send({ task: 'sweep' });
    await school.pass(1);
    const orphans = school.lastSweep()?.orphans.length ?? 0;
    await look(school, labIds);

    for (const labId of labIds) await school.delete(labId);
    await school.until(() => labIds.every((labId) => phases.get(labId) === 'deleted'));
    return {
      ...countCalls(fake.calls()),
      labs,
      ready: readyAt.size,
      makespanSeconds: readyAt.size < labs ? undefined : (Math.max(...readyAt.values()) - begun) / 1000,
      meanDescribes: meanOf(describes),
      worstDescribes: Math.max(0, ...describes),
      duplicates: countDuplicates(fake),
      orphans,
      leftovers: school.leftovers(),
      runs: queue.runs,
      errors: tally(queue.errors.map((error) => (error instanceof Error ? error.message : String(error)))),
      wallSeconds: (performance.now() - started) / 1000,
    };
  } finally {
    await school.close();
  }
}
