import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '../../core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import { managerEngine } from '../../machine/manager-engine.ts';
import type { Deps } from '../../ports/deps.ts';
import { removeStack as removeFromSwarm } from '../../stack/remove.ts';
import { findLab } from '../find-lab.ts';
import { requireLive } from '../require-live.ts';
import { type LabWrite, type WriteDeps, writeSpec } from '../write-spec.ts';

export type RemoveStackDeps = WriteDeps & Pick<Deps, 'engines' | 'stacks'>;

/** docker-facts.md: 5 s where containers heed SIGTERM, 15 s where they do not; a Lambda's caller waits 30 s at most. */
const TASKS_END_WITHIN_MS = 22_000;
const BETWEEN_LOOKS_MS = 500;

/**
 * Asks for a stack's end; the reconciler removes it and waits until its networks are gone. One that the student's own
 * CLI deployed is in no record: it is removed here and now.
 * @throws SlipwayError `not_found` where there is no such stack; `in_progress` where its tasks hold its networks for long.
 */
export async function removeStack(
  deps: RemoveStackDeps,
  write: LabWrite,
  name: string,
): Promise<{ state: 'removing' | 'removed' }> {
  const { lab } = await findLab(deps, write.caller, write.labId);
  requireLive(lab, deps.clock.now());
  const asked = lab.spec.stacks.find((stack) => stack.name === name);
  const known = lab.status.stacks.some((stack) => stack.name === name);
  if (asked === undefined && !known) {
    await removeForeign(deps, lab, name);
  }
  await writeSpec(deps, write, ({ spec }) =>
    spec.stacks.some((stack) => stack.name === name)
      ? { ...spec, stacks: spec.stacks.filter((stack) => stack.name !== name) }
      : undefined,
  );
  if (asked?.source !== undefined) await deps.stacks.remove(lab.id, asked.source);
  return { state: asked === undefined && !known ? 'removed' : 'removing' };
}

async function removeForeign(deps: RemoveStackDeps, lab: Lab, name: string): Promise<void> {
  const { engine } = await managerEngine(deps, lab);
  const [services, networks] = await Promise.all([
    engine.services({ stack: name }),
    engine.networks({ stack: name }),
  ]);
  if (services.length === 0 && networks.length === 0) {
    throw new SlipwayError(
      'not_found',
      `lab ${lab.id} has no stack "${name}"; GET /v1/labs/${lab.id}/stacks lists them`,
    );
  }
  const until = Date.now() + TASKS_END_WITHIN_MS;
  while (!(await removeFromSwarm(engine, name, { waitsNoMore: Date.now() > until }))) {
    if (Date.now() > until) {
      throw new SlipwayError(
        'in_progress',
        `stack ${name} is removed but for its networks, which tasks still hold: ask again`,
      );
    }
    await sleep(BETWEEN_LOOKS_MS);
  }
}
