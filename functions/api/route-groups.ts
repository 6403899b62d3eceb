import type { Api } from './operation.ts';

type AddRoutes = (api: Api) => void;

/**
 * The routes by where they are, each group loaded by the first request to it: a student who asks for a lab waits neither
 * for what reads Compose files nor for what speaks to engines. In the document's order.
 */
export const ROUTE_GROUPS = {
  labs: async () => [(await import('./routes/labs.ts')).addLabRoutes],
  'labs/events': async () => [(await import('./routes/events.ts')).addEventRoutes],
  'labs/keys': async () => [(await import('./routes/keys.ts')).addKeyRoutes],
  'labs/machines': async () => [
    (await import('./routes/machines.ts')).addMachineRoutes,
    (await import('./routes/machine-texts.ts')).addMachineTextRoutes,
    (await import('./routes/machine-power.ts')).addMachinePowerRoutes,
    (await import('./routes/change-machines.ts')).addMachineChangeRoutes,
    (await import('./routes/exec.ts')).addExecRoutes,
  ],
  templates: async () => [(await import('./routes/templates.ts')).addTemplateRoutes],
  stacks: async () => [(await import('./routes/catalogue.ts')).addCatalogueRoutes],
  'labs/stacks': async () => [(await import('./routes/stacks.ts')).addStackRoutes],
  'labs/services': async () => [
    (await import('./routes/services.ts')).addServiceRoutes,
    (await import('./routes/service-logs.ts')).addServiceLogRoutes,
  ],
  'labs/nodes': async () => [
    (await import('./routes/nodes.ts')).addNodeRoutes,
    (await import('./routes/nodes-tasks.ts')).addNodeTaskRoutes,
  ],
  'labs/swarm': async () => [(await import('./routes/swarm.ts')).addSwarmRoutes],
  'labs/secrets': async () => [(await import('./routes/secrets.ts')).addSecretRoutes],
  'labs/configs': async () => [(await import('./routes/configs.ts')).addConfigRoutes],
  classes: async () => [
    (await import('./routes/classes.ts')).addClassRoutes,
    (await import('./routes/class-roster.ts')).addClassRosterRoutes,
    (await import('./routes/class-labs.ts')).addClassLabRoutes,
    (await import('./routes/class-actions.ts')).addClassActionRoutes,
    (await import('./routes/class-records.ts')).addClassRecordRoutes,
  ],
  'classes/stacks': async () => [(await import('./routes/class-stacks.ts')).addClassStackRoutes],
  join: async () => [(await import('./routes/join.ts')).addJoinRoutes],
  tokens: async () => [(await import('./routes/tokens.ts')).addTokenRoutes],
  enrol: async () => [(await import('./routes/enrol.ts')).addEnrolRoutes],
  system: async () => [(await import('./routes/system.ts')).addSystemRoutes],
} satisfies Record<string, () => Promise<AddRoutes[]>>;
export type RouteGroup = keyof typeof ROUTE_GROUPS;

export const ROUTE_GROUP_NAMES = Object.keys(ROUTE_GROUPS) as RouteGroup[];

/** Where a group is that does not bear the name of its place. */
const ELSEWHERE: Record<string, RouteGroup> = {
  '/v1/labs/certificates': 'labs/keys',
  '/v1/labs/ssh-key': 'labs/keys',
  '/join': 'join',
  '/healthz': 'system',
  '/openapi.json': 'system',
  '/docs': 'system',
};
const PLACES = new Map<string, RouteGroup>([
  ...ROUTE_GROUP_NAMES.filter((name) => name !== 'system' && name !== 'labs/keys').map(
    (name): [string, RouteGroup] => [`/v1/${name}`, name],
  ),
  ...(Object.entries(ELSEWHERE) as [string, RouteGroup][]),
]);

/**
 * The one group that can have a path: `/v1/labs/{lab}/stacks/…` is of `labs/stacks`.
 * @returns undefined where none has it.
 */
export function groupOf(path: string): RouteGroup | undefined {
  const [, first = '', second, , word] = path.split('/');
  if (first !== 'v1') return PLACES.get(`/${first}`);
  const inner = word === undefined ? undefined : PLACES.get(`/v1/${second}/${word}`);
  // All that is within a lab is in a group of its own; of a class, only what reads Compose files.
  if (inner !== undefined || (second === 'labs' && word !== undefined)) return inner;
  return PLACES.get(`/v1/${second}`);
}
