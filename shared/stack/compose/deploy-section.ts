import { z } from 'zod';
import { byKind, passOn, refuse } from './by-kind.ts';
import { refuseConstraint } from './constraint.ts';
import { Duration } from './duration.ts';
import { Whole } from './numbers.ts';
import { Resources } from './resources.ts';
import { section } from './section.ts';
import { Labels, oneOf, Text } from './texts.ts';

const Mode = oneOf('replicated', 'global', 'replicated-job', 'global-job', '');

const Ratio = byKind({
  number: z
    .number('is too large a number')
    .refine((ratio) => ratio >= 0 && ratio <= 1, 'must be a part of one, such as 0.25'),
});

const UpdateConfig = section({
  parallelism: Whole.optional(),
  delay: Duration.optional(),
  failure_action: oneOf('continue', 'pause', 'rollback', '').optional(),
  monitor: Duration.optional(),
  max_failure_ratio: Ratio.optional(),
  order: oneOf('start-first', 'stop-first').optional(),
});
export type UpdateConfig = z.output<typeof UpdateConfig>;

const RestartPolicy = section({
  condition: oneOf('none', 'on-failure', 'any', '').optional(),
  delay: Duration.optional(),
  max_attempts: Whole.optional(),
  window: Duration.optional(),
});
export type RestartPolicy = z.output<typeof RestartPolicy>;

const Placement = section({
  constraints: byKind({ list: z.array(Text.superRefine(refuseConstraint)) }).optional(),
  preferences: byKind({ list: z.array(section({ spread: Text.default('') })) }).optional(),
  max_replicas_per_node: Whole.optional(),
});
export type Placement = z.output<typeof Placement>;

const EndpointMode = byKind({
  text: z.string().transform((text, context) => {
    const mode = text.toLowerCase();
    if (mode === 'vip' || mode === 'dnsrr' || mode === '') return mode;
    refuse(context, [], `must be vip or dnsrr, not "${text}"`);
    return z.NEVER;
  }),
});

const Deploy = section({
  mode: Mode.default('replicated'),
  replicas: Whole.optional(),
  labels: Labels.optional(),
  endpoint_mode: EndpointMode.optional(),
  resources: Resources.optional(),
  restart_policy: RestartPolicy.optional(),
  update_config: UpdateConfig.optional(),
  rollback_config: UpdateConfig.optional(),
  placement: Placement.optional(),
}).superRefine(({ mode, replicas, update_config }, context) => {
  if (mode.startsWith('global') && replicas !== undefined) {
    refuse(context, ['replicas'], 'a global service has one task on each node: leave replicas out');
  }
  if (mode.endsWith('-job') && update_config !== undefined) {
    refuse(context, ['update_config'], 'a job is not updated, it runs anew: leave it out');
  }
});

/** A service's `deploy`; an empty one is as good as none. */
export const DeploySection = byKind({
  mapping: Deploy,
  nothing: z.null().transform((_, context) => passOn(Deploy, {}, context)),
}).prefault({});
