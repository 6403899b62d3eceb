import type { Clock } from '../../../core/clock.ts';
import type { Log } from '../../../core/log.ts';
import type { AdmissionStore, Holding, Usage, Waiter } from './admission-store.ts';
import { driverRefusal } from './ec2-errors.ts';
import { combine, NO_USAGE, QUOTA_NAMES, type QuotaName } from './usage.ts';

/** Keeps labs from asking for what the account's quotas have no room for. */
export interface Admission {
  /**
   * Room for what the lab will use in all; done already is done.
   * @throws SlipwayError `driver_failed`, quota, with `missing`, `needed`, `free`, `quota` and `afterSeconds`.
   */
  admit(labId: string, wanted: Partial<Usage>): Promise<void>;
  /** The lab uses so much and no more. @param isFinal not even soon. */
  keep(labId: string, used: Partial<Usage>, isFinal: boolean): Promise<void>;
  /** Nothing of the lab is left. */
  release(labId: string): Promise<void>;
}

export const ADMITS_ALL: Admission = {
  admit: () => Promise.resolve(),
  keep: () => Promise.resolve(),
  release: () => Promise.resolve(),
};

/** What is known of the account; absent until it was read. */
export interface KnownAccount {
  quotas?: Usage | undefined;
  foreign?: Usage | undefined;
}

/** Renewed at half of it: a place in the line of RunInstances is at most 900 s ahead, and a run takes a while. */
const HELD_MS = 2_400_000;
/** Who has not asked again so long after he was to is gone. He who comes later still has his old place. */
const GONE_MS = 120_000;
const MOST_IN_LINE = 100;
/** The first in the line asks often, the others the less the farther back. */
const AGAIN_SECONDS = { least: 15, each: 3, most: 300 };
const KNOWN_MS = 30_000;
const TRIES = 6;

const QUOTAS: Record<QuotaName, { code: string; unit: string; words: string }> = {
  onDemandVcpus: { code: 'L-1216C47A', unit: 'vCPUs', words: 'on-demand vCPUs' },
  spotVcpus: { code: 'L-34B43A08', unit: 'vCPUs', words: 'spot vCPUs' },
  securityGroups: { code: 'L-E79EC296', unit: 'security groups', words: 'security groups' },
};

/**
 * Admits labs against the account's quotas. What they hold is counted in one place by conditional updates, so that no
 * two processes together admit past a quota. In the order in which they began to wait: nobody is let past one who waits
 * longer and asks again when he was told to, unless there is room for both.
 */
export class QuotaAdmission implements Admission {
  readonly #store: AdmissionStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #random: () => number;
  readonly #load: () => Promise<KnownAccount>;
  #account: { known: Promise<KnownAccount>; at: number } | undefined;

  constructor(options: {
    store: AdmissionStore;
    account: () => Promise<KnownAccount>;
    clock: Clock;
    log: Log;
    random?: () => number;
  }) {
    this.#store = options.store;
    this.#load = options.account;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#random = options.random ?? Math.random;
  }

  async admit(labId: string, wanted: Partial<Usage>): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const held = (await this.#store.holding(labId)) ?? NOTHING;
      const usage = { ...held.usage, ...wanted };
      const change = combine((name) => usage[name] - held.usage[name]);
      const now = this.#clock.now();
      const heldUntil = now + HELD_MS;
      if (QUOTA_NAMES.every((name) => change[name] <= 0)) {
        if (held.heldUntil - now > HELD_MS / 2) return;
        if (await this.#save(labId, held, { heldUntil })) return;
        continue;
      }
      await this.#takeRoom(labId, held, change);
      const { waitsSince, ...rest } = held;
      if (await this.#save(labId, rest, { usage, heldUntil })) {
        if (waitsSince !== undefined) await this.#store.leave({ labId, since: waitsSince });
        return;
      }
      // Another run of the lab was first: what was counted twice is given back.
      await this.#store.count(combine((name) => -change[name]));
    }
    throw driverRefusal('busy', `several runs of lab ${labId} ask for room at once`, { afterSeconds: 2 });
  }

