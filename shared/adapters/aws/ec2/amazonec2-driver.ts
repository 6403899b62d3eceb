import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Clock } from '../../../core/clock.ts';
import type { Log } from '../../../core/log.ts';
import type {
  Driver,
  DriverMachine,
  Launch,
  LaunchWish,
  MachineKind,
  Placement,
} from '../../../ports/driver.ts';
import { ADMITS_ALL, type Admission } from './admission.ts';
import { choosePlace } from './choose-place.ts';
import { ImageDisks } from './describe-image.ts';
import { codeOf, ec2Error } from './ec2-errors.ts';
import type { FindImage } from './find-image.ts';
import { MOST_OWNER_RULES } from './group-rules.ts';
import { architectureOf } from './instance-type.ts';
import { describeLabInstances, driverMachine, isLive, type LabInstance, latestOfEach } from './instances.ts';
import { type GroupIds, LabGroups, localGroupIds } from './lab-groups.ts';
import { launchInstances } from './launch.ts';
import { freshLooks, type Looks } from './looks.ts';
import { type Pacer, UNPACED } from './pacer.ts';
import { type Ec2Placement, machineKindOf, writePlacement } from './placement.ts';
import { type PowerVerb, powerInstances } from './power.ts';
import type { AmazonEc2Settings } from './settings.ts';
import { ShortPlaces } from './short-places.ts';
import { UNLIMITED_SECONDS, useStandardCredits } from './standard-credits.ts';
import { terminateInstances } from './terminate.ts';
import { vcpusFor, vcpusInUse } from './usage.ts';
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
  /** What many processes share; without them calls go as they come, each look asks EC2, and EC2 alone admits. */
  pacer?: Pacer;
  looks?: Looks;
  admission?: Admission;
  groupIds?: GroupIds;
}

const WATCH_SECONDS = 15;

/**
 * Machines as EC2 instances. Per lab AWS holds instances, with their disks, and one security group. One EC2 call per
 * verb where one will do; none is repeated here.
 */
export class AmazonEc2Driver implements Driver {
  readonly name = 'amazonec2';
  readonly enforcesAllowFrom = true;
  readonly mostAccessRules = MOST_OWNER_RULES;
  /** A stock image installs Docker at its first boot: 20 to 60 s and more, before the 60 s of enrolling. */
  readonly bootSeconds = 300;
  /** EventBridge and enrolments tell sooner; describes are paced. */
  readonly lookSeconds = 8;
  readonly settleAfterSeconds = UNLIMITED_SECONDS;
  readonly #options: AmazonEc2DriverOptions;
  readonly #ec2: EC2Client;
  readonly #groups: LabGroups;
  readonly #shortPlaces: ShortPlaces;
  readonly #disks: ImageDisks;
  readonly #pacer: Pacer;
  readonly #looks: Looks;
  readonly #admission: Admission;

  constructor(options: AmazonEc2DriverOptions) {
    this.#options = options;
    this.#ec2 = options.ec2;
    this.#groups = new LabGroups({ ...options, groupIds: options.groupIds ?? localGroupIds() });
    this.#pacer = options.pacer ?? UNPACED;
    this.#looks = options.looks ?? freshLooks(options.ec2, options.deployment);
    this.#admission = options.admission ?? ADMITS_ALL;
    this.#shortPlaces = new ShortPlaces(options.clock);
    this.#disks = new ImageDisks(options.ec2);
  }

  /** The network is a security group; its range is that of all subnets, since the zone is chosen later. */
  createNetwork(labId: string): Promise<{ subnet: string }> {
    return told(`network of lab ${labId}`, async () => {
      const { range: subnet } = this.#options.settings;
      if (await this.#groups.isThere(labId)) return { subnet };
      await this.#admission.admit(labId, { securityGroups: 1 });
      // Its rules inward are given twice, here and by `allow`: one turn for both, or all networks come before all labs.
      await this.#pacer.run({ labId, api: 'AuthorizeSecurityGroupIngress', calls: 2 }, () =>
        this.#groups.ensure(labId),
      );
      await this.#pacer.keepOne(labId, 'AuthorizeSecurityGroupIngress');
      return { subnet };
    });
  }

