import type { RememberedRequest, RequestStore } from '../../shared/ports/store.ts';
import { Faults } from './faults.ts';

/** Idempotency records and slots in memory, under the same contract as DynamoDB's. */
export class MemoryRequestStore implements RequestStore {
  readonly faults = new Faults();
  readonly #requests = new Map<string, RememberedRequest>();
  readonly #slots = new Map<string, Map<number, { labId: string; takenAt: number }>>();

  async remember(request: RememberedRequest): Promise<{ kept: RememberedRequest; fresh: boolean }> {
    this.faults.meet('remember');
    const place = JSON.stringify([request.subject, request.key]);
    const found = this.#requests.get(place);
    if (found !== undefined && found.forgetAt > request.at) {
      return { kept: { ...found }, fresh: found.labId === request.labId };
    }
    this.#requests.set(place, { ...request });
    return { kept: { ...request }, fresh: true };
  }

  async forget(subject: string, key: string): Promise<void> {
    this.faults.meet('forget');
    this.#requests.delete(JSON.stringify([subject, key]));
  }

  async takeSlot(owner: string, labId: string, limit: number, now: number): Promise<boolean> {
    this.faults.meet('takeSlot');
    const slots = this.#slots.get(owner) ?? new Map<number, { labId: string; takenAt: number }>();
    this.#slots.set(owner, slots);
    if ([...slots.values()].some((slot) => slot.labId === labId)) return true;
    if (slots.size >= limit) return false;
    const free = Array.from({ length: limit }, (_, index) => index + 1).find((number) => !slots.has(number));
    if (free === undefined) return false;
    slots.set(free, { labId, takenAt: now });
    return true;
  }

  async slots(owner: string): Promise<{ labId: string; takenAt: number }[]> {
    this.faults.meet('slots');
    return [...(this.#slots.get(owner)?.values() ?? [])].map((slot) => ({ ...slot }));
  }

  async freeSlot(owner: string, labId: string): Promise<void> {
    this.faults.meet('freeSlot');
    for (const [number, slot] of this.#slots.get(owner) ?? []) {
      if (slot.labId === labId) this.#slots.get(owner)?.delete(number);
    }
  }
}
