import { isSlipwayError, SlipwayError } from '../core/errors.ts';
import type { Engine, Service, ServiceSpec } from '../ports/engine.ts';
import { IMAGE_LABEL } from './convert/stack-names.ts';
import { isSameSpec } from './same-spec.ts';

/** Someone else changed the service between our look and our write: look again, so often at most. */
const TRIES = 4;

/**
 * Makes one service of a stack what its spec says.
 * @param known as it was a moment ago, if it was there.
 * @throws SlipwayError `conflict` where the name is taken by a service that is not the stack's.
 */
export async function deployService(
  engine: Engine,
  stack: string,
  spec: ServiceSpec,
  known: Service | undefined,
): Promise<'created' | 'updated' | 'unchanged'> {
  let existing = known;
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (existing !== undefined) return await updateService(engine, existing, spec);
      await engine.createService(spec);
      return 'created';
    } catch (error) {
      if (isNetworkGoing(error)) {
        throw new SlipwayError(
          'conflict',
          `a network of the ${stack} removed before is still going: try again; if that stays so for a minute, restart the machine that the swarm is asked through, whose engine has kept a copy`,
          { cause: error, retryable: true },
        );
      }
      if (attempt >= TRIES || !isOvertaken(error, spec.Name)) throw error;
      existing = (await engine.services({ stack })).find(({ Spec }) => Spec.Name === spec.Name);
      if (existing === undefined) {
        throw new SlipwayError('conflict', `a service ${spec.Name} exists that is not of stack ${stack}`, {
          cause: error,
        });
      }
    }
  }
}

async function updateService(
  engine: Engine,
  existing: Service,
  spec: ServiceSpec,
): Promise<'updated' | 'unchanged'> {
  const wanted = { ...spec, TaskTemplate: { ...spec.TaskTemplate, ...kept(existing.Spec, spec) } };
  if (isSameSpec(existing.Spec, wanted)) return 'unchanged';
  await engine.updateService(existing.ID, existing.Version.Index, wanted);
  return 'updated';
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

/** The swarm checks ports before names: made a moment ago by another deploy, the service stands in its own way. */
function isOvertaken(error: unknown, name: string): boolean {
  if (!isSlipwayError(error, 'engine_refused')) return false;
  return (
    /update out of sequence|name conflicts/.test(error.message) ||
    error.message.includes(`is already in use by service '${name}'`)
  );
}

/** A manager lists a removed network until its last container is gone, some seconds after the swarm forgot it. */
function isNetworkGoing(error: unknown): boolean {
  return isSlipwayError(error, 'engine_refused') && /network \S+ not found/.test(error.message);
}
