import type { Changes } from '../../ports/queue.ts';

/** Wakes those in this process who wait for a lab to change. */
export class MemoryChanges implements Changes {
  readonly #waiting = new Map<string, Set<() => void>>();

  publish(labId: string): void {
    for (const wake of [...(this.#waiting.get(labId) ?? [])]) wake();
  }

  next(labId: string, deadlineSeconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(labId) ?? new Set();
      this.#waiting.set(labId, waiting);
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        waiting.delete(wake);
        if (waiting.size === 0 && this.#waiting.get(labId) === waiting) this.#waiting.delete(labId);
        resolve();
      };
      const timer = setTimeout(wake, deadlineSeconds * 1000);
      signal?.addEventListener('abort', wake, { once: true });
      waiting.add(wake);
    });
  }
}