  removeNetwork(labId: string): Promise<void> {
    return told(`removal of the network of lab ${labId}`, async () => {
      try {
        await this.#pacer.run({ labId, api: 'DeleteSecurityGroup' }, () => this.#groups.remove(labId));
      } catch (error) {
        // Something hangs on it, whatever was kept of its machines.
        if (codeOf(error) === 'DependencyViolation') await this.#looks.doubt(labId);
        throw error;
      }
      await this.#admission.release(labId);
    });
  }

  listNetworks(): Promise<{ labId: string; createdAt: string }[]> {
    return told('list of networks', () => this.#groups.list());
  }

  allow(labId: string, rules: { from: string[]; ports: number[] }): Promise<void> {
    return told(`access to lab ${labId}`, async () => {
      try {
        await this.#pacer.run({ labId, api: 'AuthorizeSecurityGroupIngress' }, () =>
          this.#groups.allow(labId, rules),
        );
      } catch (error) {
        if (codeOf(error) === 'InvalidGroup.NotFound') await this.#groups.forget(labId);
        throw error;
      }
    });
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

  describe(placement: Placement): MachineKind {
    return machineKindOf(placement);
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
          pacer: this.#pacer,
          looks: this.#looks,
          admitLaunch: (labId, placement, count, there) => this.#admitLaunch(labId, placement, count, there),
          terminate: (labId, instances) => this.#terminate(labId, instances),
        },
        launch,
      ),
    );
  }

  async list(labId?: string): Promise<DriverMachine[]> {
    const instances =
      labId === undefined ? this.#listAll() : told('list of machines', () => this.#looks.list(labId));
    return latestOfEach(await instances).map(driverMachine);
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
  remove(labId: string, names: string[]): Promise<void> {
    return told(`removal of ${names.join(', ')}`, async () => {
      const instances = await this.#looks.known(labId, names);
      await this.#terminate(
        labId,
        instances.filter((instance) => names.includes(instance.name) && isLive(instance)),
      );
    });
  }

  /**
   * Takes the launch's unlimited CPU credits back; done already is done. For whoever knows that the engines have been up
   * for `UNLIMITED_SECONDS`.
   */
  settle(labId: string): Promise<void> {
    return told(`CPU credits of lab ${labId}`, async () => {
      await useStandardCredits(this.#ec2, await this.#looks.known(labId), (call) =>
        this.#pacer.run({ labId, api: 'ModifyInstanceCreditSpecification' }, call),
      );
    });
  }

  watch(onChange: (labId: string) => void, signal: AbortSignal): void {
    const { log, watchEverySeconds = WATCH_SECONDS } = this.#options;
    const list = async () => latestOfEach(await this.#listAll()).map(driverMachine);
    void watchMachines({ list, everySeconds: watchEverySeconds, log }, onChange, signal);
  }

  async #power(verb: PowerVerb, labId: string, names: string[]): Promise<void> {
    const known = await told('list of machines', () => this.#looks.known(labId, names));
    const instances = latestOfEach(known);
    const pad = {
      ec2: this.#ec2,
      pacer: this.#pacer,
      looks: this.#looks,
      admitStart: (_labId: string, starting: LabInstance[]) =>
        this.#admission.admit(
          labId,
          vcpusInUse(
            known.map((one) => (starting.includes(one) ? { ...one, state: 'pending' as const } : one)),
          ),
        ),
    };
    await powerInstances(
      pad,
      verb,
      labId,
      instances.filter(({ name }) => names.includes(name)),
    );
  }

  async #terminate(labId: string, instances: LabInstance[]): Promise<void> {
    if (instances.length === 0) return;
    const ids = instances.map(({ id }) => id);
    await this.#pacer.run({ labId, api: 'TerminateInstances', units: ids.length }, () =>
      terminateInstances(this.#ec2, ids, (ending) =>
        this.#looks.acted(labId, new Map(ending.map((id) => [id, 'shutting-down']))),
      ),
    );
  }

  async #admitLaunch(labId: string, place: Ec2Placement, count: number, there: LabInstance[]): Promise<void> {
    const used = vcpusInUse(there);
    const more = vcpusFor(place, count);
    await this.#admission.admit(labId, {
      onDemandVcpus: used.onDemandVcpus + more.onDemandVcpus,
      spotVcpus: used.spotVcpus + more.spotVcpus,
    });
  }

  #listAll(): Promise<LabInstance[]> {
    return told('list of machines', () => describeLabInstances(this.#ec2, this.#options.deployment));
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
