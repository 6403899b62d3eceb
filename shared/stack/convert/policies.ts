import type { Placement, Resources, RestartPolicy, UpdateConfig } from '../compose/deploy-section.ts';
import { withoutUnset } from './without-unset.ts';

export function resources({ limits, reservations }: Resources = {}): Record<string, unknown> {
  return withoutUnset({
    Limits: limits && withoutUnset({ NanoCPUs: limits.cpus, MemoryBytes: limits.memory, Pids: limits.pids }),
    Reservations:
      reservations &&
      withoutUnset({
        NanoCPUs: reservations.cpus,
        MemoryBytes: reservations.memory,
        GenericResources: reservations.generic_resources?.map(
          ({ discrete_resource_spec: { kind, value } }) => ({
            DiscreteResourceSpec: { Kind: kind, Value: value },
          }),
        ),
      }),
  });
}

export function placement({ constraints, preferences, max_replicas_per_node }: Placement = {}) {
  return withoutUnset({
    Constraints: constraints,
    Preferences: preferences?.map(({ spread }) => ({ Spread: { SpreadDescriptor: spread } })),
    MaxReplicas: max_replicas_per_node,
  });
}

/** `deploy.restart_policy`, or else what the old `restart` means in a swarm. */
export function restartPolicy(
  policy: RestartPolicy | undefined,
  restart: string | undefined,
): Record<string, unknown> | undefined {
  if (policy !== undefined) {
    return withoutUnset({
      Condition: policy.condition,
      Delay: policy.delay,
      MaxAttempts: policy.max_attempts,
      Window: policy.window,
    });
  }
  const [name = '', attempts] = restart?.split(':') ?? [];
  const MaxAttempts = Number(attempts ?? 0) || undefined;
  if (name === 'always' || name === 'unless-stopped') return { Condition: 'any' };
  return name === 'on-failure' ? withoutUnset({ Condition: 'on-failure', MaxAttempts }) : undefined;
}

export function updateConfig(config: UpdateConfig | undefined): Record<string, unknown> | undefined {
  if (config === undefined) return undefined;
  return withoutUnset({
    // The docker command sends 1 where the file does not say; 0, all at once, is something else.
    Parallelism: config.parallelism ?? 1,
    Delay: config.delay,
    FailureAction: config.failure_action,
    Monitor: config.monitor,
    MaxFailureRatio: config.max_failure_ratio ?? 0,
    Order: config.order,
  });
}
