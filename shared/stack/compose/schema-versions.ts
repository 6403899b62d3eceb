/**
 * Which minor version of the Compose file first has a key. A file that says an older one is refused, as by the docker
 * command. Read out of the schemas that docker 28.2.2 carries (config_schema_v3.0.json to v3.13.json, docker/cli,
 * cli/compose/schema/data) and tried against `docker stack config`, each key at each version. `*` is any name, `[]`
 * any item of a list; `{}` at the end is a mapping in that place.
 */
export const KEY_SINCE: [path: string, minor: number][] = [
  ['secrets', 1],
  ['services.*.secrets', 1],
  ['services.*.build.cache_from', 2],
  ['services.*.ports.[].{}', 2],
  ['services.*.volumes.[].{}', 2],
  ['services.*.deploy.endpoint_mode', 2],
  ['networks.*.attachable', 2],
  ['configs', 3],
  ['services.*.configs', 3],
  ['services.*.credential_spec', 3],
  ['services.*.build.labels', 3],
  ['services.*.deploy.placement.preferences', 3],
  ['services.*.build.network', 4],
  ['services.*.build.target', 4],
  ['services.*.healthcheck.start_period', 4],
  ['services.*.deploy.update_config.order', 4],
  ['volumes.*.name', 4],
  ['services.*.build.shm_size', 5],
  ['services.*.isolation', 5],
  ['services.*.deploy.resources.reservations.generic_resources', 5],
  ['networks.*.name', 5],
  ['secrets.*.name', 5],
  ['configs.*.name', 5],
  ['services.*.volumes.[].tmpfs', 6],
  ['services.*.init', 7],
  ['services.*.deploy.rollback_config', 7],
  ['services.*.credential_spec.config', 8],
  ['services.*.deploy.placement.max_replicas_per_node', 8],
  ['secrets.*.driver', 8],
  ['secrets.*.driver_opts', 8],
  ['secrets.*.template_driver', 8],
  ['configs.*.template_driver', 8],
  ['services.*.build.extra_hosts', 9],
  ['services.*.cgroupns_mode', 9],
  ['services.*.deploy.resources.limits.pids', 9],
  ['services.*.healthcheck.start_interval', 12],
  ['services.*.networks.*.driver_opts', 13],
  ['services.*.oom_score_adj', 13],
];

/** Where keys that begin with `x-` are passed over, and since which minor version. */
export const EXTENSIONS_SINCE: [path: string, minor: number][] = [
  ['', 4],
  ['services.*', 7],
  ['networks.*', 7],
  ['volumes.*', 7],
  ['secrets.*', 7],
  ['configs.*', 7],
];

/** From this minor version on, `build` may hold what it likes; before it, what the keys above and these say. */
export const OPEN_BUILD_SINCE = 11;
export const BUILD_KEYS = [
  'context',
  'dockerfile',
  'args',
  'cache_from',
  'labels',
  'network',
  'target',
  'shm_size',
  'extra_hosts',
];

/** Before this minor version, `volumes` of a service may have nothing twice. */
export const SAME_VOLUMES_SINCE = 2;
