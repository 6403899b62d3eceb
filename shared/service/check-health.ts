import { messageOf, SlipwayError } from '../core/errors.ts';
import type { Deps } from '../ports/deps.ts';
import { type SigningDeps, signingKeys } from './signing-key.ts';

export type HealthDeps = SigningDeps & Pick<Deps, 'clock' | 'labs' | 'requests'>;

export interface Health {
  status: 'ok' | 'failing';
  checks: Record<string, { ok: boolean; message: string }>;
}

const DEADLINE_SECONDS = 5;
/** No token can have this subject, and no lab this id. */
const PROBE = ' health';

/** Can the records be written and read, and the keys opened? Writes one small item, always the same. */
export async function checkHealth(deps: HealthDeps): Promise<Health> {
  const { labs, requests, clock } = deps;
  const at = clock.now();
  const probe = { subject: PROBE, key: PROBE, digest: '', labId: PROBE, at, forgetAt: at + 1 };
  const checks = Object.fromEntries(
    await Promise.all([
      check('recordsReadable', () => labs.load(PROBE)),
      check('recordsWritable', () => requests.remember(probe)),
      check('keysReadable', () => signingKeys(deps)),
    ]),
  );
  const ok = Object.values(checks).every((one) => one.ok);
  return { status: ok ? 'ok' : 'failing', checks };
}

async function check(
  name: string,
  act: () => Promise<unknown>,
): Promise<[string, { ok: boolean; message: string }]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new SlipwayError('store_unavailable', `no answer within ${DEADLINE_SECONDS} s`)),
      DEADLINE_SECONDS * 1000,
    );
  });
  try {
    await Promise.race([act(), late]);
    return [name, { ok: true, message: 'as it should be' }];
  } catch (error) {
    // Open to everybody: our own words, never an SDK's.
    return [name, { ok: false, message: error instanceof SlipwayError ? messageOf(error) : 'failed' }];
  } finally {
    clearTimeout(timer);
  }
}