  async keep(labId: string, used: Partial<Usage>, isFinal: boolean): Promise<void> {
    const held = await this.#store.holding(labId);
    if (held === undefined || (!isFinal && this.#clock.now() < held.heldUntil)) return;
    const usage = combine((name) => Math.min(held.usage[name], used[name] ?? held.usage[name]));
    if (QUOTA_NAMES.every((name) => usage[name] === held.usage[name])) {
      if (held.heldUntil === 0) return;
      await this.#save(labId, held, { heldUntil: 0 });
      return;
    }
    // Overtaken: whoever wrote knows better, and the recount comes.
    if (!(await this.#save(labId, held, { usage, heldUntil: 0 }))) return;
    // Last, so that whoever dies before it leaves too much counted, never too little.
    await this.#store.count(combine((name) => usage[name] - held.usage[name]));
  }

  async release(labId: string): Promise<void> {
    const held = await this.#store.holding(labId);
    if (held === undefined) return;
    if (held.waitsSince !== undefined) await this.#store.leave({ labId, since: held.waitsSince });
    if (!(await this.#store.remove(labId, held.version))) return;
    await this.#store.count(combine((name) => -held.usage[name]));
  }

  async #save(labId: string, before: Holding, changes: Partial<Holding>): Promise<boolean> {
    const next = { ...before, ...changes, version: before.version + 1, changedAt: this.#clock.now() };
    return await this.#store.save(labId, next);
  }

  async #takeRoom(labId: string, held: Holding, change: Usage): Promise<void> {
    const room = await this.#room();
    if (room === undefined) {
      await this.#store.count(change);
      return;
    }
    const ahead = await this.#ahead({ labId, since: held.waitsSince ?? Number.POSITIVE_INFINITY }, room);
    const needs = combine((name) => ahead.reduce((sum, waiter) => sum + waiter.needs[name], change[name]));
    const asked = QUOTA_NAMES.filter((name) => change[name] > 0);
    const atMost = Object.fromEntries(asked.map((name) => [name, room[name] - needs[name]]));
    if (ahead.length < MOST_IN_LINE && (await this.#store.count(change, atMost))) return;
    await this.#refuse(labId, { held, change, ahead, room, asked });
  }

  /** What we may use in all; undefined while nobody has read the quotas, and EC2 itself says what it has no room for. */
  async #room(): Promise<Usage | undefined> {
    const { quotas, foreign = NO_USAGE } = await this.#readAccount();
    return quotas && combine((name) => quotas[name] - foreign[name]);
  }

  async #readAccount(): Promise<KnownAccount> {
    const now = this.#clock.now();
    if (this.#account === undefined || now - this.#account.at >= KNOWN_MS) {
      this.#account = { known: this.#load(), at: now };
      this.#account.known.catch(() => {
        this.#account = undefined;
      });
    }
    return await this.#account.known;
  }

  /** Who goes before it: not those for whom the whole account is too small, who would keep all others for ever. */
  async #ahead(one: { labId: string; since: number }, room: Usage): Promise<Waiter[]> {
    const line = await this.#store.line(MOST_IN_LINE);
    const now = this.#clock.now();
    const gone = line.filter(({ expectedBy }) => now > expectedBy);
    await Promise.all(gone.map((waiter) => this.#store.leave(waiter)));
    return line.filter(
      (waiter) =>
        !gone.includes(waiter) &&
        QUOTA_NAMES.every((name) => waiter.needs[name] <= Math.max(0, room[name])) &&
        isBefore(waiter, one),
    );
  }

  async #refuse(
    labId: string,
    refusal: { held: Holding; change: Usage; ahead: Waiter[]; room: Usage; asked: QuotaName[] },
  ): Promise<never> {
    const { held, change, ahead, room, asked } = refusal;
    const now = this.#clock.now();
    const since = held.waitsSince ?? now;
    const { least, each, most } = AGAIN_SECONDS;
    const afterSeconds = Math.min(most, least + each * ahead.length) * (0.75 + this.#random() / 2);
    const expectedBy = now + afterSeconds * 1000 + GONE_MS;
    await this.#store.join({ labId, since, expectedBy, needs: combine((n) => Math.max(0, change[n])) });
    if (held.waitsSince === undefined) {
      // Another run of the lab may have been first; then its place counts.
      const isNoted = await this.#save(labId, held, { waitsSince: since });
      if (!isNoted) await this.#store.leave({ labId, since });
    }
    const used = await this.#store.used();
    const name = asked.find((one) => used[one] + change[one] > room[one]) ?? asked[0] ?? 'onDemandVcpus';
    const free = Math.max(0, room[name] - used[name]);
    const needed = change[name];
    const before = ahead.reduce((sum, waiter) => sum + waiter.needs[name], 0);
    const quota = (await this.#readAccount()).quotas?.[name] ?? 0;
    const { code, unit, words } = QUOTAS[name];
    this.#log.info({ lab: labId, needed, free, quota, ahead: ahead.length }, 'no room');
    throw driverRefusal(
      'quota',
      `the AWS account has room for ${free} ${unit}, and this lab needs ${needed} (${quota} ${words} of quota ${code}, ${quota - free} in use): ${whatNow(ahead.length, needed > quota)}`,
      { missing: Math.max(0, needed + before - free), needed, free, quota, code, afterSeconds },
    );
  }
}

function whatNow(ahead: number, isTooLarge: boolean): string {
  if (isTooLarge) return 'it cannot be made until an operator has AWS raise the quota';
  const others =
    ahead === 0 ? '' : `, after ${ahead} ${ahead === 1 ? 'lab that waits' : 'labs that wait'} longer`;
  return `it is made when others end${others}, or when an operator has AWS raise the quota`;
}

function isBefore(one: { labId: string; since: number }, other: { labId: string; since: number }): boolean {
  return one.since < other.since || (one.since === other.since && one.labId < other.labId);
}

const NOTHING: Holding = { version: 0, usage: NO_USAGE, changedAt: 0, heldUntil: 0 };
