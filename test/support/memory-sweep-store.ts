import type { SweepStore } from '../../shared/ports/store.ts';
import { Faults } from './faults.ts';

/** The sweep's marks in memory, under the same contract as DynamoDB's. */
export class MemorySweepStore implements SweepStore {
  readonly faults = new Faults();
  #marks: Record<string, number> = {};

  async marks(): Promise<Record<string, number>> {
    this.faults.meet('marks');
    return { ...this.#marks };
  }

  async saveMarks(marks: Record<string, number>): Promise<void> {
    this.faults.meet('saveMarks');
    this.#marks = { ...marks };
  }
}
