import { describe, expect, test } from 'vitest';
import { launchOf } from '../../contract/driver-contract.ts';
import { DriverWorld } from '../../support/driver-world.ts';
import { LaggingDriver } from '../../support/lagging-driver.ts';

const names = async (driver: LaggingDriver) => (await driver.list('lab')).map(({ name }) => name);

describe('the lagging driver', () => {
  test('shows a change only so many lists later', async () => {
    const driver = new LaggingDriver({ world: new DriverWorld({ lagCalls: 2 }) });
    await driver.create(launchOf('lab', ['m1']));
    expect([await names(driver), await names(driver), await names(driver)]).toEqual([[], [], ['m1']]);
    await driver.remove('lab', ['m1']);
    expect([await names(driver), await names(driver), await names(driver)]).toEqual([['m1'], ['m1'], []]);
  });

  test('shows a change only so long after, and boots as slowly as it is told, by its own clock', async () => {
    let now = 0;
    const booted: string[] = [];
    const world = new DriverWorld({
      now: () => now,
      lagMilliseconds: 100,
      bootMilliseconds: 500,
      onBoot: ({ name, token }) => booted.push(`${name} ${token.length > 0}`),
    });
    const driver = new LaggingDriver({ world });
    await driver.create(launchOf('lab', ['m1']));
    expect(booted).toEqual(['m1 true']);
    expect(await names(driver)).toEqual([]);
    now = 100;
    expect((await driver.list('lab'))[0]?.state).toBe('Starting');
    now = 500;
    expect((await driver.list('lab'))[0]?.state).toBe('Running');
  });

  test('gives another address at each start, and never another private one', async () => {
    const driver = new LaggingDriver();
    await driver.create(launchOf('lab', ['m1']));
    const [before] = await driver.list('lab');
    await driver.stop('lab', ['m1']);
    await driver.start('lab', ['m1']);
    const [after] = await driver.list('lab');
    expect(after?.address).not.toBe(before?.address);
    expect(after?.privateAddress).toBe(before?.privateAddress);
  });

  test('fails once where it is told to: before, between or after', async () => {
    const made = async (when: 'before' | 'between' | 'after') => {
      const driver = new LaggingDriver();
      driver.failOnce('create', when);
      await expect(driver.create(launchOf('lab', ['m1', 'm2']))).rejects.toMatchObject({ retryable: true });
      const first = await names(driver);
      await driver.create(launchOf('lab', ['m1', 'm2']));
      return [first, await names(driver)];
    };
    expect(await made('before')).toEqual([[], ['m1', 'm2']]);
    expect(await made('between')).toEqual([['m1'], ['m1', 'm2']]);
    expect(await made('after')).toEqual([
      ['m1', 'm2'],
      ['m1', 'm2'],
    ]);
  });

  test('loses a machine to a hand from outside, and remembers what it was asked', async () => {
    const driver = new LaggingDriver();
    await driver.create(launchOf('lab', ['m1', 'm2']));
    driver.vanish('lab', 'm1');
    expect(await names(driver)).toEqual(['m2']);
    expect(driver.calls).toEqual(['create', 'list']);
  });
});
