import { randomUUID } from 'node:crypto';
import type { Lab } from '../client/operations.ts';
import type { Context } from './context.ts';
import { Failure } from './errors.ts';
import { followLab } from './follow-lab.ts';

/** Tears a lab down and waits until it is gone. @throws Failure where it cannot be. */
export async function removeLab(context: Context, { id }: Lab): Promise<Lab> {
  const api = await context.api();
  await api.deleteLab({ lab: id, idempotencyKey: randomUUID() });
  return await followLab({ api, terminal: context.terminal, lab: id }, 0, async () => {
    const now = await api.getLab({ lab: id });
    if (now.phase === 'failed') throw new Failure(now.failure?.message ?? `lab ${id} failed`);
    return now.phase === 'deleted' ? now : undefined;
  });
}
