import { beforeEach, describe, expect, test } from 'vitest';
import type { PacedApi } from '../../../../../shared/adapters/aws/ec2/call-limits.ts';
import { LinePacer, type Turn } from '../../../../../shared/adapters/aws/ec2/pacer.ts';
import { isSlipwayError } from '../../../../../shared/core/errors.ts';
import { START } from '../../../../support/builders.ts';
import { RequestLimits } from '../../../../support/fake-ec2/request-limits.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { MemoryPaceStore } from '../../../../support/memory-pace-store.ts';

/** Another writing of the account's limits than the product's: the fake's. */
type Limits = ConstructorParameters<typeof RequestLimits>[0];

describe('the pace of calls', () => {
  let clock: ManualClock;
  let store: MemoryPaceStore;

  beforeEach(() => {
    clock = new ManualClock(START);
    store = new MemoryPaceStore();
  });

  const aPacer = () => new LinePacer({ store, clock, random: () => 0.5 });

  /** An account whose buckets are as told from now on. */
  function anAccount(options: Limits = {}) {
    const limits = new RequestLimits(options, clock.now());
    const account = {
      went: [] as number[],
      throttled: 0,
      call: ({ api, units = 1, calls = 1 }: Turn) => {
        try {
          for (let call = 0; call < calls; call += 1) limits.takeRequest(api, ['Filter.1'], clock.now());
          limits.takeInstances(api, units, clock.now());
          account.went.push(clock.now());
        } catch {
          account.throttled += 1;
          throw Object.assign(new Error('Request limit exceeded.'), { name: 'RequestLimitExceeded' });
        }
      },
    };
    return account;
  }

  /** Has all turns taken, each by any process; those who must wait come when they were told, as SQS counts: in whole seconds. */
  async function goThrough(turns: Turn[], account: ReturnType<typeof anAccount>, processes = 3) {
    const pacers = Array.from({ length: processes }, aPacer);
    const start = clock.now();
    const queue = turns.map((turn, index) => ({ turn, at: start, index }));
    let rounds = 0;
    while (queue.length > 0) {
      const at = Math.min(...queue.map((one) => one.at));
      clock.moveTo(at);
      const due = queue.filter((one) => one.at <= at);
      for (const one of due) queue.splice(queue.indexOf(one), 1);
      await Promise.all(
        due.map(async (one) => {
          rounds += 1;
          const pacer = pacers[one.index % processes] as LinePacer;
          const wait = await told(pacer.run(one.turn, async () => account.call(one.turn)));
          if (wait !== undefined) queue.push({ ...one, at: at + Math.ceil(wait) * 1000 });
        }),
      );
    }
    return { seconds: (clock.now() - start) / 1000, rounds };
  }

  /** @returns how long it is told to wait; undefined where it went. */
  async function told(run: Promise<unknown>): Promise<number | undefined> {
    try {
      await run;
      return undefined;
    } catch (error) {
      if (!isSlipwayError(error, 'driver_failed') || error.facts.reason !== 'throttled') throw error;
      return Number(error.facts.afterSeconds);
    }
  }

  const labs = (count: number, units: number, api: PacedApi = 'RunInstances'): Turn[] =>
    Array.from({ length: count }, (_, index) => ({ labId: `lab-${units}-${index}`, api, units }));

  const turn = (labId: string, api: PacedApi = 'RunInstances', units = 3): Turn => ({ labId, api, units });
  const go = () => Promise.resolve('gone');

  test('200 labs at once are never throttled, and are through as soon as the requests allow', async () => {
    const account = anAccount();
    const { seconds, rounds } = await goThrough(labs(200, 3), account);
    expect(account.throttled).toBe(0);
    expect(account.went).toHaveLength(200);
    expect((200 - 5) / 2 / seconds).toBeGreaterThan(0.95);
    // Each comes once to hear when, and once more to go.
    expect(rounds).toBeLessThanOrEqual(2 * 200);
  });

  test('200 labs of ten machines use the bucket of instances, its burst and its refill', async () => {
    const account = anAccount();
    const { seconds } = await goThrough(labs(200, 10), account);
    expect(account.throttled).toBe(0);
    expect((200 * 10 - 1000) / 2 / seconds).toBeGreaterThan(0.95);
  });

  test('a class right after another that emptied the buckets is never throttled, nor waits for longer than it must', async () => {
    const account = anAccount();
    await goThrough(labs(150, 10), account);
    const { seconds } = await goThrough(labs(200, 3), account);
    expect(account.throttled).toBe(0);
    expect((200 * 3) / 2 / seconds).toBeGreaterThan(0.95);
  });

  test('buckets that others emptied are found out by a few refusals and then kept to', async () => {
    const account = anAccount({ start: 'empty' });
    const { seconds } = await goThrough(labs(200, 3), account);
    expect(account.went).toHaveLength(200);
    expect(account.throttled).toBeLessThan(0.06 * 200);
    expect((200 * 3) / 2 / seconds).toBeGreaterThan(0.85);
  });

  test('beside another user who takes a fifth of each bucket few are refused and most of the rest is used', async () => {
    const account = anAccount({ start: 'empty', otherTenantShare: 0.2 });
    const { seconds } = await goThrough(labs(300, 3), account);
    expect(account.went).toHaveLength(300);
    expect(account.throttled).toBeLessThan(0.06 * 300);
    expect((300 * 3) / 1.6 / seconds).toBeGreaterThan(0.8);
  });

  test.each([
    ['TerminateInstances', 3, (300 - 100) / 5],
    ['DescribeInstances', 1, (300 - 100) / 20],
    ['AuthorizeSecurityGroupIngress', 1, (300 - 50) / 5],
  ] as const)('%s is kept to its own limit', async (api, units, leastSeconds) => {
    const account = anAccount();
    const { seconds } = await goThrough(labs(300, units, api), account);
    expect(account.throttled).toBe(0);
    expect(seconds).toBeGreaterThanOrEqual(Math.floor(leastSeconds));
    expect(seconds).toBeLessThan(leastSeconds * 1.05 + 2);
  });

  test('one who comes early hears what is left, and has one place', async () => {
    for (let lab = 0; lab < 8; lab += 1) await told(aPacer().run(turn(`before-${lab}`), go));
    const first = (await told(aPacer().run(turn('mine'), go))) ?? 0;
    expect(first).toBeGreaterThan(1);
    clock.advance(first / 2);
    expect(await told(aPacer().run(turn('mine'), go))).toBeCloseTo(first / 2, 2);
    const after = (await told(aPacer().run(turn('next'), go))) ?? 0;
    expect(after).toBeCloseTo(first / 2 + 0.5, 2);
    clock.advance(first / 2);
    expect(await told(aPacer().run(turn('mine'), go))).toBeUndefined();
    // The place is used up: the next is behind all others.
    expect(await told(aPacer().run(turn('mine'), go))).toBeGreaterThan(0);
  });

  test('two runs of one lab at once do not both go by its one place', async () => {
    for (let lab = 0; lab < 8; lab += 1) await told(aPacer().run(turn(`before-${lab}`), go));
    const wait = (await told(aPacer().run(turn('mine'), go))) ?? 0;
    clock.advance(wait);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => told(aPacer().run(turn('mine'), go))));
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
  });

  test('a place that nobody used within a minute is lost, and the next one is taken', async () => {
    for (let lab = 0; lab < 8; lab += 1) await told(aPacer().run(turn(`before-${lab}`), go));
    const wait = (await told(aPacer().run(turn('mine'), go))) ?? 0;
    clock.advance(wait + 61);
    for (let lab = 0; lab < 8; lab += 1) await told(aPacer().run(turn(`later-${lab}`), go));
    expect(await told(aPacer().run(turn('mine'), go))).toBeGreaterThan(1);
  });

  test('nobody is given a place more than 900 s ahead; who finds none comes again before the last one is past', async () => {
    const waits = await Promise.all(labs(700, 3).map((one) => told(aPacer().run(one, go))));
    const asked = waits.map((wait) => wait ?? 0);
    expect(Math.max(...asked)).toBeLessThanOrEqual(900);
    const account = anAccount();
    await Promise.all(
      [...Array(300).keys()].map((lab) => told(aPacer().run(turn(`x-${lab}`, 'RunInstances', 10), go))),
    );
    const late = await told(
      aPacer().run(turn('late', 'RunInstances', 10), async () => account.call(turn('late'))),
    );
    expect(late).toBeGreaterThan(30);
    expect(late).toBeLessThanOrEqual(600);
    expect(await store.reservation('late', 'RunInstances')).toBeUndefined();
  });

  test('a refusal halves the rate for all who wait already, and it doubles with each minute without another', async () => {
    const refuse = () =>
      Promise.reject(Object.assign(new Error('Request limit exceeded.'), { name: 'RequestLimitExceeded' }));
    for (let lab = 0; lab < 200; lab += 1) await told(aPacer().run(turn(`before-${lab}`), go));
    const before = (await told(aPacer().run(turn('mine'), go))) ?? 0;
    // The one whose turn it is is refused.
    const due = (await told(aPacer().run(turn('before-5'), go))) ?? 0;
    clock.advance(due);
    const again = (await told(aPacer().run(turn('before-5'), refuse))) ?? 0;
    expect(again).toBeGreaterThanOrEqual(1);
    expect((await store.load('RunInstances')).factor).toBe(0.5);
    const mine = (await told(aPacer().run(turn('mine'), go))) ?? 0;
    // A minute at half the rate is half a minute lost.
    expect(mine - (before - due)).toBeGreaterThan(30);
    expect(mine - (before - due)).toBeLessThan(32);
    clock.advance(60);
    const after = (await told(aPacer().run(turn('behind'), go))) ?? 0;
    const next = (await told(aPacer().run(turn('behind-2'), go))) ?? 0;
    expect(next - after).toBeCloseTo(0.5, 3);
  });

  test('refuses a call in a place that was kept, and nobody has to wait until 1970', async () => {
    const api = 'AuthorizeSecurityGroupIngress';
    await aPacer().keepOne('mine', api);
    const refused = async () => {
      throw Object.assign(new Error('Request limit exceeded.'), { name: 'RequestLimitExceeded' });
    };
    expect(await told(aPacer().run({ labId: 'mine', api }, refused))).toBeLessThan(60);
    expect((await told(aPacer().run({ labId: 'other', api }, async () => undefined))) ?? 0).toBeLessThan(60);
  });

  test('what was told ahead of its call goes at once, once, within a minute', async () => {
    const api = 'AuthorizeSecurityGroupIngress' as const;
    for (let lab = 0; lab < 60; lab += 1) await told(aPacer().run(turn(`before-${lab}`, api), go));
    await aPacer().keepOne('mine', api);
    expect(await told(aPacer().run({ labId: 'mine', api }, go))).toBeUndefined();
    expect(await told(aPacer().run({ labId: 'mine', api }, go))).toBeGreaterThan(0);
    await aPacer().keepOne('other', api);
    clock.advance(5);
    for (let lab = 0; lab < 60; lab += 1) await told(aPacer().run(turn(`after-${lab}`, api), go));
    expect(await told(aPacer().run({ labId: 'other', api }, go))).toBeUndefined();
  });

  test('what the call itself throws goes through, and is no refusal of the pace', async () => {
    const broken = new Error('no such image');
    await expect(aPacer().run(turn('mine'), () => Promise.reject(broken))).rejects.toBe(broken);
    expect((await store.load('RunInstances')).factor).toBe(1);
  });
});
