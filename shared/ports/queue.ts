/**
 * Wakes the reconciler for a lab, or for a class by its wake id (shared/core/ids.ts). At least once, in any order; a message
 * carries nothing but the id.
 */
export interface Queue {
  /**
   * @param labId or a class's wake id.
   * @param afterSeconds 0 … 900, the most SQS delays.
   * @param fairKey whose it is: among those that wait nobody's crowd keeps another waiting, where the queue can see to it.
   */
  enqueue(labId: string, afterSeconds: number, fairKey?: string): Promise<void>;
}

/** Tells those who wait that a lab changed; on Lambda nobody waits. */
export interface Changes {
  publish(labId: string): void;
  /** Resolves at the lab's next change, or at the deadline, or when the caller goes away. */
  next(labId: string, deadlineSeconds: number, signal?: AbortSignal): Promise<void>;
}
