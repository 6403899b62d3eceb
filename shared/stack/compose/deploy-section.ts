import { z } from 'zod';
import { byKind, passOn, refuse } from './by-kind.ts';
import { Cpus } from './cpus.ts';
import { Duration } from './duration.ts';
import { section } from './section.ts';
import { Size } from './size.ts';
import { Labels, oneOf, Text, Whole } from './texts.ts';

const JOBS = 'jobs are not supported yet: use replicated or global';

const Mode = byKind({
  text: z.string().transform((text, context): 'replicated' | 'global' => {
    if (text === 'replicated' || text === 'global') return text;
    refuse(context, [], text.endsWith('-job') ? JOBS : `must be replicated or global, not "${text}"`);
    return z.NEVER;
  }),
});

const Ratio = byKind({
  number: z.number().refine((ratio) => ratio >= 0 && ratio <= 1, 'must be a part of one, such as 0.25'),
});

const UpdateConfig = section({
  parallelism: Whole.optional(),
  delay: Duration.optional(),
  failure_action: oneOf('continue', 'pause', 'rollback').optional(),
  monitor: Duration.optional(),
  max_failure_ratio: Ratio.optional(),
  order: oneOf('start-first', 'stop-first').optional(),
});
export type UpdateConfig = z.output<typeof UpdateConfig>;

const RollbackConfig = section({
  parallelism: Whole.optional(),
  delay: Duration.optional(),
  failure_action: oneOf('continue', 'pause').optional(),
  monitor: Duration.optional(),
  max_failure_ratio: Ratio.optional(),
  order: oneOf('start-first', 'stop-first').optional(),
});

const RestartPolicy = section({
  condition: oneOf('none', 'on-failure', 'any').optional(),
  delay: Duration.optional(),
  max_attempts: Whole.optional(),
  window: Duration.optional(),
});
export type RestartPolicy = z.output<typeof RestartPolicy>;

const GenericResource = section({
  discrete_resource_spec: section({ kind: Text, value: Whole }),
});

const Resources = section({
  limits: section({ cpus: Cpus.optional(), memory: Size.optional(), pids: Whole.optional() }).optional(),
  reservations: section({
    cpus: Cpus.optional(),
    memory: Size.optional(),
    generic_resources: byKind({ list: z.array(GenericResource) }).optional(),
  }).optional(),
});
export type Resources = z.output<typeof Resources>;

const Placement = section({
  constraints: byKind({ list: z.array(Text) }).optional(),
  preferences: byKind({ list: z.array(section({ spread: Text })) }).optional(),
  max_replicas_per_node: Whole.optional(),
});
export type Placement = z.output<typeof Placement>;

const Deploy = section({
  mode: Mode.default('replicated'),
  replicas: Whole.optional(),
  labels: Labels.optional(),
  endpoint_mode: oneOf('vip', 'dnsrr').optional(),
  resources: Resources.optional(),
  restart_policy: RestartPolicy.optional(),
  update_config: UpdateConfig.optional(),
  rollback_config: RollbackConfig.optional(),
  placement: Placement.optional(),
}).transform((deploy, context) => {
  if (deploy.mode === 'global' && deploy.replicas !== undefined) {
    refuse(context, ['replicas'], 'a global service has one task on each node: leave replicas out');
  }
  return deploy;
});

/** A service's `deploy`; an empty one is as good as none. */
export const DeploySection = byKind({
  mapping: Deploy,
  nothing: z.null().transform((_, context) => passOn(Deploy, {}, context)),
}).prefault({});
