import { type Image, imageParameters, makeImages } from './catalogue/images.ts';
import { defaultSubnets, Subnet } from './catalogue/subnets.ts';
import { ipv4Number, ipv4Text } from './cidr.ts';
import { Events } from './events.ts';
import type { SecurityGroup } from './groups/security-group.ts';
import { Ids } from './ids.ts';
import { BackingCalls } from './instances/backing-calls.ts';
import type { FakeInstance, FakeInterface, FakeVolume } from './instances/instance.ts';
import { Lifecycle } from './instances/lifecycle.ts';
import { Usage } from './instances/usage.ts';
import type { Capacity, FakeEc2Options, LagOptions, QuotaOptions, TimeOptions } from './options.ts';
import { RequestLimits } from './request-limits.ts';
import { TaggedStore } from './tagged-store.ts';
import { Timeline } from './timeline.ts';

/** 198.18.0.0/15 is for tests (RFC 2544). */
const PUBLIC_BASE = ipv4Number('198.18.0.0');

/** One account in one Region: all that the actions read and change. */
export class Account {
  readonly region: string;
  readonly id: string;
  readonly times: Required<TimeOptions>;
  readonly lag: Required<LagOptions>;
  readonly quotas: Required<QuotaOptions>;
  readonly ids = new Ids();
  readonly timeline = new Timeline();
  readonly events: Events;
  readonly limits: RequestLimits;
  readonly backingCalls: BackingCalls;
  readonly lifecycle: Lifecycle;
  readonly usage = new Usage();

  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly zones: readonly string[];
  readonly vpcs: readonly string[];
  readonly images: ReadonlyMap<string, Image>;
  /** SSM parameters. */
  readonly parameters: Map<string, { value: string; type: string; version: number }>;

  /** What describes may find; terminated ones leave after their hour. */
  readonly instances = new TaggedStore<FakeInstance>();
  /** Every instance there ever was. */
  readonly ever: FakeInstance[] = [];
  readonly volumes = new TaggedStore<FakeVolume>();
  readonly interfaces = new TaggedStore<FakeInterface>();
  readonly groups = new TaggedStore<SecurityGroup>();
  /** What a client token made, by token and zone. */
  readonly launches = new Map<string, { digest: string; instances: FakeInstance[] }>();

  /** `<zone> <type>` that are never to be had. */
  readonly unsupported: Set<string>;
  capacity: Capacity[];
  spotRole: boolean;

  readonly #clock: { now(): number };
  readonly #addressOf: FakeEc2Options['publicAddress'];
  #publicAddresses = 0;

  constructor(options: FakeEc2Options) {
    this.#clock = options.clock ?? { now: () => Date.now() };
    this.#addressOf = options.publicAddress;
    this.region = options.region ?? 'us-east-1';
    this.id = options.accountId ?? '123456789012';
    this.times = {
      pendingMs: 8_000,
      stoppingMs: 20_000,
      forcedStoppingMs: 5_000,
      shuttingDownMs: 20_000,
      terminatedVisibleMs: 3_600_000,
      ...options.times,
    };
    this.lag = { instancesMs: 0, groupsMs: 0, ...options.lag };
    this.quotas = {
      onDemandVcpus: 10_000,
      spotVcpus: 10_000,
      instances: Number.POSITIVE_INFINITY,
      securityGroups: 2500,
      rulesPerGroup: 60,
      ...options.quotas,
    };
    this.events = new Events(this.id, this.region, options.onEvent);
    this.limits = new RequestLimits(options.requestLimits ?? {}, this.now());
    this.backingCalls = new BackingCalls(options.backing);
    this.lifecycle = new Lifecycle(this);

    const subnets = (options.subnets ?? defaultSubnets(this.region)).map(
      (subnet, index) => new Subnet(subnet, index + 1),
    );
    this.subnets = new Map(subnets.map((subnet) => [subnet.id, subnet]));
    this.zones = [...new Set(subnets.map(({ zone }) => zone))].sort();
    this.vpcs = [...new Set(subnets.map(({ vpcId }) => vpcId))];
    this.images = new Map(makeImages(options.images ?? [], this.id).map((image) => [image.id, image]));
    const parameters = [...imageParameters(), ...Object.entries(options.parameters ?? {})];
    this.parameters = new Map(
      parameters.map(([name, value]) => [name, { value, type: 'String', version: 1 }]),
    );
    this.unsupported = new Set((options.unsupported ?? []).map(({ zone, type }) => `${zone} ${type}`));
    this.capacity = [...(options.capacity ?? [])];
    this.spotRole = options.spotRole ?? true;
    for (const vpcId of this.vpcs)
      this.addGroup(vpcId, 'default', 'default VPC security group', new Map(), 0);
  }

  now(): number {
    return this.#clock.now();
  }

  /** Does what has become due since anybody looked. */
  advance(): void {
    this.timeline.runUntil(this.now());
  }

  /** With the rule that lets everything out, as every new group has it. */
  addGroup(
    vpcId: string,
    name: string,
    description: string,
    tags: Map<string, string>,
    lagMs: number,
  ): SecurityGroup {
    const now = this.now();
    const id = this.ids.make('sg');
    const group: SecurityGroup = {
      id,
      sequence: this.ids.sequence(),
      name,
      description,
      vpcId,
      tags,
      rules: [],
      usedBy: new Set(),
      createdAt: now,
      visibleAt: now + lagMs,
    };
    group.rules.push({
      id: this.ids.make('sgr'),
      sequence: this.ids.sequence(),
      tags: new Map(),
      groupId: id,
      egress: true,
      protocol: '-1',
      fromPort: -1,
      toPort: -1,
      peer: { cidrIpv4: '0.0.0.0/0' },
      description: undefined,
    });
    this.groups.add(group);
    return group;
  }

  /** Found by describes and by other actions, or still too young for that? */
  isVisible({ visibleAt = 0 }: { visibleAt?: number }): boolean {
    return visibleAt <= this.now();
  }

  publicAddress(instance: FakeInstance): string {
    this.#publicAddresses += 1;
    return this.#addressOf?.(instance) ?? ipv4Text(PUBLIC_BASE + this.#publicAddresses);
  }
}
