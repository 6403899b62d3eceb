import { isDeepStrictEqual } from 'node:util';
import { isSlipwayError, SlipwayError } from '../core/errors.ts';
import type { Engine, Service, ServiceSpec } from '../ports/engine.ts';
import { convertStack, type StackObjects } from './convert.ts';
import { readCompose } from './read-compose.ts';

/**
 * Deploys a stack as `docker stack deploy` does: networks first, then all services in parallel; a service that is there
 * is updated in place, one that is as it should be is left alone. Run again after a crash, it finishes.
 */
export async function deployStack(engine: Engine, stack: { name: string; compose: string }): Promise<void> {
  const objects = convertStack(stack.name, readCompose(stack.compose));
  const [networks, current] = await Promise.all([
    ensureNetworks(engine, stack.name, objects),
    engine.services({ stack: stack.name }),
  ]);
  await Promise.all(
    objects.services.map(async ({ spec, networks: attached }) => {
      const Networks = attached.map(({ name, aliases }) => ({
        Target: networks.get(name),
        Aliases: aliases,
      }));
      const wanted = { ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks } };
      const existing = current.find(({ Spec }) => Spec.Name === spec.Name);
      if (existing === undefined) await engine.createService(wanted);
      else if (!isAsWanted(existing, wanted))
        await engine.updateService(existing.ID, existing.Version.Index, wanted);
    }),
  );
}

async function ensureNetworks(
  engine: Engine,
  stack: string,
  { networks }: StackObjects,
): Promise<Map<string, string>> {
  const current = await engine.networks({ stack });
  const entries = await Promise.all(
    networks.map(async (spec): Promise<[string, string]> => {
      const existing = current.find(({ Name }) => Name === spec.Name);
      if (existing) return [spec.Name, existing.Id];
      try {
        return [spec.Name, (await engine.createNetwork(spec)).id];
      } catch (error) {
        // Another deploy of the same stack was a moment faster.
        if (!isSlipwayError(error, 'engine_refused') || error.facts.status !== 409) throw error;
        const made = (await engine.networks({ stack })).find(({ Name }) => Name === spec.Name);
        if (made) return [spec.Name, made.Id];
        throw new SlipwayError('conflict', `a network ${spec.Name} exists that is not of stack ${stack}`, {
          cause: error,
        });
      }
    }),
  );
  return new Map(entries);
}

/** The Engine adds its defaults to what it was sent: what we would send must be found in what it holds. */
function isAsWanted(existing: Service, wanted: ServiceSpec): boolean {
  return holds(existing.Spec, wanted);
}

function holds(actual: unknown, wanted: unknown): boolean {
  if (isEmpty(wanted)) return isEmpty(actual) || typeof actual === 'object';
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) &&
      actual.length === wanted.length &&
      wanted.every((item, index) => holds(actual[index], item))
    );
  }
  if (typeof wanted !== 'object' || wanted === null) return isDeepStrictEqual(actual, wanted);
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(wanted).every(([key, value]) => holds(actual[key as keyof typeof actual], value));
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === 0 ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
