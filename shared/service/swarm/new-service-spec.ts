import type { ServiceSpec } from '../../ports/engine.ts';
import { withoutUnset } from '../../stack/convert/without-unset.ts';
import type { Named } from './named-objects.ts';
import { changeResources } from './resources-request.ts';
import type { ServiceRequest } from './service-request.ts';

/** The spec that `docker service create` sends for the same flags, empty parts and all. */
export function newServiceSpec(request: ServiceRequest, { secrets, configs, networks }: Named): ServiceSpec {
  const { command = [], args = [], entrypoint, env, mounts, ports } = request;
  return withoutUnset({
    Name: request.name,
    Labels: request.labels ?? {},
    TaskTemplate: withoutUnset({
      ContainerSpec: withoutUnset({
        Image: request.image,
        Command: unlessEmpty(entrypoint),
        Args: unlessEmpty([...command, ...args]),
        Env: unlessEmpty(env),
        Hostname: request.hostname,
        Dir: request.workdir,
        User: request.user,
        Init: false,
        Mounts: unlessEmpty(mounts),
        DNSConfig: {},
        Secrets: unlessEmpty(secrets),
        Configs: unlessEmpty(configs),
      }),
      Resources: {
        Limits: changeResources({}, request.limits ?? {}),
        Reservations: changeResources({}, request.reservations ?? {}),
      },
      RestartPolicy: request.restart,
      Placement: withoutUnset({ Constraints: unlessEmpty(request.constraints) }),
      Networks: unlessEmpty(networks),
    }),
    Mode: request.mode === 'global' ? { Global: {} } : { Replicated: { Replicas: request.replicas ?? 1 } },
    UpdateConfig: request.update,
    RollbackConfig: request.rollback,
    EndpointSpec: withoutUnset({ Mode: 'vip', Ports: unlessEmpty(ports) }),
  });
}

function unlessEmpty<T>(list: T[] | undefined): T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}
