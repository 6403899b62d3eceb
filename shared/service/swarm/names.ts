import { z } from 'zod';

const ENDS = 'begin and end with a letter or digit';

/** Part of a DNS name: swarmkit, manager/controlapi/common.go, isValidDNSName. */
export const ServiceName = z
  .string()
  .regex(
    /^[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?$/,
    `must be letters, digits, hyphens and underscores, 63 at most, and ${ENDS}`,
  );

/** Of a secret or config: swarmkit, manager/controlapi/common.go, validateConfigOrSecretAnnotations. */
export const FileName = z
  .string()
  .regex(
    /^[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,62}[a-zA-Z0-9])?$/,
    `must be letters, digits, points, hyphens and underscores, 64 at most, and ${ENDS}`,
  );

/** What may stand for a thing of the swarm in a path: its name or its id. */
const REFERENCE = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/;

/** Nothing else reaches an engine as part of a path. */
export function mayBeReference(text: string): boolean {
  return REFERENCE.test(text);
}

/** Text that a container may be given: no kernel takes a NUL. */
export function plainText(longest: number) {
  return z
    .string()
    .max(longest)
    .regex(/^[^\0]*$/, 'must not hold a NUL character');
}

const MOST_LABELS = 50;

/** Names and values, as `docker service create --label` sets them. */
export const Labels = z
  .record(plainText(256).min(1, 'must not be empty'), plainText(4096))
  .refine((labels) => Object.keys(labels).length <= MOST_LABELS, `must hold at most ${MOST_LABELS}`);
