import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DynamoTable } from '../../../../../shared/adapters/dynamo/dynamo-table.ts';
import { isSlipwayError } from '../../../../../shared/core/errors.ts';
import type { DriverMachine } from '../../../../../shared/ports/driver.ts';
import { START } from '../../../../support/builders.ts';
import { aLauncher, instancesOf } from '../../../../support/ec2-launches.ts';
import { openEmbedded } from '../../../../support/embedded-stores.ts';
import type { LagOptions } from '../../../../support/fake-ec2/options.ts';
import { type FakeEc2, startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { openPacedEc2 } from '../../../../support/paced-ec2.ts';

const NAMES = ['m1', 'm2', 'm3'];
/** No launch has more steps outside than this. */
const STEPS_LIMIT = 60;

describe('what is kept of a lab’s machines', () => {
  let clock: ManualClock;
  let fake: FakeEc2;
  let embedded: Awaited<ReturnType<typeof openEmbedded>>;

  async function prepare(lag: LagOptions = {}) {
    fake = await startFakeEc2({ clock, lag });
  }
  beforeEach(async () => {
    clock = new ManualClock(START);
    embedded = await openEmbedded();
    await prepare();
  });
  afterEach(async () => {
    await fake.close();
    await embedded.close();
  });

  /** Another process each time, as a Lambda may be. */
  const process = (diesAfterSteps?: number) =>
    openPacedEc2(fake, {
      dynamo: embedded.client,
      table: embedded.table,
      clock,
      ...(diesAfterSteps === undefined ? {} : { diesAfterSteps }),
    });
  const describes = () => fake.calls().filter(({ action }) => action.startsWith('Describe'));
  const looks = () => fake.calls('DescribeInstances');

  /** What it answers, after as many waits as it asks for. */
  async function patiently<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!isSlipwayError(error) || error.facts.reason !== 'throttled') throw error;
        clock.advance(Number(error.facts.afterSeconds));
      }
    }
  }
  const list = (labId: string) => patiently(() => process().driver.list(labId));
  const words = (machines: DriverMachine[]) =>
    machines
      .map(({ name, state }) => `${name} ${state}`)
      .sort()
      .join();

  async function launched() {
    const { driver } = process();
    const launcher = await aLauncher(driver, NAMES);
    await driver.create(await launcher.launch());
    return { driver, ...launcher };
  }

  test('a lab costs at most 6 describes from its request until it is ready, its images once a process', async () => {
    const warm = process();
    await aLauncher(warm.driver).then(({ plan }) => plan());
    const before = describes().length;
    expect(await warm.driver.list('never-seen')).toEqual([]);
    const { driver, labId, launch } = { driver: warm.driver, ...(await aLauncher(warm.driver)) };
    const planned = await launch();
    await driver.allow(labId, { from: ['203.0.113.7/32'], ports: [8080] });
    await driver.create(planned);
    fake.dueEvents();
    let machines = await driver.list(labId);
    expect(words(machines)).toBe('m1 Starting,m2 Starting,m3 Starting');
    // A run a second, and each event of EC2's wakes one too, until the engines are up.
    for (let second = 0; second < 90; second += 1) {
      clock.advance(1);
      for (const { detail } of fake.dueEvents()) {
        expect(await process().labOfInstance(String(detail['instance-id']))).toBe(labId);
      }
      machines = await process()
        .driver.list(labId)
        .catch(() => machines);
      await process().driver.createNetwork(labId);
    }
    expect(words(machines)).toBe('m1 Running,m2 Running,m3 Running');
    expect(machines.every(({ address }) => address !== undefined)).toBe(true);
    const cost = describes().slice(before);
    console.log(`describes of one lab: ${cost.map(({ action }) => action).join(', ')}`);
    expect(cost.length).toBeLessThanOrEqual(6);
  });

  test('a lab for which nothing was launched is not asked about', async () => {
    const { labId } = await aLauncher(process().driver);
    expect(await process().driver.list(labId)).toEqual([]);
    await process().driver.removeNetwork(labId);
    expect(looks()).toEqual([]);
  });

  test('machines that run are looked at every five minutes, and at once after an event of theirs', async () => {
    const { labId } = await launched();
    clock.advance(30);
    expect(words(await list(labId))).toBe('m1 Running,m2 Running,m3 Running');
    const before = looks().length;
    for (let minute = 0; minute < 4; minute += 1) {
      clock.advance(60);
      await process().driver.list(labId);
    }
    expect(looks().length).toBe(before);
    const [first] = instancesOf(fake, labId);
    fake.terminateOutside([first?.id ?? '']);
    expect(await process().labOfInstance(first?.id ?? '')).toBe(labId);
    expect(words(await process().driver.list(labId))).toBe('m1 Stopping,m2 Running,m3 Running');
    expect(looks().length).toBe(before + 1);
    clock.advance(300);
    expect(words(await process().driver.list(labId))).toBe('m2 Running,m3 Running');
  });

  test('whose an instance is stays known for a day after its end; one that is not ours is nobody’s', async () => {
    const { labId, driver } = await launched();
    const ids = instancesOf(fake, labId).map(({ id }) => id);
    await driver.remove(labId, NAMES);
    clock.advance(300);
    expect(await list(labId)).toEqual([]);
    const table = new DynamoTable(embedded.client, embedded.table);
    for (const id of ids) {
      expect(await process().labOfInstance(id)).toBe(labId);
      const item = await table.get({ PK: `INSTANCE#${id}`, SK: 'INSTANCE' });
      expect(Number(item?.forgetAtSeconds)).toBeCloseTo(clock.now() / 1000 + 86_400, -2);
    }
    expect(await process().labOfInstance('i-0123456789abcdef0')).toBeUndefined();
  });

  test('a crash anywhere in a launch hides no machine from the next run, and makes none twice', async () => {
    let crashes = 0;
    for (let steps = 0; steps < STEPS_LIMIT; steps += 1) {
      const { labId, launch } = await aLauncher(process().driver);
      const planned = await launch();
      const crashed = await process(steps)
        .driver.create(planned)
        .then(
          () => false,
          () => true,
        );
      clock.advance(30);
      const there = instancesOf(fake, labId).length;
      expect([steps, (await list(labId)).length]).toEqual([steps, there]);
      await patiently(() => process().driver.create(planned));
      expect([steps, instancesOf(fake, labId).length]).toEqual([steps, 3]);
      expect((await list(labId)).length).toBe(3);
      if (!crashed) break;
      crashes += 1;
    }
    expect(crashes).toBeGreaterThan(5);
    expect(crashes).toBeLessThan(STEPS_LIMIT);
  });

  test('what EC2 does not tell of yet is not lost, and what it tells of as ended is', async () => {
    await fake.close();
    await prepare({ instancesMs: 40_000 });
    const { labId } = await launched();
    for (let look = 0; look < 6; look += 1) {
      clock.advance(10);
      expect((await list(labId)).map(({ name }) => name).sort()).toEqual(NAMES);
    }
    expect(words(await list(labId))).toBe('m1 Running,m2 Running,m3 Running');
    await fake.close();
    await prepare();
    fake.doomLaunches(1);
    const doomed = await launched();
    clock.advance(10);
    expect(await list(doomed.labId)).toHaveLength(2);
  });

  test('what a verb did is seen by its own run at once, and by the others once EC2 was asked again', async () => {
    const { labId, driver } = await launched();
    clock.advance(30);
    await list(labId);
    await driver.stop(labId, ['m1']);
    expect(words(await driver.list(labId))).toBe('m1 Stopping,m2 Running,m3 Running');
    await expect(process().driver.list(labId)).rejects.toMatchObject({
      facts: { reason: 'throttled', afterSeconds: 8 },
    });
    expect(words(await list(labId))).toBe('m1 Stopping,m2 Running,m3 Running');
    clock.advance(30);
    expect(words(await list(labId))).toBe('m1 Stopped,m2 Running,m3 Running');
    await process().driver.start(labId, ['m1']);
    clock.advance(60);
    expect(words(await list(labId))).toBe('m1 Running,m2 Running,m3 Running');
    expect((await list(labId)).every(({ address }) => address !== undefined)).toBe(true);
  });

  test('machines of a lab that nothing is kept of are removed all the same', async () => {
    const { labId } = await launched();
    const other = await openEmbedded();
    const afresh = openPacedEc2(fake, { dynamo: other.client, table: other.table, clock });
    await afresh.driver.remove(labId, NAMES);
    expect(instancesOf(fake, labId).map(({ state }) => state)).toEqual(Array(3).fill('shutting-down'));
    await expect(afresh.driver.removeNetwork(labId)).rejects.toMatchObject({ facts: { reason: 'busy' } });
    clock.advance(60);
    await afresh.driver.removeNetwork(labId);
    expect(fake.isEmpty({ 'slipway:lab': labId })).toBe(true);
    await other.close();
  });

  test('two runs at once, one launching while the other looks, agree on what there is', async () => {
    const { labId, launch } = await aLauncher(process().driver);
    const planned = await launch();
    const resume = fake.hang('RunInstances', 'after');
    const launching = process().driver.create(planned);
    while (fake.calls('RunInstances').length === 0) await new Promise((done) => setTimeout(done, 5));
    const seen = await process().driver.list(labId);
    resume();
    await launching;
    expect(seen).toHaveLength(3);
    clock.advance(20);
    expect(await list(labId)).toHaveLength(3);
  });
});
