import type { NetworkSpec, ServiceSpec } from '../ports/engine.ts';
import type { ComposeFile, ComposeService, UpdateConfig } from './compose-model.ts';

export const STACK_LABEL = 'com.docker.stack.namespace';
const IMAGE_LABEL = 'com.docker.stack.image';

export interface StackObjects {
  networks: NetworkSpec[];
  /** In the file's order; each with the names of its networks, which the Engine wants as ids. */
  services: { spec: ServiceSpec; networks: { name: string; aliases: string[] }[] }[];
}

/** What `docker stack deploy` makes of a Compose file, object by object. */
export function convertStack(stack: string, file: ComposeFile): StackObjects {
  const services = Object.entries(file.services);
  const usesDefault = services.some(
    ([, { networks }]) => networks === undefined || networks.includes('default'),
  );
  const used = new Set(services.flatMap(([, { networks }]) => networks ?? []));
  const declared = Object.entries(file.networks).filter(([name]) => used.has(name));
  return {
    networks: [
      ...declared.map(([name, network]) => networkSpec(stack, name, network)),
      ...(usesDefault && !('default' in file.networks) ? [networkSpec(stack, 'default', null)] : []),
    ],
    services: services.map(([name, service]) => ({
      spec: serviceSpec(stack, name, service, file),
      networks: (service.networks ?? ['default']).map((network) => ({
        name: `${stack}_${network}`,
        aliases: [name],
      })),
    })),
  };
}

function networkSpec(stack: string, name: string, network: ComposeFile['networks'][string]): NetworkSpec {
  return {
    Name: `${stack}_${name}`,
    Driver: network?.driver ?? 'overlay',
    Labels: { ...network?.labels, [STACK_LABEL]: stack },
    ...(network?.attachable ? { Attachable: true } : {}),
  };
}

function serviceSpec(stack: string, name: string, service: ComposeService, file: ComposeFile): ServiceSpec {
  const { deploy } = service;
  return {
    Name: `${stack}_${name}`,
    Labels: { ...deploy.labels, [IMAGE_LABEL]: service.image, [STACK_LABEL]: stack },
    TaskTemplate: {
      ContainerSpec: containerSpec(stack, service, file),
      Resources: resources(deploy.resources),
      ...(deploy.restart_policy === undefined ? {} : { RestartPolicy: restartPolicy(deploy.restart_policy) }),
      Placement: {
        ...(deploy.placement?.constraints === undefined ? {} : { Constraints: deploy.placement.constraints }),
        ...(deploy.placement?.max_replicas_per_node === undefined
          ? {}
          : { MaxReplicas: deploy.placement.max_replicas_per_node }),
      },
    },
    Mode: deploy.mode === 'global' ? { Global: {} } : { Replicated: { Replicas: deploy.replicas ?? 1 } },
    ...(deploy.update_config === undefined ? {} : { UpdateConfig: updateConfig(deploy.update_config) }),
    ...(deploy.rollback_config === undefined ? {} : { RollbackConfig: updateConfig(deploy.rollback_config) }),
    EndpointSpec: {
      ...(deploy.endpoint_mode === undefined ? {} : { Mode: deploy.endpoint_mode }),
      ...(service.ports === undefined ? {} : { Ports: service.ports }),
    },
  };
}

function containerSpec(stack: string, service: ComposeService, file: ComposeFile): Record<string, unknown> {
  return {
    Image: service.image,
    Labels: { ...service.labels, [STACK_LABEL]: stack },
    // `command` is the arguments and `entrypoint` the command, in the Engine's words.
    ...(service.command === undefined ? {} : { Args: service.command }),
    ...(service.entrypoint === undefined ? {} : { Command: service.entrypoint }),
    ...(service.environment === undefined ? {} : { Env: service.environment }),
    ...(service.hostname === undefined ? {} : { Hostname: service.hostname }),
    ...(service.working_dir === undefined ? {} : { Dir: service.working_dir }),
    ...(service.user === undefined ? {} : { User: service.user }),
    ...(service.stop_grace_period === undefined ? {} : { StopGracePeriod: service.stop_grace_period }),
    ...(service.volumes === undefined
      ? {}
      : { Mounts: service.volumes.map((volume) => mount(stack, volume, file)) }),
    Privileges: { CredentialSpec: null, SELinuxContext: null },
  };
}

type Volume = NonNullable<ComposeService['volumes']>[number];

function mount(
  stack: string,
  { source, target, readOnly }: Volume,
  file: ComposeFile,
): Record<string, unknown> {
  return {
    Type: 'volume',
    Source: `${stack}_${source}`,
    Target: target,
    ...(readOnly ? { ReadOnly: true } : {}),
    VolumeOptions: { Labels: { ...file.volumes[source]?.labels, [STACK_LABEL]: stack } },
  };
}

function resources(given: ComposeService['deploy']['resources']): Record<string, unknown> {
  const amounts = (part: { cpus?: number | undefined; memory?: number | undefined }) => ({
    ...(part.cpus === undefined ? {} : { NanoCPUs: part.cpus }),
    ...(part.memory === undefined ? {} : { MemoryBytes: part.memory }),
  });
  return {
    ...(given?.limits === undefined ? {} : { Limits: amounts(given.limits) }),
    ...(given?.reservations === undefined ? {} : { Reservations: amounts(given.reservations) }),
  };
}

function restartPolicy(
  policy: NonNullable<ComposeService['deploy']['restart_policy']>,
): Record<string, unknown> {
  return {
    ...(policy.condition === undefined ? {} : { Condition: policy.condition }),
    ...(policy.delay === undefined ? {} : { Delay: policy.delay }),
    ...(policy.max_attempts === undefined ? {} : { MaxAttempts: policy.max_attempts }),
    ...(policy.window === undefined ? {} : { Window: policy.window }),
  };
}

function updateConfig(config: UpdateConfig): Record<string, unknown> {
  return {
    // The CLI sends 1 where the file does not say.
    Parallelism: config.parallelism ?? 1,
    ...(config.delay === undefined ? {} : { Delay: config.delay }),
    ...(config.failure_action === undefined ? {} : { FailureAction: config.failure_action }),
    ...(config.monitor === undefined ? {} : { Monitor: config.monitor }),
    MaxFailureRatio: config.max_failure_ratio ?? 0,
    ...(config.order === undefined ? {} : { Order: config.order }),
  };
}
