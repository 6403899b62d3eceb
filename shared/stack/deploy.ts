import { isSlipwayError, messageOf, SlipwayError } from '../core/errors.ts';
import type { Engine, Service, ServiceSpec } from '../ports/engine.ts';
import { readCompose } from './compose/read-compose.ts';
import { convertStack } from './convert/convert-stack.ts';
import { IMAGE_LABEL } from './convert/stack-names.ts';
import { ensureNetworks } from './ensure-networks.ts';
import { isSameSpec } from './same-spec.ts';

/** Someone else changed the service between our look and our write: look again, so often at most. */
const TRIES = 4;

/**
 * Deploys a stack as `docker stack deploy` does: networks first, then all services at once. A service that is there is
 * updated in place, one that is as it should be is left alone, one that has gone from the file stays. Run again after a
 * crash anywhere, it finishes.
 * @throws SlipwayError `invalid_input` for the file, `conflict`, and the Engine port's, naming each service that failed
 */
export async function deployStack(engine: Engine, stack: { name: string; compose: string }): Promise<void> {
  const objects = convertStack(stack.name, readCompose(stack.compose));
  const [networks, current] = await Promise.all([
    ensureNetworks(engine, stack.name, objects),
    engine.services({ stack: stack.name }),
  ]);
  const specs = objects.services.map((spec) => withNetworkIds(spec, networks));
  const outcomes = await Promise.allSettled(
    specs.map((spec) => deployService(engine, stack.name, spec, current.find(isNamed(spec.Name)))),
  );
  const failures = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected'
      ? [{ name: specs[index]?.Name ?? '', error: outcome.reason as unknown }]
      : [],
  );
  if (failures.length > 0) throw deployFailed(failures, specs.length);
}

async function deployService(
  engine: Engine,
  stack: string,
  spec: ServiceSpec,
  known: Service | undefined,
): Promise<void> {
  let existing = known;
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (existing === undefined) await engine.createService(spec);
      else await updateService(engine, existing, spec);
      return;
    } catch (error) {
      if (isNetworkGoing(error)) {
        throw new SlipwayError(
          'conflict',
          `a network of the ${stack} removed before is still going: try again`,
          {
            cause: error,
            retryable: true,
          },
        );
      }
      if (attempt >= TRIES || !isOvertaken(error)) throw error;
      existing = (await engine.services({ stack })).find(isNamed(spec.Name));
      if (existing === undefined) {
        throw new SlipwayError('conflict', `a service ${spec.Name} exists that is not of stack ${stack}`, {
          cause: error,
        });
      }
    }
  }
}

async function updateService(engine: Engine, existing: Service, spec: ServiceSpec): Promise<void> {
  const wanted = { ...spec, TaskTemplate: { ...spec.TaskTemplate, ...kept(existing.Spec, spec) } };
  if (isSameSpec(existing.Spec, wanted)) return;
  await engine.updateService(existing.ID, existing.Version.Index, wanted);
}

/** What an update must not undo: a forced restart, and the digest that an unchanged image was resolved to. */
function kept(existing: ServiceSpec, wanted: ServiceSpec): Record<string, unknown> {
  const container = existing.TaskTemplate.ContainerSpec as { Image?: string } | undefined;
  const sameImage = existing.Labels[IMAGE_LABEL] === wanted.Labels[IMAGE_LABEL];
  return {
    ForceUpdate: existing.TaskTemplate.ForceUpdate ?? 0,
    ...(sameImage && container?.Image !== undefined
      ? { ContainerSpec: { ...(wanted.TaskTemplate.ContainerSpec as object), Image: container.Image } }
      : {}),
  };
}

/** The Engine would look up each name by itself, one after the other, and holds ids in what it gives back. */
function withNetworkIds(spec: ServiceSpec, ids: Map<string, string>): ServiceSpec {
  const attached = (spec.TaskTemplate.Networks ?? []) as { Target: string }[];
  const Networks = attached.map((network) => ({
    ...network,
    Target: ids.get(network.Target) ?? network.Target,
  }));
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks } };
}

function isNamed(name: string): (service: Service) => boolean {
  return ({ Spec }) => Spec.Name === name;
}

function isOvertaken(error: unknown): boolean {
  if (!isSlipwayError(error, 'engine_refused')) return false;
  return /update out of sequence|name conflicts/.test(error.message);
}

/** A manager lists a removed network until its last container is gone, some seconds after the swarm forgot it. */
function isNetworkGoing(error: unknown): boolean {
  return isSlipwayError(error, 'engine_refused') && /network \S+ not found/.test(error.message);
}

function deployFailed(failures: { name: string; error: unknown }[], total: number): unknown {
  const [first] = failures;
  if (failures.some(({ error }) => !isSlipwayError(error))) return first?.error;
  const errors = failures.map(({ error }) => error as SlipwayError);
  const words = failures.map(({ name, error }) => `${name}: ${messageOf(error)}`).join('; ');
  const done = total - failures.length;
  return new SlipwayError(
    errors[0]?.code ?? 'internal',
    `${words}${done === 0 ? '' : ` (${done} of ${total} services are deployed; deploy again for the rest)`}`,
    {
      cause: first?.error,
      retryable: errors.every(({ retryable }) => retryable),
      facts: errors[0]?.facts ?? {},
    },
  );
}
