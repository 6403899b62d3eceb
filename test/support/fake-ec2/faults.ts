export interface Fault {
  /** Default `InternalError`. */
  code?: string;
  /** Default 500. */
  status?: number;
  message?: string;
  /** `before`: nothing is done (default). `after`: it is carried out, and the answer is this one. */
  when?: 'before' | 'after';
  /** No answer at all: the connection is cut. */
  cut?: boolean;
}

interface Hang {
  when: 'before' | 'after';
  released: Promise<void>;
}

/** One-shot faults by action: called twice, the next two calls fail. */
export class Faults {
  readonly #faults = new Map<string, Fault[]>();
  readonly #hangs = new Map<string, Hang[]>();

  failNext(action: string, fault: Fault): void {
    this.#faults.set(action, [...(this.#faults.get(action) ?? []), fault]);
  }

  /** The next call of the action waits until the returned function is called. */
  hang(action: string, when: 'before' | 'after'): () => void {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#hangs.set(action, [...(this.#hangs.get(action) ?? []), { when, released }]);
    return release;
  }

  takeFault(action: string): Fault | undefined {
    return this.#faults.get(action)?.shift();
  }

  takeHang(action: string): Hang | undefined {
    return this.#hangs.get(action)?.shift();
  }
}
