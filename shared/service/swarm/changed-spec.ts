import { SlipwayError } from '../../core/errors.ts';
import type { Service, ServiceSpec } from '../../ports/engine.ts';
import { withoutUnset } from '../../stack/convert/without-unset.ts';
import { changeEnvironment } from './environment-request.ts';
import type { Mount } from './mount-request.ts';
import type { ConfigReference, Named, SecretReference } from './named-objects.ts';
import { changeResources } from './resources-request.ts';
import type { ServiceChange } from './service-change.ts';

/** The parts of a container's spec that a change touches. */
interface ContainerSpec {
  Image?: string;
  Env?: string[];
  Mounts?: Mount[];
  Secrets?: SecretReference[];
  Configs?: ConfigReference[];
}
interface Resources {
  Limits?: Record<string, unknown>;
  Reservations?: Record<string, unknown>;
}

/**
 * A service's spec with a change in it; what the change does not name stays as it is, whoever set it.
 * @param named the secrets and configs that it adds.
 * @throws SlipwayError `conflict` for replicas of a service that has none.
 */
export function changedSpec(service: Service, change: ServiceChange, named: Named): ServiceSpec {
  const { Spec } = service;
  const { TaskTemplate } = Spec;
  const before = (TaskTemplate.ContainerSpec ?? {}) as ContainerSpec;
  const placement = (TaskTemplate.Placement ?? {}) as Record<string, unknown>;
  const { Platforms: _, ...anyPlatform } = placement;
  const newImage = change.image !== undefined && change.image !== before.Image;
  const { Constraints, ...elsewhere } = newImage ? anyPlatform : placement;
  const constraints = change.constraints ?? (Constraints as string[] | undefined);
  const forced = Number(TaskTemplate.ForceUpdate ?? 0);
  return {
    ...Spec,
    Labels: changeLabels(Spec.Labels, change.labels),
    Mode: change.replicas === undefined ? Spec.Mode : scaled(service, change.replicas),
    TaskTemplate: {
      ...TaskTemplate,
      ContainerSpec: changedContainer(before, change, named),
      Resources: changedResources((TaskTemplate.Resources ?? {}) as Resources, change),
      Placement: { ...elsewhere, ...(constraints?.length ? { Constraints: constraints } : {}) },
      ForceUpdate: change.force ? forced + 1 : forced,
    },
    ...(change.ports === undefined ? {} : { EndpointSpec: { ...Spec.EndpointSpec, Ports: change.ports } }),
  };
}

function changedContainer(
  before: ContainerSpec,
  change: ServiceChange,
  { secrets, configs }: Named,
): ContainerSpec {
  const { image, env, mounts } = change;
  const fileTarget = ({ File }: { File: { Name: string } }) => File.Name;
  const changed = {
    Image: image,
    Env: env && changeEnvironment(before.Env ?? [], env),
    Mounts:
      mounts &&
      replaced(
        before.Mounts,
        mounts.add ?? [],
        ({ Target }) => Target,
        ({ Target }) => mounts.remove?.includes(Target),
      ),
    Secrets:
      change.secrets &&
      replaced(before.Secrets, secrets, fileTarget, ({ SecretName, SecretID }) =>
        change.secrets?.remove?.some((name) => name === SecretName || name === SecretID),
      ),
    Configs:
      change.configs &&
      replaced(before.Configs, configs, fileTarget, ({ ConfigName, ConfigID }) =>
        change.configs?.remove?.some((name) => name === ConfigName || name === ConfigID),
      ),
  };
  return { ...before, ...withoutUnset(changed) } as ContainerSpec;
}

/** Takes some out, then puts others in, in the place of those with the same target. */
function replaced<T>(
  before: T[] = [],
  added: T[],
  targetOf: (one: T) => string,
  isRemoved: (one: T) => boolean | undefined,
): T[] {
  const targets = new Set(added.map(targetOf));
  return [...before.filter((one) => !isRemoved(one) && !targets.has(targetOf(one))), ...added];
}

function changedResources({ Limits, Reservations, ...others }: Resources, change: ServiceChange): Resources {
  return {
    ...others,
    Limits: changeResources(Limits ?? {}, change.limits ?? {}),
    Reservations: changeResources(Reservations ?? {}, change.reservations ?? {}),
  };
}

function changeLabels(
  before: Record<string, string>,
  change: ServiceChange['labels'],
): Record<string, string> {
  const kept = Object.entries(before).filter(([name]) => !change?.unset?.includes(name));
  return { ...Object.fromEntries(kept), ...change?.set };
}

function scaled(service: Service, replicas: number): ServiceSpec['Mode'] {
  const { Mode } = service.Spec;
  const mode = Mode.Global ? 'global' : Mode.Replicated === undefined ? 'job' : 'replicated';
  if (mode === 'replicated') return { Replicated: { Replicas: replicas } };
  const cure = mode === 'global' ? ': it runs once on every node' : ': make another';
  throw new SlipwayError('conflict', `${service.Spec.Name} is a ${mode} service and cannot be scaled${cure}`);
}
