interface Due {
  at: number;
  order: number;
  work: (at: number) => void;
}

/**
 * What will happen, by its moment. Nothing sleeps: whoever looks first runs what is due by then, each piece at its own
 * moment and in order. A binary heap, since thousands of instances wait here.
 */
export class Timeline {
  readonly #heap: Due[] = [];
  #order = 0;

  at(at: number, work: (at: number) => void): void {
    this.#order += 1;
    this.#push({ at, order: this.#order, work });
  }

  nextAt(): number | undefined {
    return this.#heap[0]?.at;
  }

  runUntil(now: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= now; next = this.#heap[0]) {
      this.#pop();
      next.work(next.at);
    }
  }

  #push(due: Due): void {
    const heap = this.#heap;
    heap.push(due);
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLater(parent, index)) return;
      index = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const soonest = right < heap.length && this.#isLater(left, right) ? right : left;
      if (!this.#swapIfLater(index, soonest)) return;
      index = soonest;
    }
  }

  #isLater(one: number, other: number): boolean {
    const [first, second] = [this.#heap[one], this.#heap[other]];
    if (first === undefined || second === undefined) return false;
    return first.at > second.at || (first.at === second.at && first.order > second.order);
  }

  #swapIfLater(one: number, other: number): boolean {
    if (!this.#isLater(one, other)) return false;
    const [first, second] = [this.#heap[one], this.#heap[other]];
    if (first !== undefined && second !== undefined) [this.#heap[one], this.#heap[other]] = [second, first];
    return true;
  }
}
