import { z } from 'zod';
import type { EngineHttp } from '../../shared/adapters/engine/engine-http.ts';

/** All that differs between two deploys of one file by the same hand, and so is not compared. */
export const NORMALISED = [
  'services[].ID',
  'services[].Version',
  'services[].CreatedAt',
  'services[].UpdatedAt',
  'services[].Endpoint.VirtualIPs',
  'services[].Endpoint.Ports[].PublishedPort where the swarm chose it',
  'services[].Spec.TaskTemplate.Networks[].Target (an id: its name is compared)',
  'networks[].Id',
  'networks[].Created',
  'networks[].IPAM.Config where the swarm chose it',
  'networks[].Options[com.docker.network.driver.overlay.vxlanid_list]',
];

/** Swarm's own pool is 10.0.0.0/8 from below; no file under test comes near. */
function isChosen(ipam: unknown): boolean {
  return /"Subnet":"10\.0\./.test(JSON.stringify(ipam ?? ''));
}

const Services = z.array(
  z.looseObject({
    Spec: z.looseObject({
      Name: z.string(),
      TaskTemplate: z.looseObject({ Networks: z.array(z.looseObject({ Target: z.string() })).optional() }),
    }),
    Endpoint: z.looseObject({}),
  }),
);
const Networks = z.array(
  z.looseObject({
    Id: z.string(),
    Name: z.string(),
    IPAM: z.looseObject({}).nullish(),
    Options: z.record(z.string(), z.string()).nullish(),
  }),
);

/** Everything the Engine holds of a stack, by name. */
export async function stackState(http: EngineHttp, stack: string) {
  const query = { filters: { label: [`com.docker.stack.namespace=${stack}`] } };
  const [services, all] = await Promise.all([
    http.call({ path: '/services', query, schema: Services }),
    http.call({ path: '/networks', schema: Networks }),
  ]);
  const nameOf = (id: string) => all.find(({ Id }) => Id === id)?.Name ?? id;
  const own = await http.call({ path: '/networks', query, schema: Networks });
  return {
    services: Object.fromEntries(
      services.map(({ ID, Version, CreatedAt, UpdatedAt, Endpoint: _, Spec, ...rest }) => {
        const Networks = Spec.TaskTemplate.Networks?.map((each) => ({
          ...each,
          Target: nameOf(each.Target),
        }));
        return [Spec.Name, { ...rest, Spec: { ...Spec, TaskTemplate: { ...Spec.TaskTemplate, Networks } } }];
      }),
    ),
    networks: Object.fromEntries(
      own.map(({ Id, Created, IPAM, Options, ...rest }) => {
        const { 'com.docker.network.driver.overlay.vxlanid_list': __, ...options } = Options ?? {};
        return [rest.Name, { ...rest, Options: options, IPAM: isChosen(IPAM) ? 'chosen' : IPAM }];
      }),
    ),
  };
}
