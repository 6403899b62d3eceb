import type { Ec2Event } from '../support/fake-ec2/events.ts';

/** A span in which an instance was paid for, milliseconds since the epoch. */
export interface PaidSpan {
  instanceId: string;
  from: number;
  until: number;
}

/**
 * What EC2 would bill, told by the state of its instances alone: from the launch or start (AWS counts from `running`, some
 * seconds later) until they stop or shut down.
 */
export class PaidTime {
  readonly #since = new Map<string, number>();
  readonly spans: PaidSpan[] = [];
  /** While its disk was there. */
  readonly disks = new Map<string, { from: number; until: number }>();

  hear({ detail }: Ec2Event, at: number): void {
    if (!('state' in detail)) return;
    const { 'instance-id': instanceId, state } = detail;
    const from = this.#since.get(instanceId);
    const disk = this.disks.get(instanceId) ?? { from: at, until: Number.POSITIVE_INFINITY };
    this.disks.set(instanceId, disk);
    if (state === 'shutting-down' || state === 'terminated') disk.until = Math.min(disk.until, at);
    if (state === 'pending' || state === 'running') {
      if (from === undefined) this.#since.set(instanceId, at);
      return;
    }
    if (from === undefined) return;
    this.#since.delete(instanceId);
    this.spans.push({ instanceId, from, until: at });
  }

  /** How many are paid for now. */
  get open(): number {
    return this.#since.size;
  }
}
