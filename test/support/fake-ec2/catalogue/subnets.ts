import { ipv4Number, ipv4Text } from '../cidr.ts';
import type { Tags } from '../tagged-store.ts';
import { Ec2Refusal } from '../wire/refusal.ts';

export interface SubnetOption {
  id: string;
  zone: string;
  /** IPv4, /16 to /28. */
  cidr: string;
  /** Default `vpc-0f0000000000000a1`. */
  vpcId?: string;
  /** Default false, as CDK's dual-stack public subnets are made. */
  mapPublicIpOnLaunch?: boolean;
  /** So few free addresses, whatever its size. */
  freeAddresses?: number;
  tags?: Record<string, string>;
}

export const VPC_ID = 'vpc-0f0000000000000a1';

export function defaultSubnets(region: string): SubnetOption[] {
  return ['a', 'b', 'c'].map((letter, index) => ({
    id: `subnet-0f0000000000000${letter}1`,
    zone: `${region}${letter}`,
    cidr: `10.0.${index * 16}.0/20`,
  }));
}

/** EC2 keeps the first four addresses of a subnet and the last. */
const RESERVED_AT_START = 4;
const RESERVED = 5;

export class Subnet {
  readonly id: string;
  readonly sequence: number;
  readonly tags: Tags;
  readonly zone: string;
  readonly cidr: string;
  readonly vpcId: string;
  readonly mapPublicIpOnLaunch: boolean;
  readonly #base: number;
  readonly #size: number;
  readonly #taken = new Set<number>();
  #most: number;
  #next = RESERVED_AT_START;

  constructor(option: SubnetOption, sequence: number) {
    this.id = option.id;
    this.sequence = sequence;
    this.tags = new Map(Object.entries(option.tags ?? {}));
    this.zone = option.zone;
    this.cidr = option.cidr;
    this.vpcId = option.vpcId ?? VPC_ID;
    this.mapPublicIpOnLaunch = option.mapPublicIpOnLaunch ?? false;
    const [address = '', bits = ''] = option.cidr.split('/');
    this.#base = ipv4Number(address);
    this.#size = 2 ** (32 - Number(bits));
    this.#most = Math.min(option.freeAddresses ?? Number.POSITIVE_INFINITY, this.#size - RESERVED);
  }

  get free(): number {
    return Math.max(0, this.#most - this.#taken.size);
  }

  /** From now on so many are left. */
  setFree(count: number): void {
    this.#most = Math.min(this.#taken.size + count, this.#size - RESERVED);
  }

  /** The next free address, round and round, so that one just given back is not given out at once. */
  take(): string {
    if (this.free === 0) throw tooFewAddresses(this.id);
    const usable = this.#size - RESERVED;
    while (this.#taken.has(this.#next)) this.#next = after(this.#next, usable);
    const offset = this.#next;
    this.#taken.add(offset);
    this.#next = after(offset, usable);
    return ipv4Text(this.#base + offset);
  }

  giveBack(address: string): void {
    this.#taken.delete(ipv4Number(address) - this.#base);
  }
}

export function tooFewAddresses(subnetId: string): Ec2Refusal {
  return new Ec2Refusal(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
  );
}

function after(offset: number, usable: number): number {
  return offset - RESERVED_AT_START + 1 >= usable ? RESERVED_AT_START : offset + 1;
}
