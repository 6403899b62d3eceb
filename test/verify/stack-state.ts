import { z } from 'zod';
import type { EngineHttp } from '../../shared/adapters/engine/engine-http.ts';
import { isMapping } from './differences.ts';

const STATE_KINDS = ['services', 'networks', 'volumes', 'configs', 'secrets'] as const;
type StateKind = (typeof STATE_KINDS)[number];

/** All that an engine holds of a stack, as it gives it: by kind, by name. */
export type StackState = Record<StateKind, Record<string, unknown>>;

/** What an engine calls its objects. */
export interface ObjectNames {
  ids: Map<string, string>;
}

const Labels = z.record(z.string(), z.string()).nullish();
const Services = z.array(z.looseObject({ ID: z.string(), Spec: z.looseObject({ Name: z.string() }) }));
const Networks = z.array(z.looseObject({ Id: z.string(), Name: z.string(), Labels }));
const Files = z.array(z.looseObject({ ID: z.string(), Spec: z.looseObject({ Name: z.string(), Labels }) }));

export const STACK_LABEL = 'com.docker.stack.namespace';

/** Services, networks, configs and secrets; `volumes` is empty, since only tasks make them: node-volumes.ts. */
export async function readStackState(
  http: EngineHttp,
  stack: string,
): Promise<{ state: StackState; names: ObjectNames }> {
  const query = { filters: { label: [`${STACK_LABEL}=${stack}`] } };
  const [services, networks, configs, secrets] = await Promise.all([
    http.call({ path: '/services', query, schema: Services }),
    http.call({ path: '/networks', schema: Networks }),
    http.call({ path: '/configs', schema: Files }),
    http.call({ path: '/secrets', schema: Files }),
  ]);
  const ids = new Map([
    ...networks.map(({ Id, Name }): [string, string] => [Id, Name]),
    ...[...configs, ...secrets].map(({ ID, Spec }): [string, string] => [ID, Spec.Name]),
  ]);
  const isOwn = (labels: z.output<typeof Labels>) => labels?.[STACK_LABEL] === stack;
  const byName = (files: z.output<typeof Files>) =>
    Object.fromEntries(files.filter(({ Spec }) => isOwn(Spec.Labels)).map((file) => [file.Spec.Name, file]));
  const state = {
    services: Object.fromEntries(services.map((service) => [service.Spec.Name, service])),
    networks: Object.fromEntries(
      networks.filter(({ Labels }) => isOwn(Labels)).map((network) => [network.Name, network]),
    ),
    volumes: {},
    configs: byName(configs),
    secrets: byName(secrets),
  };
  return { state, names: { ids } };
}

export function isEmptyState(state: StackState): boolean {
  return STATE_KINDS.every((kind) => Object.keys(state[kind]).length === 0);
}

/** A service is given its addresses and ports a moment after it was made; until then its endpoint says nothing. */
export function isSettled({ services, networks }: StackState): boolean {
  return (
    Object.values(services).every((service) => hasEndpoint(service)) &&
    Object.values(networks).every((network) => hasRange(network))
  );
}

const Endpoint = z.looseObject({ Endpoint: z.looseObject({ Spec: z.looseObject({ Mode: z.string() }) }) });
/** Needs neither an address of its own nor a port, and so is given nothing. */
const WithoutEndpoint = z.looseObject({
  Spec: z.looseObject({
    EndpointSpec: z.looseObject({ Mode: z.literal('dnsrr'), Ports: z.undefined().optional() }),
  }),
});
const Range = z.looseObject({ IPAM: z.looseObject({ Config: z.array(z.unknown()).min(1) }) });

function hasEndpoint(service: unknown): boolean {
  return Endpoint.safeParse(service).success || WithoutEndpoint.safeParse(service).success;
}

/** A network of the swarm has not even a driver at first; others are whole at once. */
function hasRange(network: unknown): boolean {
  if (!isMapping(network)) return true;
  return network.Scope !== 'swarm' || Range.safeParse(network).success;
}
