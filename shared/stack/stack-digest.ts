import { sha256 } from '../core/ids.ts';
import type { StackSpec } from '../lab/lab.ts';
import type { StackSource } from '../lab/stack-source.ts';

/**
 * Tells whether what is asked for is what was deployed.
 * @param catalogue the catalogue's source, where the stack has none of its own: a new catalogue deploys again.
 */
export function stackDigest(stack: StackSpec, catalogue: StackSource | undefined): string {
  const { name, source, revision = 0, prune = false } = stack;
  return sha256(JSON.stringify([name, source ?? catalogue, revision, prune]));
}
