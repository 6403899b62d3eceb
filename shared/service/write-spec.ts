import { isSlipwayError, SlipwayError } from '../core/errors.ts';
import type { Lab, LabSpec } from '../lab/lab.ts';
import type { Deps } from '../ports/deps.ts';
import type { Caller } from './caller.ts';
import { findLab } from './find-lab.ts';
import { digestOf, markOf, once } from './once.ts';
import { wakeLab } from './wake-lab.ts';

export type WriteDeps = Pick<Deps, 'clock' | 'log' | 'labs' | 'requests' | 'queue'>;

/** One asking for a change: who, of which lab, in what words, and under which Idempotency-Key. */
export interface LabWrite {
  caller: Caller;
  labId: string;
  method: string;
  path: string;
  body?: unknown;
  key: string | undefined;
}

/** Writers of one spec at once are a person and their mistake; the reconciler is none of them. */
const ATTEMPTS = 5;
/** LabSpec's limit. */
const MARKS_KEPT = 20;

/**
 * Changes what a lab is asked to be, and wakes it. A keyed request is marked in the very write that carries it out,
 * so that its repeat finds it done, and after a crash finds it either done or not begun.
 * @param change gives the spec to write, or undefined where nothing is to change; throws to refuse.
 */
export async function writeSpec(
  deps: WriteDeps,
  write: LabWrite,
  change: (lab: Lab) => LabSpec | undefined,
): Promise<Lab> {
  const { caller, labId, method, path, body, key } = write;
  // A lab that is not the caller's leaves no trace.
  await findLab(deps, caller, labId);
  const repeatable = { subject: caller.subject, key, digest: digestOf(method, path, body), labId };
  return await once(deps, repeatable, async () => {
    const mark = markOf(repeatable);
    for (let attempt = 1; ; attempt += 1) {
      const { lab } = await findLab(deps, caller, labId);
      if (mark !== undefined && lab.spec.applied?.includes(mark)) return await woken(deps, lab);
      const spec = change(lab);
      if (spec === undefined && mark === undefined) return await woken(deps, lab);
      try {
        const saved = await deps.labs.saveSpec(lab, marked(spec ?? lab.spec, mark), deps.clock.now());
        return await woken(deps, saved);
      } catch (error) {
        if (!isSlipwayError(error, 'version_conflict')) throw error;
        if (attempt >= ATTEMPTS) {
          throw new SlipwayError(
            'version_conflict',
            `lab ${labId} is being changed by others; ask again in a moment`,
            { cause: error },
          );
        }
      }
    }
  });
}

async function woken(deps: WriteDeps, lab: Lab): Promise<Lab> {
  await wakeLab(deps, lab);
  return lab;
}

function marked(spec: LabSpec, mark: string | undefined): LabSpec {
  if (mark === undefined) return spec;
  return { ...spec, applied: [...(spec.applied ?? []), mark].slice(-MARKS_KEPT) };
}
