import { expect, test } from 'vitest';
import { reconcile } from '../../../shared/reconcile/reconcile.ts';
import { createWorld } from '../../support/world.ts';

const away = { code: 'store_unavailable' };

test('a wake is a class’s or a lab’s by its id, and asks nothing of the other', async () => {
  const { deps } = createWorld();
  deps.classes.faults.failNext('load');
  await expect(reconcile(deps, '01kjq7a1000000000000000000')).resolves.toBeUndefined();
  await expect(reconcile(deps, 'class/docker-2026')).rejects.toMatchObject(away);
  deps.labs.faults.failNext('load');
  await expect(reconcile(deps, 'class/docker-2026')).resolves.toBeUndefined();
  await expect(reconcile(deps, '01kjq7a1000000000000000000')).rejects.toMatchObject(away);
});
