import type { Image } from '../catalogue/images.ts';
import type { InstanceType } from '../catalogue/instance-types.ts';
import type { Subnet } from '../catalogue/subnets.ts';
import type { SecurityGroup } from '../groups/security-group.ts';
import type { Tagged, Tags } from '../tagged-store.ts';

export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
export type Market = 'on-demand' | 'spot';

export interface MetadataOptions {
  tokens: 'optional' | 'required';
  hopLimit: number;
  endpoint: 'enabled' | 'disabled';
  tags: 'enabled' | 'disabled';
  ipv6: 'enabled' | 'disabled';
}

export interface SpotOptions {
  requestId: string;
  kind: 'one-time' | 'persistent';
  onInterruption: 'terminate' | 'stop' | 'hibernate';
  maxPrice: string | undefined;
  tags: Tags;
}

export interface FakeInterface extends Tagged {
  instance: FakeInstance;
  attachmentId: string;
  description: string;
  privateAddress: string;
  macAddress: string;
  deleteOnTermination: boolean;
  readonly visibleAt: number;
}

export interface FakeVolume extends Tagged {
  /** What it was made for, whatever became of that. */
  instance: FakeInstance;
  device: string;
  sizeGb: number;
  type: string;
  encrypted: boolean;
  iops: number | undefined;
  throughput: number | undefined;
  snapshotId: string | undefined;
  kmsKeyId: string | undefined;
  createdAt: number;
  deleteOnTermination: boolean;
  attached: boolean;
  readonly visibleAt: number;
}

/** An instance of the fake account, as its records tell it. */
export interface FakeInstance extends Tagged {
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly type: InstanceType;
  readonly image: Image;
  readonly subnet: Subnet;
  readonly groups: readonly SecurityGroup[];
  readonly market: Market;
  readonly spot: SpotOptions | undefined;
  readonly clientToken: string | undefined;
  /** Base64, as it came. */
  userData: string | undefined;
  readonly metadata: MetadataOptions;
  credits: 'standard' | 'unlimited' | undefined;
  /** Name or ARN. */
  readonly profile: string | undefined;
  readonly onShutdown: 'stop' | 'terminate';
  readonly terminationProtected: boolean;
  readonly monitored: boolean;
  readonly ebsOptimized: boolean;
  readonly wantsPublicAddress: boolean;
  state: InstanceState;
  /** Why it stopped or ended. */
  stateReason: { code: string; message: string } | undefined;
  transitionReason: string;
  /** Of the last launch or start. */
  launchedAt: number;
  /** From when on describes find it. */
  readonly visibleAt: number;
  readonly privateAddress: string;
  publicAddress: string | undefined;
  interface: FakeInterface | undefined;
  volumes: FakeVolume[];
  /** Made outside of the tested deployment, by `addForeign`. */
  readonly foreign: boolean;
  /** Counts changes of state, so that a planned one is dropped when another came first. */
  step: number;
  /** Is the backing still at work on it? */
  backingAtWork: boolean;
}

export function isActive({ state }: FakeInstance): boolean {
  return state === 'pending' || state === 'running';
}

export function isEnding({ state }: FakeInstance): boolean {
  return state === 'shutting-down' || state === 'terminated';
}
