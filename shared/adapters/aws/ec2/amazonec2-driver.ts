import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Clock } from '../../../core/clock.ts';
import type { Log } from '../../../core/log.ts';
import type { Driver, DriverMachine, Launch, LaunchWish, Placement } from '../../../ports/driver.ts';
import { choosePlace } from './choose-place.ts';
import { ImageDisks } from './describe-image.ts';
import { ec2Error } from './ec2-errors.ts';
import type { FindImage } from './find-image.ts';
import { architectureOf } from './instance-type.ts';
import { describeLabInstances, driverMachine, type LabInstance, latestOfEach } from './instances.ts';
import { LabGroups } from './lab-groups.ts';
import { launchInstances } from './launch.ts';
import { writePlacement } from './placement.ts';
import { type PowerVerb, powerInstances } from './power.ts';
import { Recent } from './recent.ts';
import type { AmazonEc2Settings } from './settings.ts';
import { ShortPlaces } from './short-places.ts';
import { useStandardCredits } from './standard-credits.ts';
import { terminateInstances } from './terminate.ts';
import { watchMachines } from './watch.ts';

export interface AmazonEc2DriverOptions {
  /** Of `createEc2Client`, which does not retry and may be paced. */
  ec2: EC2Client;
  deployment: string;
  settings: AmazonEc2Settings;
  findImage: FindImage;
  clock: Clock;
  log: Log;
  /** How often `watch` looks. */
  watchEverySeconds?: number;
}

/** A list that is this young spares `create` its own look. */
const LOOK_SECONDS = 5;
const WATCH_SECONDS = 15;

/**
 * Machines as EC2 instances. Per lab AWS holds instances, with their disks, and one security group. One EC2 call per
 * verb where one will do; none is repeated here.
 */
export class AmazonEc2Driver implements Driver {
  readonly name = 'amazonec2';
  readonly enforcesAllowFrom = true;
  readonly #options: AmazonEc2DriverOptions;
  readonly #ec2: EC2Client;
  readonly #groups: LabGroups;
  readonly #shortPlaces: ShortPlaces;
  readonly #disks: ImageDisks;
  readonly #looks: Recent<LabInstance[]>;

  constructor(options: AmazonEc2DriverOptions) {
    this.#options = options;
    this.#ec2 = options.ec2;
    this.#groups = new LabGroups(options);
    this.#shortPlaces = new ShortPlaces(options.clock);
    this.#disks = new ImageDisks(options.ec2);
    this.#looks = new Recent(options.clock, LOOK_SECONDS);
  }

  /** The network is a security group; its range is that of all subnets, since the zone is chosen later. */
  createNetwork(labId: string): Promise<{ subnet: string }> {
    return told(`network of lab ${labId}`, async () => {
      await this.#groups.ensure(labId);
      return { subnet: this.#options.settings.range };
    });
  }

  removeNetwork(labId: string): Promise<void> {
    return told(`removal of the network of lab ${labId}`, () => this.#groups.remove(labId));
  }

  listNetworks(): Promise<{ labId: string; createdAt: string }[]> {
    return told('list of networks', () => this.#groups.list());
  }

  allow(labId: string, rules: { from: string[]; ports: number[] }): Promise<void> {
    return told(`access to lab ${labId}`, () => this.#groups.allow(labId, rules));
  }

  async plan(wish: LaunchWish): Promise<Placement> {
    const { settings, clock, findImage } = this.#options;
    const place = choosePlace({
      ...wish,
      settings,
      shortUntil: (one) => this.#shortPlaces.shortUntil(one),
      now: clock.now(),
    });
    const architecture = architectureOf(place.type);
    const image = await findImage(architecture);
    const { device, leastGb } = await this.#disks.of(image, architecture);
    return writePlacement({ ...place, image, device, diskGb: Math.max(settings.diskGb, leastGb) });
  }

  create(launch: Launch): Promise<void> {
    const { deployment, settings } = this.#options;
    return told(`launch of lab ${launch.labId}`, () =>
      launchInstances(
        {
          ec2: this.#ec2,
          deployment,
          settings,
          groups: this.#groups,
          shortPlaces: this.#shortPlaces,
          lookedAt: (labId) => this.#looks.take(labId),
        },
        launch,
      ),
    );
  }

  async list(labId?: string): Promise<DriverMachine[]> {
    const instances = await this.#instances(labId);
    if (labId !== undefined) this.#looks.keep(labId, instances);
    return latestOfEach(instances).map(driverMachine);
  }

  start(labId: string, names: string[]): Promise<void> {
    return this.#power('start', labId, names);
  }

  stop(labId: string, names: string[]): Promise<void> {
    return this.#power('stop', labId, names);
  }

  restart(labId: string, names: string[]): Promise<void> {
    return this.#power('restart', labId, names);
  }

  kill(labId: string, names: string[]): Promise<void> {
    return this.#power('kill', labId, names);
  }

  /** All of a name, earlier launches' too. */
  async remove(labId: string, names: string[]): Promise<void> {
    const instances = await this.#instances(labId);
    const doomed = instances.filter(({ name, state }) => names.includes(name) && state !== 'shutting-down');
    await terminateInstances(
      this.#ec2,
      doomed.map(({ id }) => id),
    );
  }

  /**
   * Takes the launch's unlimited CPU credits back; done already is done. For whoever knows that the engines have been up
   * for `UNLIMITED_SECONDS`.
   */
  async settleCredits(labId: string): Promise<void> {
    await useStandardCredits(this.#ec2, await this.#instances(labId));
  }

  watch(onChange: (labId: string) => void, signal: AbortSignal): void {
    const { log, watchEverySeconds = WATCH_SECONDS } = this.#options;
    const list = async () => latestOfEach(await this.#instances()).map(driverMachine);
    void watchMachines({ list, everySeconds: watchEverySeconds, log }, onChange, signal);
  }

  async #power(verb: PowerVerb, labId: string, names: string[]): Promise<void> {
    const instances = latestOfEach(await this.#instances(labId));
    await powerInstances(
      this.#ec2,
      verb,
      instances.filter(({ name }) => names.includes(name)),
    );
  }

  #instances(labId?: string): Promise<LabInstance[]> {
    return told('list of machines', () => describeLabInstances(this.#ec2, this.#options.deployment, labId));
  }
}

/** EC2's errors in the driver's own. */
async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw ec2Error(what, error);
  }
}
