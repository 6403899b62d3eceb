import type { ServiceSpec } from '../../ports/engine.ts';
import type { ComposeFile } from '../compose/compose-file.ts';
import type { ComposeService } from '../compose/service.ts';
import { type ContainerParts, containerSpec } from './container-spec.ts';
import { isPredefined, networkName, networksOf } from './network-spec.ts';
import { placement, resources, restartPolicy, updateConfig } from './policies.ts';
import { IMAGE_LABEL, labelled, scoped } from './stack-names.ts';
import { withoutUnset } from './without-unset.ts';

/** A service of the file as the Engine takes it; networks by their names. */
export function serviceSpec(
  stack: string,
  name: string,
  service: ComposeService,
  file: ComposeFile,
  parts: ContainerParts,
): ServiceSpec {
  const { deploy } = service;
  return withoutUnset({
    Name: scoped(stack, name),
    Labels: { ...labelled(stack, deploy.labels), [IMAGE_LABEL]: service.image.written },
    TaskTemplate: withoutUnset({
      ContainerSpec: containerSpec(stack, service, file, parts),
      Resources: resources(deploy.resources),
      RestartPolicy: restartPolicy(deploy.restart_policy, service.restart),
      Placement: placement(deploy.placement),
      Networks: attachments(stack, name, service, file),
      LogDriver:
        service.logging && withoutUnset({ Name: service.logging.driver, Options: service.logging.options }),
    }),
    Mode: modeOf(deploy),
    UpdateConfig: updateConfig(deploy.update_config),
    RollbackConfig: updateConfig(deploy.rollback_config),
    EndpointSpec: withoutUnset({
      Mode: deploy.endpoint_mode || undefined,
      Ports: service.ports?.length ? service.ports : undefined,
    }),
  });
}

function modeOf({ mode, replicas }: ComposeService['deploy']): ServiceSpec['Mode'] {
  if (mode === 'global') return { Global: {} };
  if (mode === 'global-job') return { GlobalJob: {} };
  if (mode === 'replicated-job') {
    return { ReplicatedJob: { MaxConcurrent: replicas ?? 1, TotalCompletions: replicas ?? 1 } };
  }
  return { Replicated: { Replicas: replicas ?? 1 } };
}

/** Sorted by name, each with the service's own name as its last alias. */
function attachments(stack: string, name: string, service: ComposeService, file: ComposeFile): object[] {
  return networksOf(service)
    .map((network) => {
      const given = service.networks?.[network];
      const target = networkName(stack, file, network);
      const own = isPredefined(target) ? [] : [name];
      const aliases = [...(given?.aliases ?? []), ...own];
      return withoutUnset({
        Target: target,
        Aliases: aliases.length === 0 ? undefined : aliases,
        DriverOpts: given?.driver_opts,
      });
    })
    .sort((a, b) => (a.Target < b.Target ? -1 : 1));
}
