import { SlipwayError } from '../core/errors.ts';
import type { StackSpec } from '../lab/lab.ts';
import type { StackSource } from '../lab/stack-source.ts';
import { loadSource } from '../stack/stack-sources.ts';
import type { Run } from './run.ts';

/**
 * What one of the lab's stacks is deployed from: what came with its request, or else the catalogue's, with the lab's
 * address for the places that the catalogue leaves for it.
 * @throws SlipwayError `not_found` where neither is there any more.
 */
export async function stackSourceOf(
  run: Run,
  stack: StackSpec,
): Promise<{ source: StackSource; address?: string }> {
  const { deps, lab } = run;
  const source =
    stack.source === undefined
      ? deps.catalogue.stacks.get(stack.from ?? '')?.source
      : await loadSource(deps, lab.id, stack.source);
  if (source === undefined) {
    throw new SlipwayError('not_found', `the catalogue has no stack ${stack.from} any more`);
  }
  return stack.from === undefined ? { source } : { source, address: addressOf(run) };
}

/** Where the owner reaches the first manager: the routing mesh answers there for every machine. */
function addressOf({ lab, status }: Run): string {
  const name = status.swarm?.firstManager ?? lab.spec.machines[0]?.name;
  const machine = status.machines.find((each) => each.name === name);
  return machine?.address ?? machine?.privateAddress ?? '';
}
