import { messageOf, SlipwayError } from '../../core/errors.ts';
import type { Lab, LabSpec, StackSpec } from '../../lab/lab.ts';
import { keepSource } from '../../stack/stack-sources.ts';
import { findLab } from '../find-lab.ts';
import { requireLive } from '../require-live.ts';
import { labMac } from '../swarm/lab-mac.ts';
import { type LabWrite, type WriteDeps, writeSpec } from '../write-spec.ts';
import { type PlanDeps, planStack, type StackPlan } from './plan-stack.ts';
import { type StackRequest, sourceOf } from './stack-request.ts';

export type PutStackDeps = WriteDeps & PlanDeps;

/** Each has its services in the lab's record, which stays small. */
const MOST_STACKS = 12;

/**
 * Asks for a stack in a lab, after its pre-flight; the reconciler deploys it. Asked again, it is deployed again: what has
 * changed since is put right, what has not is left alone.
 * @throws SlipwayError `invalid_input` for the file; `conflict` with every finding that stops it; `quota`; `too_large`.
 */
export async function putStack(
  deps: PutStackDeps,
  write: Omit<LabWrite, 'body'>,
  { name, request, prune }: { name: string; request: StackRequest; prune: boolean },
): Promise<{ lab: Lab; plan: StackPlan }> {
  const source = sourceOf(deps.catalogue, request);
  const { lab } = await findLab(deps, write.caller, write.labId);
  requireLive(lab, deps.clock.now());
  const plan = await planStack(deps, lab, name, source);
  if (!plan.deployable) throw notDeployable(plan);
  const sourceId = await keepSource(deps, lab.id, source);
  const before = lab.spec.stacks.find((stack) => stack.name === name)?.source;
  const body = await labMac(deps, lab.id, 'request', JSON.stringify([request, prune]));
  const written = await writeSpec(deps, { ...write, body }, (current) => {
    requireLive(current, deps.clock.now());
    return withStack(current.spec, {
      name,
      ...('from' in request ? { from: request.from } : {}),
      source: sourceId,
      prune,
    });
  });
  // What nobody will ask for any more; what a crash leaves goes with the lab.
  const unused = isAsked(written, sourceId) ? before : sourceId;
  if (unused !== undefined) {
    await deps.stacks.remove(lab.id, unused).catch((error: unknown) => {
      deps.log.warn({ lab: lab.id, stack: name, reason: messageOf(error) }, 'files of a stack left behind');
    });
  }
  return { lab: written, plan };
}

function withStack(spec: LabSpec, stack: StackSpec): LabSpec {
  const before = spec.stacks.find(({ name }) => name === stack.name);
  const others = spec.stacks.filter(({ name }) => name !== stack.name);
  if (before === undefined && others.length >= MOST_STACKS) {
    throw new SlipwayError('quota', `a lab has ${MOST_STACKS} stacks at most: remove one first`, {
      facts: { used: others.length, allowed: MOST_STACKS },
    });
  }
  return { ...spec, stacks: [...others, { ...stack, revision: (before?.revision ?? 0) + 1 }] };
}

/** A repeat under the same Idempotency-Key finds the first one's files there. */
function isAsked({ spec }: Lab, sourceId: string): boolean {
  return spec.stacks.some(({ source }) => source === sourceId);
}

function notDeployable({ stack, findings }: StackPlan): SlipwayError {
  const errors = findings.filter(({ level }) => level === 'error');
  const words = errors.map(({ message, place }) =>
    place === undefined ? message : `line ${place.line}: ${message}`,
  );
  return new SlipwayError('conflict', `stack ${stack} cannot be deployed: ${words.join('; ')}`, {
    issues: errors.map(({ pointer, place, message }) => ({
      pointer,
      message,
      ...(place === undefined ? {} : { place }),
    })),
    facts: { findings },
  });
}
