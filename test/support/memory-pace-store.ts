import type { PacedApi } from '../../shared/adapters/aws/ec2/call-limits.ts';
import { FRESH, type PaceState } from '../../shared/adapters/aws/ec2/pace-clock.ts';
import type {
  KeptState,
  Move,
  Moves,
  PaceStore,
  Reservation,
} from '../../shared/adapters/aws/ec2/pace-store.ts';

/** Paces of one process, for runs of thousands of calls. */
export class MemoryPaceStore implements PaceStore {
  readonly #states = new Map<PacedApi, KeptState>();
  readonly #reservations = new Map<string, Reservation>();

  async load(api: PacedApi): Promise<KeptState> {
    return structuredClone(this.#state(api));
  }

  #state(api: PacedApi): KeptState {
    return this.#states.get(api) ?? { ...FRESH, version: 1 };
  }

  async move(api: PacedApi, version: number, { requests, instances }: Moves): Promise<KeptState | undefined> {
    const state = this.#state(api);
    const ends = { requests: endAfter(state.requests.end, requests), instances: state.instances.end };
    const instancesEnd = instances === undefined ? ends.instances : endAfter(ends.instances, instances);
    if (state.version !== version || ends.requests === undefined || instancesEnd === undefined)
      return undefined;
    const moved: KeptState = {
      ...state,
      requests: { ...state.requests, end: ends.requests },
      instances: { ...state.instances, end: instancesEnd },
    };
    this.#states.set(api, moved);
    return structuredClone(moved);
  }

  async setClocks(api: PacedApi, version: number, { at, factor, ...lines }: PaceState): Promise<boolean> {
    const state = this.#state(api);
    if (state.version !== version) return false;
    this.#states.set(api, {
      version: version + 1,
      at,
      factor,
      requests: { ...state.requests, clock: lines.requests.clock },
      instances: { ...state.instances, clock: lines.instances.clock },
    });
    return true;
  }

  async reservation(labId: string, api: PacedApi): Promise<Reservation | undefined> {
    return this.#reservations.get(`${labId} ${api}`);
  }

  async reserve(labId: string, api: PacedApi, reservation: Reservation): Promise<void> {
    this.#reservations.set(`${labId} ${api}`, reservation);
  }

  async use(labId: string, api: PacedApi, { promisedAt }: Reservation): Promise<boolean> {
    const key = `${labId} ${api}`;
    return this.#reservations.get(key)?.promisedAt === promisedAt && this.#reservations.delete(key);
  }
}

/** Undefined where the move supposes another end. */
function endAfter(end: number, { clock, step, atMost, isIdle }: Move): number | undefined {
  if (isIdle) return end < clock ? clock + step : undefined;
  return end >= clock && end <= atMost ? end + step : undefined;
}
