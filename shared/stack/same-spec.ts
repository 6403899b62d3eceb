import { isDeepStrictEqual } from 'node:util';
import type { ServiceSpec } from '../ports/engine.ts';
import { isPredefined } from './convert/network-spec.ts';

/**
 * Is a service as it would be after an update to `wanted`? The Engine fills in some of what it is not sent; what it
 * does not fill in is compared as it is, so that what was taken out of a file is a change as well.
 */
export function isSameSpec(existing: ServiceSpec, wanted: ServiceSpec): boolean {
  return isDeepStrictEqual(filled(existing), filled(withIdsOf(existing, wanted)));
}

/** The Engine finds its own networks, such as host, by name alone and keeps an id. */
function withIdsOf(existing: ServiceSpec, wanted: ServiceSpec): ServiceSpec {
  const kept = networksOf(existing);
  const Networks = networksOf(wanted).map((network, index) =>
    isPredefined(network.Target) ? { ...network, Target: kept[index]?.Target ?? network.Target } : network,
  );
  return { ...wanted, TaskTemplate: { ...wanted.TaskTemplate, Networks } };
}

function networksOf({ TaskTemplate }: ServiceSpec): { Target: string }[] {
  return (TaskTemplate.Networks ?? []) as { Target: string }[];
}

const ROLLING = { FailureAction: 'pause', Order: 'stop-first' };

/** As Docker 20.10 to 28 give it back. */
function filled({ TaskTemplate, EndpointSpec, UpdateConfig, RollbackConfig, ...spec }: ServiceSpec): unknown {
  const { ContainerSpec, RestartPolicy } = TaskTemplate;
  const LogDriver = TaskTemplate.LogDriver as { Name?: string } | undefined;
  return withoutEmpty({
    ...spec,
    TaskTemplate: {
      ForceUpdate: 0,
      Runtime: 'container',
      ...TaskTemplate,
      ContainerSpec: { Isolation: 'default', ...withFilesInOrder(ContainerSpec as FilesOfSpec) },
      LogDriver: { ...LogDriver, Name: LogDriver?.Name || undefined },
      ...(RestartPolicy ? { RestartPolicy: { Condition: 'any', MaxAttempts: 0, ...RestartPolicy } } : {}),
    },
    EndpointSpec: { Mode: 'vip', ...EndpointSpec, Ports: portsOf(EndpointSpec) },
    UpdateConfig: UpdateConfig && { ...ROLLING, ...UpdateConfig },
    RollbackConfig: RollbackConfig && { ...ROLLING, ...RollbackConfig },
  });
}

interface FileUse {
  SecretName?: string;
  ConfigName?: string;
  File?: { Name?: string };
}

interface FilesOfSpec {
  Secrets?: FileUse[];
  Configs?: FileUse[];
}

/** Their order says nothing, and the docker command leaves it to chance where one is used twice. */
function withFilesInOrder(container: FilesOfSpec): FilesOfSpec {
  const key = ({ SecretName, ConfigName, File }: FileUse) => `${SecretName ?? ConfigName} ${File?.Name}`;
  const inOrder = (files: FileUse[] = []) => files.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  return { ...container, Secrets: inOrder(container.Secrets), Configs: inOrder(container.Configs) };
}

function portsOf(endpoint: ServiceSpec['EndpointSpec']): object[] {
  const ports = (endpoint?.Ports ?? []) as { TargetPort?: number }[];
  return ports.map((port) => ({ ...port, TargetPort: port.TargetPort ?? 0 }));
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
