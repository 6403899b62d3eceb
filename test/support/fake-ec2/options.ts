import type { Ec2Backing } from './backing.ts';
import type { ImageOption } from './catalogue/images.ts';
import type { SubnetOption } from './catalogue/subnets.ts';
import type { Ec2Event } from './events.ts';
import type { FakeInstance } from './instances/instance.ts';
import type { BucketSize } from './request-limits.ts';

export interface RequestLimitOptions {
  /** How full the buckets are at first; `off` throttles nothing. Default `full`. */
  start?: 'full' | 'empty' | 'off';
  /** Share (0 to 1) of every bucket's refill that another user of the same account takes. Default 0. */
  otherTenantShare?: number;
  /** Other sizes of request buckets, by action. */
  requests?: Record<string, BucketSize>;
  /** Other sizes of instance buckets, by action. */
  instances?: Record<string, BucketSize>;
}

export interface QuotaOptions {
  /** L-1216C47A: vCPUs of standard on-demand instances, pending and running. Default 10,000. */
  onDemandVcpus?: number;
  /** L-34B43A08: vCPUs of standard spot instances. Default 10,000. */
  spotVcpus?: number;
  /** Instances, pending and running, of both markets: over it InstanceLimitExceeded. Default no limit. */
  instances?: number;
  /** L-E79EC296, per Region. Default 2,500. */
  securityGroups?: number;
  /** L-0EA8095F, per group and direction, IPv4 and IPv6 counted apart. Default 60. */
  rulesPerGroup?: number;
}

export interface TimeOptions {
  /** From launch or start until it runs. Default 8,000. */
  pendingMs?: number;
  /** From stop until stopped. Default 20,000. */
  stoppingMs?: number;
  /** The same with Force. Default 5,000. */
  forcedStoppingMs?: number;
  /** From terminate until terminated. Default 20,000. */
  shuttingDownMs?: number;
  /** How long terminated instances are still told of. Default an hour. */
  terminatedVisibleMs?: number;
}

export interface LagOptions {
  /** How long after RunInstances an instance (and its volumes and interfaces) is not found. Default 0. */
  instancesMs?: number;
  /** How long after CreateSecurityGroup a group is not found. Default 0. */
  groupsMs?: number;
}

/** How many instances of a type a zone has room for; without a market both count. */
export interface Capacity {
  zone: string;
  type: string;
  market?: 'on-demand' | 'spot';
  machines: number;
}

export interface FakeEc2Options {
  /** Milliseconds since the epoch. Default: the system's. */
  clock?: { now(): number };
  /** Default `us-east-1`. */
  region?: string;
  /** Default `123456789012`. */
  accountId?: string;
  /** Default: one VPC `vpc-0f0000000000000a1`, one /20 in each of three zones, no public address unless asked for. */
  subnets?: SubnetOption[];
  /** Beside the four public ones (Amazon Linux 2023 and Ubuntu 24.04, each x86_64 and arm64). */
  images?: ImageOption[];
  /** SSM parameters beside the public ones of the images: name -> value. */
  parameters?: Record<string, string>;
  /** Types that a zone never has. */
  unsupported?: { zone: string; type: string }[];
  capacity?: Capacity[];
  quotas?: QuotaOptions;
  /** Does the account have the service-linked role of spot? Default true. */
  spotRole?: boolean;
  requestLimits?: RequestLimitOptions;
  times?: TimeOptions;
  lag?: LagOptions;
  /** A public address for an instance that starts. Default: the next of 198.18.0.0/15, never one that was used. */
  publicAddress?: (instance: Readonly<FakeInstance>) => string;
  backing?: Ec2Backing;
  /** Hears each event at the request or `advance()` that finds it due. */
  onEvent?: (event: Ec2Event) => void;
}
