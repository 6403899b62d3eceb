import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Clock } from '../../../core/clock.ts';
import { driverRefusal } from './ec2-errors.ts';
import { type LabInstance, type LiveState, lookAtLab } from './instances.ts';
import type { Looks } from './looks.ts';
import type { Pacer } from './pacer.ts';
import type { Sighting, SightingStore } from './sighting-store.ts';

/** While machines come and go: the first look, and at most how long between two. In between it grows with the time. */
const FIRST_LOOK_MS = 8_000;
const LONGEST_MS = 60_000;
const GROWTH = 0.75;
/** While all stand still: an event tells sooner, as a rule. */
const STEADY_MS = 300_000;
/** For so long EC2 may not tell of what it made. */
const SHOW_MS = 60_000;
/** Events of machines that are gone may come so long. */
const LATE_EVENTS_MS = 86_400_000;
/** Two runs of one lab write one after the other. */
const TRIES = 4;

/** What a look or a verb brought. */
type Told = (labId: string, instances: LabInstance[], launchIsDone: boolean) => Promise<void>;

export interface KeptLooksOptions {
  ec2: EC2Client;
  deployment: string;
  store: SightingStore;
  pacer: Pacer;
  clock: Clock;
  /** Hears of every lab whose instances are others than before, or in other states. */
  onTold: Told;
}

/**
 * Looks as few as can be, for all processes together: what EC2 told last is kept with the lab, answers of RunInstances,
 * Terminate and the like among it. A lab for which nothing was ever launched is not asked about.
 */
export class KeptLooks implements Looks {
  readonly #options: KeptLooksOptions;
  readonly #store: SightingStore;
  readonly #clock: Clock;
  /** Labs that this process did something to and has not listed since: their runs must see what they did. */
  readonly #justActed = new Set<string>();

  constructor(options: KeptLooksOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#clock = options.clock;
  }

  async list(labId: string): Promise<LabInstance[]> {
    const justActed = this.#justActed.delete(labId);
    const kept = await this.#store.load(labId);
    if (kept === undefined) return [];
    const now = this.#clock.now();
    if (justActed && !kept.isDoubtful) return kept.instances;
    if (now >= kept.lookAt) return await this.#look(labId, kept);
    if (!kept.isDoubtful && isSteady(kept)) return kept.instances;
    const afterSeconds = (kept.lookAt - now) / 1000;
    throw driverRefusal(
      'throttled',
      `EC2 is asked in ${Math.ceil(afterSeconds)} s how the machines are; ${summary(kept.instances)} before`,
      { afterSeconds },
    );
  }

  async known(labId: string, names: string[] = []): Promise<LabInstance[]> {
    const kept = await this.#store.load(labId);
    if (kept === undefined && names.length === 0) return [];
    const isThere = (name: string) => kept?.instances.some((instance) => instance.name === name) === true;
    if (kept !== undefined && !kept.isDoubtful && this.#clock.now() < kept.lookAt && names.every(isThere)) {
      return kept.instances;
    }
    return await this.#look(labId, kept);
  }

