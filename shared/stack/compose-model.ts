import { z } from 'zod';
import { Ports } from './ports.ts';
import { Cpus, Duration, Size } from './units.ts';

/**
 * Compose v3 as far as the catalogue's stacks need it; a key that is not here is refused, never passed over. The rest of
 * section 4 of docker-facts.md grows here.
 */
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** `[A=1, B]` or `{A: 1, B: null}`, to Docker's list; a key without a value stays bare. */
const Environment = z
  .union([z.array(z.string()), z.record(z.string(), scalar.nullable())])
  .transform((given) =>
    Array.isArray(given)
      ? given
      : Object.entries(given).map(([name, value]) => (value === null ? name : `${name}=${value}`)),
  );

/** `[a=b]` or `{a: b}`, to a map. */
const Labels = z
  .union([z.array(z.string()), z.record(z.string(), scalar.nullable())])
  .transform((given) =>
    Array.isArray(given)
      ? Object.fromEntries(given.map((label) => splitAt(label)))
      : Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? ''])),
  );

function splitAt(label: string): [string, string] {
  const index = label.indexOf('=');
  return index < 0 ? [label, ''] : [label.slice(0, index), label.slice(index + 1)];
}

/** `NAME:/path[:ro]`; the catalogue's stacks mount named volumes only. */
const Volume = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*:\/[^:]*(:(ro|rw))?$/, 'must be NAME:/path or NAME:/path:ro, a named volume')
  .transform((text) => {
    const [source = '', target = '', mode] = text.split(':');
    return { source, target, readOnly: mode === 'ro' };
  });

const Resources = z.strictObject({
  limits: z.strictObject({ cpus: Cpus.optional(), memory: Size.optional() }).optional(),
  reservations: z.strictObject({ cpus: Cpus.optional(), memory: Size.optional() }).optional(),
});

const UpdateConfig = z.strictObject({
  parallelism: z.number().int().nonnegative().optional(),
  delay: Duration.optional(),
  failure_action: z.enum(['continue', 'pause', 'rollback']).optional(),
  monitor: Duration.optional(),
  max_failure_ratio: z.number().min(0).max(1).optional(),
  order: z.enum(['start-first', 'stop-first']).optional(),
});
export type UpdateConfig = z.infer<typeof UpdateConfig>;

const RestartPolicy = z.strictObject({
  condition: z.enum(['none', 'on-failure', 'any']).optional(),
  delay: Duration.optional(),
  max_attempts: z.number().int().nonnegative().optional(),
  window: Duration.optional(),
});

const Deploy = z.strictObject({
  mode: z.enum(['replicated', 'global']).default('replicated'),
  replicas: z.number().int().nonnegative().optional(),
  labels: Labels.optional(),
  endpoint_mode: z.enum(['vip', 'dnsrr']).optional(),
  resources: Resources.optional(),
  restart_policy: RestartPolicy.optional(),
  update_config: UpdateConfig.optional(),
  rollback_config: UpdateConfig.optional(),
  placement: z
    .strictObject({
      constraints: z.array(z.string()).optional(),
      max_replicas_per_node: z.number().int().nonnegative().optional(),
    })
    .optional(),
});

const ComposeService = z.strictObject({
  image: z.string().min(1),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  environment: Environment.optional(),
  hostname: z.string().optional(),
  labels: Labels.optional(),
  networks: z.array(z.string()).optional(),
  ports: Ports.optional(),
  stop_grace_period: Duration.optional(),
  user: z.string().optional(),
  volumes: z.array(Volume).optional(),
  working_dir: z.string().optional(),
  deploy: Deploy.prefault({}),
});
export type ComposeService = z.infer<typeof ComposeService>;

const ComposeNetwork = z
  .strictObject({
    driver: z.string().optional(),
    attachable: z.boolean().optional(),
    labels: Labels.optional(),
  })
  .nullable();

const ComposeVolume = z.strictObject({ labels: Labels.optional() }).nullable();

export const ComposeFile = z.strictObject({
  version: z.string().regex(/^3(\.\d+)?$/, 'must be 3.x: a stack needs a Compose file of version 3'),
  services: z.record(z.string().regex(/^[a-zA-Z0-9._-]+$/), ComposeService),
  networks: z.record(z.string(), ComposeNetwork).default({}),
  volumes: z.record(z.string(), ComposeVolume).default({}),
});
export type ComposeFile = z.infer<typeof ComposeFile>;
