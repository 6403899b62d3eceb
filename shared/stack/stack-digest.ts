import { sha256 } from '../core/ids.ts';

/** Tells whether what is asked for is what was deployed. */
export function stackDigest(stack: { name: string; compose: string }): string {
  return sha256(JSON.stringify([stack.name, stack.compose]));
}
