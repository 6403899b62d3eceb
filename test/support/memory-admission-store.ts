import type {
  AdmissionStore,
  Holding,
  Usage,
  Waiter,
} from '../../shared/adapters/aws/ec2/admission-store.ts';
import { combine, NO_USAGE, QUOTA_NAMES } from '../../shared/adapters/aws/ec2/usage.ts';

/** Who one process admitted to what, under the same contract as DynamoDB's. */
export class MemoryAdmissionStore implements AdmissionStore {
  readonly #holdings = new Map<string, Holding>();
  readonly #line = new Map<string, Waiter>();
  #used = NO_USAGE;
  #drift = NO_USAGE;

  async used(): Promise<Usage> {
    return this.#used;
  }

  async count(change: Usage, atMost: Partial<Usage> = {}): Promise<boolean> {
    if (QUOTA_NAMES.some((name) => this.#used[name] > (atMost[name] ?? Number.POSITIVE_INFINITY)))
      return false;
    this.#used = combine((name) => this.#used[name] + change[name]);
    return true;
  }

  async holding(labId: string): Promise<Holding | undefined> {
    return structuredClone(this.#holdings.get(labId));
  }

  async save(labId: string, holding: Holding): Promise<boolean> {
    if ((this.#holdings.get(labId)?.version ?? 0) !== holding.version - 1) return false;
    this.#holdings.set(labId, structuredClone(holding));
    return true;
  }

  async remove(labId: string, version: number): Promise<boolean> {
    if (this.#holdings.get(labId)?.version !== version) return false;
    return this.#holdings.delete(labId);
  }

  async all(): Promise<(Holding & { labId: string })[]> {
    return [...this.#holdings].map(([labId, holding]) => structuredClone({ ...holding, labId }));
  }

  async line(most: number): Promise<Waiter[]> {
    const waiters = [...this.#line.values()].sort(
      (a, b) => a.since - b.since || (a.labId < b.labId ? -1 : 1),
    );
    return structuredClone(waiters.slice(0, most));
  }

  async join(waiter: Waiter): Promise<void> {
    this.#line.set(placeOf(waiter), structuredClone(waiter));
  }

  async leave(waiter: Pick<Waiter, 'labId' | 'since'>): Promise<void> {
    this.#line.delete(placeOf(waiter));
  }

  async lastDrift(): Promise<Usage> {
    return this.#drift;
  }

  async saveDrift(drift: Usage): Promise<void> {
    this.#drift = drift;
  }
}

function placeOf({ labId, since }: Pick<Waiter, 'labId' | 'since'>): string {
  return `${since} ${labId}`;
}
