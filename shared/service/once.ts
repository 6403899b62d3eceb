import { isSlipwayError, SlipwayError } from '../core/errors.ts';
import { sha256 } from '../core/ids.ts';
import type { Deps } from '../ports/deps.ts';
import type { RequestStore } from '../ports/store.ts';

/** A request that its sender may repeat; without a key every one is new. */
export interface Repeatable {
  subject: string;
  /** The Idempotency-Key. */
  key: string | undefined;
  /** Digest of what was asked, as `digestOf` makes it. */
  digest: string;
  /** The lab that it makes or changes. */
  labId: string;
}

/** Whether the same was asked before, so that what is found done since may be its work. */
export interface Asked {
  isRepeat: boolean;
  /** When it was first asked, milliseconds since the epoch. */
  firstAt: number;
}

const REMEMBERED_HOURS = 24;

/** Requests that this process is carrying out now. */
const underWay = new WeakMap<RequestStore, Set<string>>();

export function digestOf(method: string, path: string, body: unknown): string {
  return sha256(JSON.stringify([method, path, body ?? null]));
}

/** Names a keyed request in few characters; undefined without a key. */
export function markOf({ subject, key }: Pick<Repeatable, 'subject' | 'key'>): string | undefined {
  return key === undefined ? undefined : sha256(JSON.stringify([subject, key])).slice(0, 24);
}

/**
 * Carries out a request under its key. `act` gets the lab's id that was fixed by the first of its kind, and must be
 * safe to repeat: after a crash it is run again, by whoever asks again. A refusal is forgotten, so that the same may
 * be tried later.
 * @throws SlipwayError `idempotency_mismatch` for another request under the key, `in_progress` while the same runs.
 */
export async function once<Result>(
  deps: Pick<Deps, 'requests' | 'clock'>,
  request: Repeatable,
  act: (labId: string, asked: Asked) => Promise<Result>,
): Promise<Result> {
  const { subject, key, digest, labId } = request;
  const mark = markOf(request);
  if (key === undefined || mark === undefined) {
    return await act(labId, { isRepeat: false, firstAt: deps.clock.now() });
  }

  const busy = underWay.get(deps.requests) ?? new Set<string>();
  underWay.set(deps.requests, busy);
  const mine = !busy.has(mark);
  if (mine) busy.add(mark);
  try {
    const at = deps.clock.now();
    const forgetAt = at + REMEMBERED_HOURS * 3_600_000;
    const { kept, fresh } = await deps.requests.remember({ subject, key, digest, labId, at, forgetAt });
    if (kept.digest !== digest) {
      throw new SlipwayError(
        'idempotency_mismatch',
        'this Idempotency-Key came before with another request; use a new key for a new request',
        { issues: [{ pointer: '/Idempotency-Key', message: 'was used for another request within a day' }] },
      );
    }
    if (!mine)
      throw new SlipwayError('in_progress', 'the same request is being carried out; ask again in a second');
    return await actOrForget(deps, request, () => act(kept.labId, { isRepeat: !fresh, firstAt: kept.at }));
  } finally {
    if (mine) busy.delete(mark);
  }
}

async function actOrForget<Result>(
  { requests }: Pick<Deps, 'requests'>,
  { subject, key }: Repeatable,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (key !== undefined && isSlipwayError(error) && !error.retryable) await requests.forget(subject, key);
    throw error;
  }
}
