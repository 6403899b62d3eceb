import type { Placement, RestartPolicy, UpdateConfig } from '../compose/deploy-section.ts';
import type { Resources } from '../compose/resources.ts';
import { readRestart } from '../compose/restart.ts';
import { unlessZero, withoutUnset } from './without-unset.ts';

export function resources({ limits, reservations }: Resources = {}): Record<string, unknown> {
  return withoutUnset({
    Limits:
      limits &&
      withoutUnset({
        NanoCPUs: unlessZero(limits.cpus),
        MemoryBytes: unlessZero(limits.memory),
        Pids: unlessZero(limits.pids),
      }),
    Reservations:
      reservations &&
      withoutUnset({
        NanoCPUs: unlessZero(reservations.cpus),
        MemoryBytes: unlessZero(reservations.memory),
        GenericResources: reservations.generic_resources?.map(
          ({ discrete_resource_spec: { kind, value } }) => ({
            DiscreteResourceSpec: withoutUnset({ Kind: unlessZero(kind), Value: unlessZero(value) }),
          }),
        ),
      }),
  });
}

export function placement({ constraints, preferences, max_replicas_per_node }: Placement = {}) {
  return withoutUnset({
    Constraints: constraints,
    Preferences: preferences?.map(({ spread }) => ({ Spread: { SpreadDescriptor: spread } })),
    MaxReplicas: unlessZero(max_replicas_per_node),
  });
}

/** `deploy.restart_policy`, or else what the old `restart` means in a swarm. */
export function restartPolicy(
  policy: RestartPolicy | undefined,
  restart: string | undefined,
): Record<string, unknown> | undefined {
  if (policy !== undefined) {
    return withoutUnset({
      Condition: unlessZero(policy.condition),
      Delay: policy.delay,
      MaxAttempts: policy.max_attempts,
      Window: policy.window,
    });
  }
  if (restart === undefined) return undefined;
  const { policy: name, attempts } = readRestart(restart);
  if (name === '' || name === 'no') return undefined;
  if (name !== 'on-failure') return { Condition: 'any' };
  return withoutUnset({ Condition: name, MaxAttempts: attempts || undefined });
}

export function updateConfig(config: UpdateConfig | undefined): Record<string, unknown> | undefined {
  if (config === undefined) return undefined;
  return withoutUnset({
    // The docker command sends 1 where the file does not say; 0, all at once, is something else.
    Parallelism: config.parallelism ?? 1,
    Delay: unlessZero(config.delay),
    FailureAction: unlessZero(config.failure_action),
    Monitor: unlessZero(config.monitor),
    MaxFailureRatio: asFloat32(config.max_failure_ratio ?? 0),
    Order: config.order,
  });
}

/** The Engine keeps 32 bits: as few digits as tell them. */
function asFloat32(ratio: number): number {
  const kept = Math.fround(ratio);
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(kept.toPrecision(digits));
    if (Math.fround(short) === kept) return short;
  }
  return Number(kept.toPrecision(9));
}
