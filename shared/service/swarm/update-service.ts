import { isSlipwayError } from '../../core/errors.ts';
import type { Engine, Service, ServiceSpec } from '../../ports/engine.ts';
import { isSameSpec } from '../../stack/same-spec.ts';
import { findService } from './find-service.ts';

/** The orchestrator itself writes a service's state while it updates it; each look overtakes what came before. */
const TRIES = 6;

/**
 * Changes a service at its current version, and looks again where somebody was faster.
 * @param change gives the spec it is to have, or undefined where nothing is to change.
 * @returns was it changed?
 */
export async function updateService(
  engine: Engine,
  nameOrId: string,
  change: (service: Service) => ServiceSpec | undefined,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const service = await findService(engine, nameOrId);
    const spec = change(service);
    if (spec === undefined || isSameSpec(service.Spec, spec)) return false;
    try {
      await engine.updateService(service.ID, service.Version.Index, spec);
      return true;
    } catch (error) {
      if (attempt >= TRIES || !isOvertaken(error)) throw error;
    }
  }
}

export function isOvertaken(error: unknown): boolean {
  return isSlipwayError(error, 'engine_refused') && /update out of sequence/i.test(error.message);
}
