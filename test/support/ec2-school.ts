import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { learnedImage } from '../../functions/reconcile/learned-image.ts';
import { oneAtATime } from '../../functions/reconcile/one-at-a-time.ts';
import { learnImages } from '../../functions/tick/learn-images.ts';
import { AMAZON_LINUX_2023, findImages } from '../../shared/adapters/aws/ec2/find-image.ts';
import { type AmazonEc2, composeAmazonEc2 } from '../../shared/adapters/aws/ec2/open-driver.ts';
import { readQuotas } from '../../shared/adapters/aws/ec2/quotas.ts';
import type { AmazonEc2Settings } from '../../shared/adapters/aws/ec2/settings.ts';
import { iso } from '../../shared/core/clock.ts';
import type { Lab } from '../../shared/lab/lab.ts';
import { type Phase, phaseOf } from '../../shared/lab/phase.ts';
import type { Deps, Policy } from '../../shared/ports/deps.ts';
import type { Driver } from '../../shared/ports/driver.ts';
import { reconcile } from '../../shared/reconcile/reconcile.ts';
import { type SweepReport, sweep } from '../../shared/reconcile/sweep.ts';
import { tick } from '../../shared/reconcile/tick.ts';
import { createLab } from '../../shared/service/create-lab.ts';
import { deleteLab } from '../../shared/service/delete-lab.ts';
import { viewLab } from '../../shared/service/lab-view.ts';
import { START } from './builders.ts';
import { type BootedHost, Ec2Boots } from './ec2-boots.ts';
import { CREDENTIALS, ec2Settings, openEc2Client } from './ec2-ground.ts';
import { memoryRuns, openMemoryStores, openTableStores } from './ec2-stores.ts';
import type { Ec2Event } from './fake-ec2/events.ts';
import type { FakeInstance } from './fake-ec2/instances/instance.ts';
import type { FakeEc2Options } from './fake-ec2/options.ts';
import { startFakeEc2 } from './fake-ec2/start-fake-ec2.ts';
import { ManualClock } from './manual-clock.ts';
import { ParallelQueue, type ParallelQueueOptions } from './parallel-queue.ts';
import { createWorld } from './world.ts';

const TICK_SECONDS = 60;
const SWEEP_SECONDS = 300;
/** An image that has Docker: cloud-init, the bootstrap, dockerd and the enrolment. */
const BOOT_SECONDS = 20;

export interface Ec2SchoolOptions {
  fake?: Omit<FakeEc2Options, 'clock' | 'onEvent' | 'backing'>;
  settings?: Partial<AmazonEc2Settings>;
  policy?: Partial<Policy>;
  /** Runs at once, each in a Lambda environment with a driver of its own. Default 1. */
  concurrency?: number;
  /** From running to enrolled; undefined for a machine that never enrols. Default 20 s for all. */
  bootSeconds?: (instance: Readonly<FakeInstance>) => number | undefined;
  /** Runs at each enrolment, before it is noted. */
  onEnrol?: (host: BootedHost) => void;
  /** Asked for every message that is sent. */
  mishap?: ParallelQueueOptions['mishap'];
  /** Hears of every change of an instance, as EC2 knows it. */
  onEvent?: (event: Ec2Event, at: number) => void;
  /** Is the tick of this minute missed? */
  missesTick?: (now: number) => boolean;
  /** Between sweeps. Default 300 s. */
  sweepSeconds?: number;
  /** Are EventBridge's events lost? Best effort, AWS says. */
  losesEvents?: boolean;
  /** Drivers share an embedded table as on AWS; otherwise memory, which is much faster. */
  sharesTable?: boolean;
  /** Other parts for the driver of an environment: a pacer, a client that dies … */
  driverParts?: () => Partial<Parameters<typeof composeAmazonEc2>[0]>;
  /** Put around each environment's driver. */
  wrapDriver?: (driver: Driver) => Driver;
}

export type Ec2School = Awaited<ReturnType<typeof anEc2School>>;

/**
 * A whole control plane on a manual clock: the real reconciler, tick, sweep and driver, through the real SDK, over the fake
 * account. Records are in memory; nothing waits for real time.
 */
