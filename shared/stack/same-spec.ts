import { isDeepStrictEqual } from 'node:util';
import type { ServiceSpec } from '../ports/engine.ts';

/**
 * Is a service as it would be after an update to `wanted`? The Engine fills in some of what it is not sent; what it
 * does not fill in is compared as it is, so that what was taken out of a file is a change as well.
 */
export function isSameSpec(existing: ServiceSpec, wanted: ServiceSpec): boolean {
  return isDeepStrictEqual(filled(existing), filled(wanted));
}

const ROLLING = { FailureAction: 'pause', Order: 'stop-first' };

/** As Docker 20.10 to 28 give it back. */
function filled({ TaskTemplate, EndpointSpec, UpdateConfig, RollbackConfig, ...spec }: ServiceSpec): unknown {
  const { ContainerSpec, RestartPolicy } = TaskTemplate;
  return withoutEmpty({
    ...spec,
    TaskTemplate: {
      ForceUpdate: 0,
      Runtime: 'container',
      ...TaskTemplate,
      ContainerSpec: { Isolation: 'default', ...(ContainerSpec as object) },
      ...(RestartPolicy ? { RestartPolicy: { Condition: 'any', MaxAttempts: 0, ...RestartPolicy } } : {}),
    },
    EndpointSpec: { Mode: 'vip', ...EndpointSpec },
    UpdateConfig: UpdateConfig && { ...ROLLING, ...UpdateConfig },
    RollbackConfig: RollbackConfig && { ...ROLLING, ...RollbackConfig },
  });
}

/** Nothing, an empty list and an empty mapping are one to the Engine; zero, false and an empty text are not. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, withoutEmpty(inner)] as const)
    .filter(([, inner]) => !isEmpty(inner));
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
