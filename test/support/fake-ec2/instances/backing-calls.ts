import type { Ec2Backing } from '../backing.ts';
import type { FakeInstance } from './instance.ts';

/** Tells the backing of each deed, one at a time per instance, and knows what is still under way. */
export class BackingCalls {
  readonly #backing: Ec2Backing;
  readonly #underWay = new Map<FakeInstance, Promise<void>>();
  /** What its hooks threw. */
  readonly errors: unknown[] = [];

  constructor(backing: Ec2Backing = {}) {
    this.#backing = backing;
  }

  tell(
    instance: FakeInstance,
    deed: (backing: Ec2Backing) => void | Promise<void> | undefined,
    failed: () => void = () => {},
  ): void {
    const before = this.#underWay.get(instance);
    const note = (error: unknown) => {
      this.errors.push(error);
      failed();
    };
    let work: Promise<void> | undefined;
    try {
      work = before === undefined ? promiseOf(deed(this.#backing)) : before.then(() => deed(this.#backing));
    } catch (error) {
      note(error);
    }
    if (work === undefined) return;
    instance.backingAtWork = true;
    const done = work.catch(note).then(() => {
      if (this.#underWay.get(instance) !== done) return;
      this.#underWay.delete(instance);
      instance.backingAtWork = false;
    });
    this.#underWay.set(instance, done);
  }

  /** Resolves once nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }
}

function promiseOf(outcome: void | Promise<void>): Promise<void> | undefined {
  return outcome instanceof Promise ? outcome : undefined;
}