  async launching(labId: string): Promise<void> {
    const now = this.#clock.now();
    await this.#change(labId, (kept) => ({
      ...kept,
      launchedAt: now,
      movedAt: now,
      lookAt: now,
      isDoubtful: true,
    }));
  }

  async launched(labId: string, instances: LabInstance[]): Promise<void> {
    const now = this.#clock.now();
    const ids = new Set(instances.map(({ id }) => id));
    await this.#store.claimInstances(labId, [...ids]);
    const after = await this.#change(labId, (kept) => ({
      ...kept,
      instances: [...kept.instances.filter(({ id }) => !ids.has(id)), ...instances],
      toldAt: now,
      lookAt: now + FIRST_LOOK_MS,
      isDoubtful: false,
    }));
    this.#justActed.add(labId);
    await this.#options.onTold(labId, after.instances, true);
  }

  async notLaunched(labId: string): Promise<void> {
    await this.#change(labId, (kept) => ({
      ...kept,
      launchedAt: 0,
      lookAt: this.#clock.now() + (isSteady(kept) ? STEADY_MS : FIRST_LOOK_MS),
      isDoubtful: false,
    }));
    this.#justActed.add(labId);
  }

  async acted(labId: string, states: ReadonlyMap<string, LiveState>): Promise<void> {
    const now = this.#clock.now();
    const after = await this.#change(labId, (kept) => ({
      ...kept,
      instances: kept.instances.map((instance) => withState(instance, states.get(instance.id))),
      movedAt: now,
      lookAt: Math.min(kept.lookAt, now + FIRST_LOOK_MS),
    }));
    this.#justActed.add(labId);
    const started = [...states.values()].includes('pending');
    await this.#options.onTold(labId, after.instances, started);
  }

  async doubt(labId: string): Promise<void> {
    if ((await this.#store.load(labId)) === undefined) return;
    const now = this.#clock.now();
    await this.#change(labId, (kept) => ({
      ...kept,
      lookAt: Math.min(kept.lookAt, Math.max(now, kept.toldAt + FIRST_LOOK_MS)),
      isDoubtful: true,
    }));
  }

  async #look(labId: string, before: Sighting | undefined): Promise<LabInstance[]> {
    const { ec2, deployment, pacer } = this.#options;
    const { live, endedIds } = await pacer.run({ labId, api: 'DescribeInstances' }, () =>
      lookAtLab(ec2, deployment, labId),
    );
    const kept = before ?? NOTHING;
    const now = this.#clock.now();
    const toldIds = new Set([...endedIds, ...live.map(({ id }) => id)]);
    const unshown = kept.instances.filter(({ id }) => !toldIds.has(id));
    const isNew = now - kept.launchedAt < SHOW_MS;
    const instances = [...live, ...(isNew ? unshown : [])];
    const mayShow = isNew && (unshown.length > 0 || instances.length === 0);
    const stands = !mayShow && isSteady({ instances });
    const waitMs = Math.max(FIRST_LOOK_MS, Math.min(LONGEST_MS, (now - kept.movedAt) * GROWTH));
    const written = await this.#store.save(labId, {
      ...kept,
      version: kept.version + 1,
      instances,
      toldAt: now,
      lookAt: now + (stands ? STEADY_MS : waitMs),
      isDoubtful: false,
    });
    // Someone launched or did something else meanwhile, and knows better.
    if (!written) return (await this.#store.load(labId))?.instances ?? instances;
    await this.#note(labId, kept.instances, instances);
    return instances;
  }

  /** Whose they are, and until when anybody asks; and what is new to those who count. */
  async #note(labId: string, before: LabInstance[], after: LabInstance[]): Promise<void> {
    const without = (all: LabInstance[], others: LabInstance[]) =>
      all.map(({ id }) => id).filter((id) => !others.some((other) => other.id === id));
    const come = without(after, before);
    const gone = without(before, after);
    if (come.length > 0) await this.#store.claimInstances(labId, come);
    if (gone.length > 0) {
      await this.#store.claimInstances(labId, gone, this.#clock.now() + LATE_EVENTS_MS);
    }
    if (stateWords(before) !== stateWords(after)) await this.#options.onTold(labId, after, false);
  }

  /** @returns what was written, or would have been: who is always overtaken leaves it to the next look. */
  async #change(labId: string, change: (kept: Sighting) => Sighting): Promise<Sighting> {
    let after = NOTHING;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const kept = (await this.#store.load(labId)) ?? NOTHING;
      after = { ...change(kept), version: kept.version + 1 };
      if (await this.#store.save(labId, after)) return after;
    }
    throw driverRefusal('busy', `several runs of lab ${labId} act at once`, { afterSeconds: 1 });
  }
}

const NOTHING: Sighting = {
  version: 0,
  instances: [],
  toldAt: 0,
  lookAt: 0,
  launchedAt: 0,
  movedAt: 0,
  isDoubtful: false,
};

/** Nothing is on its way to another state. */
function isSteady({ instances }: { instances: LabInstance[] }): boolean {
  return instances.every(
    ({ state, address }) => state === 'stopped' || (state === 'running' && address !== undefined),
  );
}

function withState(instance: LabInstance, state: LiveState | undefined): LabInstance {
  if (state === undefined || state === instance.state) return instance;
  // One that stops loses its address, and one that starts has another.
  const { address: _, ...rest } = instance;
  return { ...rest, state };
}

function stateWords(instances: LabInstance[]): string {
  return instances
    .map(({ id, state }) => `${id} ${state}`)
    .sort()
    .join();
}

/** `2 pending, 1 running`. */
function summary(instances: LabInstance[]): string {
  const counts = new Map<string, number>();
  for (const { state } of instances) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ') || 'none was told of';
}
