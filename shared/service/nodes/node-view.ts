import { z } from 'zod';
import type { Node } from '../../ports/engine.ts';

/** A node as `docker node ls` and `inspect` show it. */
export const NodeView = z
  .object({
    id: z.string(),
    hostname: z.string().describe('The machine’s name'),
    role: z.enum(['manager', 'worker']).describe('What it is asked to be; a promotion takes a moment'),
    availability: z.enum(['active', 'pause', 'drain']),
    state: z.enum(['unknown', 'down', 'ready', 'disconnected']),
    leader: z.boolean(),
    reachability: z.enum(['unknown', 'unreachable', 'reachable']).optional().describe('A manager’s alone'),
    address: z.string(),
    labels: z.record(z.string(), z.string()),
    engineVersion: z.string(),
    platform: z.string().describe('Such as linux/x86_64'),
    cpus: z.number(),
    memoryBytes: z.number(),
    warning: z.string().optional().describe('What a change has made of the swarm'),
  })
  .meta({ id: 'Node' });
export type NodeView = z.output<typeof NodeView>;

export function viewNode({ ID, Description, Spec, Status, ManagerStatus }: Node): NodeView {
  const { Hostname, Platform, Resources, Engine } = Description;
  return {
    id: ID,
    hostname: Hostname,
    role: Spec.Role,
    availability: Spec.Availability,
    state: Status.State,
    leader: ManagerStatus?.Leader ?? false,
    ...(ManagerStatus === undefined ? {} : { reachability: ManagerStatus.Reachability }),
    address: addressOf(Status.Addr, ManagerStatus?.Addr),
    labels: { ...Spec.Labels },
    engineVersion: Engine.EngineVersion,
    platform: `${Platform.OS}/${Platform.Architecture}`,
    cpus: Resources.NanoCPUs / 1e9,
    memoryBytes: Resources.MemoryBytes,
  };
}

/** A leader may tell 0.0.0.0 or 127.0.0.1 of itself; as a manager it is known by where the others reach it. */
function addressOf(told: string, asManager: string | undefined): string {
  const isReal = told !== '' && told !== '0.0.0.0' && !told.startsWith('127.');
  return isReal ? told : (asManager?.replace(/:\d+$/, '') ?? told);
}
