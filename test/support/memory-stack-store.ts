import { SlipwayError } from '../../shared/core/errors.ts';
import type { StackStore } from '../../shared/ports/store.ts';
import { Faults } from './faults.ts';

/** The limit that the real store keeps. */
const MOST_BYTES = 380_000;

/** Sealed sources of stacks in memory, under the same contract as DynamoDB's. */
export class MemoryStackStore implements StackStore {
  readonly faults = new Faults();
  readonly #sealed = new Map<string, Uint8Array>();

  async put(labId: string, sourceId: string, sealed: Uint8Array): Promise<void> {
    this.faults.meet('put');
    if (sealed.length > MOST_BYTES)
      throw new SlipwayError('too_large', `${sealed.length} bytes are too many`);
    this.#sealed.set(`${labId} ${sourceId}`, sealed.slice());
  }

  async get(labId: string, sourceId: string): Promise<Uint8Array | undefined> {
    this.faults.meet('get');
    return this.#sealed.get(`${labId} ${sourceId}`)?.slice();
  }

  async remove(labId: string, sourceId: string): Promise<void> {
    this.faults.meet('remove');
    this.#sealed.delete(`${labId} ${sourceId}`);
  }
}
