import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { sweep } from '../../../shared/reconcile/sweep.ts';
import { aLab, START } from '../../support/builders.ts';
import type { LaggingDriver } from '../../support/lagging-driver.ts';
import { createWorld } from '../../support/world.ts';

async function launch(driver: LaggingDriver, labId: string, count = 1): Promise<void> {
  await driver.createNetwork(labId);
  const machines = Array.from({ length: count }, (_, index) => ({ name: `m${index}`, token: 't' }));
  await driver.create({ labId, attempt: 1, machines, placement: {}, sshPublicKey: 'k', ports: [] });
}

describe('the sweep', () => {
  test('removes what no record claims, only at its second look and after the grace', async () => {
    const { deps } = createWorld();
    await deps.labs.create(aLab({ id: 'claimed' }));
    await launch(deps.driver, 'claimed');
    await launch(deps.driver, 'orphan');
    await deps.driver.createNetwork('lone-network');
    expect(await sweep(deps)).toMatchObject({ orphans: ['orphan', 'lone-network'], removed: [] });
    deps.clock.advance(59);
    expect((await sweep(deps)).removed).toEqual([]);
    deps.clock.advance(2);
    expect((await sweep(deps)).removed).toEqual(['orphan', 'lone-network']);
    expect((await deps.driver.list()).map(({ labId }) => labId)).toEqual(['claimed']);
    expect(await sweep(deps)).toMatchObject({ orphans: [], removed: [] });
  });

  test('forgets its mark when a record turns up in the meantime', async () => {
    const { deps } = createWorld();
    await launch(deps.driver, 'late');
    await sweep(deps);
    await deps.labs.create(aLab({ id: 'late' }));
    deps.clock.advance(61);
    expect(await sweep(deps)).toMatchObject({ orphans: [], removed: [] });
    expect(await deps.sweeps.marks()).toEqual({});
  });

  test('removes what a deleted lab left', async () => {
    const { deps } = createWorld();
    await deps.labs.create(aLab({ id: 'gone', status: { deletedAt: iso(START) } }));
    await launch(deps.driver, 'gone');
    await sweep(deps);
    deps.clock.advance(61);
    expect((await sweep(deps)).removed).toEqual(['gone']);
  });

  test('holds back where more than five machines, and a tenth of all, have no record', async () => {
    const { deps } = createWorld();
    for (let index = 0; index < 3; index += 1) await launch(deps.driver, `restored-${index}`, 2);
    await sweep(deps);
    deps.clock.advance(61);
    expect(await sweep(deps)).toMatchObject({ removed: [], held: true });
    expect(await deps.driver.list()).toHaveLength(6);
  });

  test('goes on with the others where one cannot be removed yet, and with that one next time', async () => {
    const { deps } = createWorld();
    await launch(deps.driver, 'slow');
    await launch(deps.driver, 'quick');
    await sweep(deps);
    deps.clock.advance(61);
    const busy = new SlipwayError('driver_failed', 'machines still hang on it', { retryable: true });
    deps.driver.failOnce('removeNetwork', 'before', busy);
    expect(await sweep(deps)).toMatchObject({ orphans: ['slow', 'quick'], removed: ['quick'], held: false });
    expect(await sweep(deps)).toMatchObject({ orphans: ['slow'], removed: ['slow'] });
    expect(await deps.driver.listNetworks()).toEqual([]);
    expect(await deps.sweeps.marks()).toEqual({});
  });
});
