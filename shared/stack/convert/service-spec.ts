import type { ServiceSpec } from '../../ports/engine.ts';
import type { ComposeFile } from '../compose/compose-file.ts';
import type { ComposeService } from '../compose/service.ts';
import { containerSpec } from './container-spec.ts';
import { networkName, networksOf } from './network-spec.ts';
import { placement, resources, restartPolicy, updateConfig } from './policies.ts';
import { IMAGE_LABEL, labelled, scoped } from './stack-names.ts';
import { withoutUnset } from './without-unset.ts';

/** A service of the file as the Engine takes it; networks by their names. */
export function serviceSpec(
  stack: string,
  name: string,
  service: ComposeService,
  file: ComposeFile,
): ServiceSpec {
  const { deploy } = service;
  return withoutUnset({
    Name: scoped(stack, name),
    Labels: { ...labelled(stack, deploy.labels), [IMAGE_LABEL]: service.image.written },
    TaskTemplate: withoutUnset({
      ContainerSpec: containerSpec(stack, service, file),
      Resources: resources(deploy.resources),
      RestartPolicy: restartPolicy(deploy.restart_policy, service.restart),
      Placement: placement(deploy.placement),
      Networks: attachments(stack, name, service, file),
      LogDriver:
        service.logging && withoutUnset({ Name: service.logging.driver, Options: service.logging.options }),
    }),
    Mode: deploy.mode === 'global' ? { Global: {} } : { Replicated: { Replicas: deploy.replicas ?? 1 } },
    UpdateConfig: updateConfig(deploy.update_config),
    RollbackConfig: updateConfig(deploy.rollback_config),
    EndpointSpec: withoutUnset({
      Mode: deploy.endpoint_mode,
      Ports: service.ports?.length ? service.ports : undefined,
    }),
  });
}

/** Sorted by name, each with the service's own name as its last alias. */
function attachments(stack: string, name: string, service: ComposeService, file: ComposeFile): object[] {
  return networksOf(service)
    .map((network) => {
      const given = service.networks?.[network];
      return withoutUnset({
        Target: networkName(stack, file, network),
        Aliases: [...(given?.aliases ?? []), name],
        DriverOpts: given?.driver_opts,
      });
    })
    .sort((a, b) => (a.Target < b.Target ? -1 : 1));
}