export async function anEc2School(options: Ec2SchoolOptions = {}) {
  const { concurrency = 1, sweepSeconds = SWEEP_SECONDS, wrapDriver = (driver: Driver) => driver } = options;
  const clock = new ManualClock(START);
  const { stores, close: closeStores } = await (options.sharesTable ? openTableStores() : openMemoryStores());
  const { account } = stores;
  const queue = new ParallelQueue({
    clock,
    concurrency,
    ...(options.mishap === undefined ? {} : { mishap: options.mishap }),
  });
  const boots = new Ec2Boots({
    now: () => clock.now(),
    bootSeconds: options.bootSeconds ?? (() => BOOT_SECONDS),
    async onEnrol(host) {
      options.onEnrol?.(host);
      const { labId, machine } = host;
      await deps.labs.saveEnrolment(labId, { machine, enrolledAt: iso(clock.now()) });
      await queue.enqueue(labId, 0);
    },
  });
  const fake = await startFakeEc2({
    ...options.fake,
    clock,
    backing: boots.backing,
    onEvent(event) {
      boots.hear(event);
      options.onEvent?.(event, clock.now());
      // As the rule of infra/constructs/control-plane.ts has it.
      const isTold = !('state' in event.detail && event.detail.state === 'pending');
      if (isTold && options.losesEvents !== true) queue.send({ instanceId: event.detail['instance-id'] });
    },
  });
  const changed = new Set<string>();
  const { deps: world } = createWorld({
    policy: {
      // ReconcileConfig's, of which world.ts has the local server's.
      observeSeconds: 300,
      readyWithinSeconds: 900,
      sweepGraceSeconds: 600,
      ...options.policy,
    },
  });
  const base = {
    ...world,
    clock,
    queue,
    engines: boots,
    changes: { publish: (labId: string) => void changed.add(labId), next: () => Promise.resolve() },
  };

  function openEnvironment(): { deps: Deps; ec2: AmazonEc2 } {
    const ec2 = composeAmazonEc2({
      ec2: openEc2Client(fake),
      stores,
      deployment: base.policy.deployment,
      settings: ec2Settings(fake.region, options.settings),
      findImage: learnedImage(account),
      clock,
      log: base.log,
      ...options.driverParts?.(),
    });
    return { deps: { ...base, driver: wrapDriver(ec2.driver) }, ec2 };
  }

  const first = openEnvironment();
  const { deps } = first;
  const idle = [first];
  const runs = memoryRuns();
  let lastSweep: SweepReport | undefined;
  const orphans = new Set<string>();
  queue.consume(async (message) => {
    const environment = idle.pop() ?? openEnvironment();
    try {
      if ('task' in message) {
        lastSweep = await sweep(environment.deps);
        for (const labId of lastSweep.orphans) orphans.add(labId);
        await environment.ec2.recount();
        return;
      }
      const labId =
        'labId' in message ? message.labId : await environment.ec2.labOfInstance(message.instanceId);
      if (labId !== undefined)
        await oneAtATime({ ...base, runs }, (id) => reconcile(environment.deps, id))(labId);
    } finally {
      idle.push(environment);
    }
  });

  const phases = new Map<string, Phase>();
  async function load(labId: string): Promise<Lab> {
    const found = await base.labs.load(labId);
    if (found === undefined) throw new Error(`lab ${labId} has no record`);
    return found.lab;
  }
  async function notePhases(): Promise<void> {
    for (const labId of changed) phases.set(labId, phaseOf(await load(labId), clock.now()));
    changed.clear();
  }

  /** As `tick` learns it of the account once an hour. */
  async function learn(): Promise<void> {
    const { endpoint, region } = fake;
    const client = { endpoint, region, credentials: CREDENTIALS, maxAttempts: 1 };
    const findImage = findImages({ ssm: new SSMClient(client), names: AMAZON_LINUX_2023, clock });
    await learnImages(account, findImage);
    const quotas = await readQuotas(new ServiceQuotasClient(client));
    await account.save({ quotas: { ...quotas, readAt: clock.now() } });
  }

  let nextTickAt = clock.now() + TICK_SECONDS * 1000;
  let nextSweepAt = clock.now() + sweepSeconds * 1000;
  /** Everything that is due now. */
  async function work(): Promise<void> {
    fake.advance();
    await boots.advance();
    if (clock.now() >= nextTickAt) {
      nextTickAt = clock.now() + TICK_SECONDS * 1000;
      if (options.missesTick?.(clock.now()) !== true) await tick(deps);
    }
    if (clock.now() >= nextSweepAt) {
      nextSweepAt = clock.now() + sweepSeconds * 1000;
      queue.send({ task: 'sweep' });
    }
    await queue.drain();
    await notePhases();
  }

  /** Lets time pass, from one thing that is due to the next, until it is so. @returns was it so in time? */
  async function until(isSo: () => boolean | Promise<boolean>, withinSeconds = 3600): Promise<boolean> {
    const end = clock.now() + withinSeconds * 1000;
    for (;;) {
      await work();
      if (await isSo()) return true;
      if (clock.now() >= end) return false;
      const moments = [queue.nextAt(), fake.nextDueAt(), boots.nextAt(), nextTickAt, nextSweepAt, end];
      const soonest = Math.min(...moments.filter((moment) => moment !== undefined));
      clock.moveTo(soonest);
    }
  }

  /**
   * Passes over a time in which nothing at all is under way, up to the next moment at which it is, or to `to`: the minutes
   * that a tick finds nothing in are not played one by one.
   */
  function leap(to: number): void {
    const moments = [queue.nextAt(), fake.nextDueAt(), boots.nextAt()].filter((at) => at !== undefined);
    const next = Math.min(to, ...moments);
    if (next <= clock.now()) return;
    clock.moveTo(next);
    nextTickAt = Math.max(nextTickAt, next);
    nextSweepAt = Math.max(nextSweepAt, next);
  }

  /** What beats by the clock goes on as it shows by then. */
  function setBack(seconds: number): void {
    clock.setBack(seconds);
    nextTickAt = clock.now() + TICK_SECONDS * 1000;
    nextSweepAt = clock.now() + sweepSeconds * 1000;
  }

  await learn();
  return {
    fake,
    clock,
    queue,
    deps,
    /** What the drivers of all environments share. */
    stores,
    /** The engines of a lab, to be told to fail. */
    enginesOf: (labId: string) => boots.enginesOf(labId),
    /** A phase for each lab, as of its last save. */
    phases: phases as ReadonlyMap<string, Phase>,
    load,
    learn,
    until,
    leap,
    setBack,
    /** What the last sweep found. */
    lastSweep: () => lastSweep,
    /** What any sweep found. */
    orphans: orphans as ReadonlySet<string>,
    /** A driver as a run in another process has it. */
    openDriver: () => openEnvironment().ec2.driver,

    async create(owner = 'ana'): Promise<string> {
      const caller = { subject: owner, role: 'student' } as const;
      const lab = await createLab(deps, caller, { template: 'swarm' }, { address: '203.0.113.7' });
      phases.set(lab.id, 'pending');
      return lab.id;
    },
    async delete(labId: string): Promise<void> {
      const { owner } = await load(labId);
      const caller = { subject: owner, role: 'student' } as const;
      await deleteLab(deps, { caller, labId, method: 'DELETE', path: `/v1/labs/${labId}`, key: undefined });
    },
    view: async (labId: string) => viewLab(deps, await load(labId)),
    pass: async (seconds: number) => void (await until(() => false, seconds)),
    /** @throws with the lab's timeline where it does not come to that. */
    async untilPhase(labId: string, phase: Phase, withinSeconds = 3600): Promise<void> {
      if (await until(() => phases.get(labId) === phase, withinSeconds)) return;
      const { status } = await load(labId);
      throw new Error(
        `not ${phase} after ${withinSeconds} s but ${phases.get(labId)}: ${JSON.stringify([status.conditions, status.events])}`,
      );
    },
    /** What is left of the deployment in the account, in words. */
    leftovers: () => fake.leftovers({ 'slipway:deployment': base.policy.deployment }),
    async close(): Promise<void> {
      await fake.close();
      await closeStores();
    },
  };
}
