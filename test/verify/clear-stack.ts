import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { EngineHttp } from '../../shared/adapters/engine/engine-http.ts';
import { STACK_LABEL } from './stack-state.ts';

/** Networks go once the swarm has taken note that their tasks did. */
const DEADLINE_MS = 20_000;
const PAUSE_MS = 100;

const Ids = z.array(
  z
    .object({ ID: z.string().optional(), Id: z.string().optional() })
    .transform(({ ID, Id }) => ID ?? Id ?? ''),
);

/** Removes a stack's services, which frees its ports at once. */
export async function removeServices(http: EngineHttp, stack: string): Promise<void> {
  await removeAll(http, stack, 'services');
}

/** Removes the rest; gives up in the end, since names are not used twice and the engine itself is removed. */
export async function removeRest(http: EngineHttp, stack: string): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const left = await Promise.all(
      ['networks', 'configs', 'secrets'].map((kind) => removeAll(http, stack, kind)),
    );
    if (left.every((count) => count === 0) || Date.now() > end) return;
    await sleep(PAUSE_MS);
  }
}

/** @returns how many there were. */
async function removeAll(http: EngineHttp, stack: string, kind: string): Promise<number> {
  const query = { filters: { label: [`${STACK_LABEL}=${stack}`] } };
  const ids = await http.call({ path: `/${kind}`, query, schema: Ids });
  await Promise.all(
    ids.map((id) =>
      http.call({ method: 'DELETE', path: `/${kind}/${id}`, schema: z.unknown() }).catch(() => {}),
    ),
  );
  return ids.length;
}
