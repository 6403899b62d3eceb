import { isSlipwayError, SlipwayError } from '../../core/errors.ts';
import { guess } from '../../core/nearest.ts';
import type { Engine, Service } from '../../ports/engine.ts';
import { mayBeReference } from './names.ts';

/**
 * A service by its name or id. Not by the beginning of its id, which an engine takes as well: what a typing error finds
 * is removed as readily as what was meant.
 * @throws SlipwayError `not_found`, with the nearest name.
 */
export async function findService(engine: Engine, nameOrId: string): Promise<Service> {
  const found = mayBeReference(nameOrId) ? await ask(engine, nameOrId) : undefined;
  if (found !== undefined && (found.ID === nameOrId || found.Spec.Name === nameOrId)) return found;
  const names = (await engine.services()).map(({ Spec }) => Spec.Name);
  throw new SlipwayError(
    'not_found',
    `there is no service "${nameOrId.slice(0, 64)}"; ${guess(nameOrId, names)}GET …/services lists them`,
  );
}

async function ask(engine: Engine, nameOrId: string): Promise<Service | undefined> {
  try {
    return await engine.service(nameOrId);
  } catch (error) {
    const { status, reason } = isSlipwayError(error, 'engine_refused') ? error.facts : {};
    if (status === 404 || /is ambiguous/.test(String(reason))) return undefined;
    throw error;
  }
}
