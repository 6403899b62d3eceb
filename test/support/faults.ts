import { SlipwayError } from '../../shared/core/errors.ts';

/** One-shot faults of a fake's calls, by the call's name. */
export class Faults {
  readonly #planned = new Map<string, Error[]>();

  /** The next call of that name throws; called twice, the next two do. */
  failNext(
    call: string,
    error: Error = new SlipwayError('store_unavailable', `${call} was told to fail`),
  ): void {
    this.#planned.set(call, [...(this.#planned.get(call) ?? []), error]);
  }

  /** For the fake, at the start of each call. */
  meet(call: string): void {
    const error = this.#planned.get(call)?.shift();
    if (error !== undefined) throw error;
  }
}
