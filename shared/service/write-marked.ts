import { isSlipwayError, SlipwayError } from '../core/errors.ts';
import type { Deps } from '../ports/deps.ts';
import type { Caller } from './caller.ts';
import { digestOf, markOf, once } from './once.ts';

/** One asking for a change, in what words, and under which Idempotency-Key. */
export interface Asking {
  caller: Caller;
  method: string;
  path: string;
  body?: unknown;
  key: string | undefined;
}

/** What has a spec that the API writes: a lab, or a class. */
interface Marked {
  spec: { applied?: string[] | undefined };
}

/** How the thing that is changed is found, changed and written. */
export interface SpecOf<Thing extends Marked> {
  /** As a message has it: `lab 01…`. */
  name: string;
  id: string;
  /** @throws SlipwayError `not_found` where it is not the caller's. */
  find(): Promise<Thing>;
  /** Gives the spec to write, or undefined where nothing is to change; throws to refuse. */
  change(thing: Thing): Promise<Thing['spec'] | undefined> | Thing['spec'] | undefined;
  /** @throws SlipwayError `version_conflict` where somebody wrote first. */
  save(thing: Thing, spec: Thing['spec']): Promise<Thing>;
  /** After every request for a change, done before or not. */
  wake(thing: Thing): Promise<void>;
}

/** Writers of one spec at once are a person and their mistake; the reconciler is none of them. */
const ATTEMPTS = 5;
/** The limit of `applied`, in both specs. */
const MARKS_KEPT = 20;

/**
 * Changes what a thing is asked to be, and wakes it. A keyed request is marked in the very write that carries it out, so that
 * its repeat finds it done, and after a crash finds it either done or not begun. Who is overtaken tries again on what the other
 * wrote: each write counts whole, the last one for good.
 */
export async function writeMarked<Thing extends Marked>(
  deps: Pick<Deps, 'clock' | 'requests'>,
  { caller, method, path, body, key }: Asking,
  { name, id, find, change, save, wake }: SpecOf<Thing>,
): Promise<Thing> {
  // What is not the caller's leaves no trace.
  await find();
  const repeatable = { subject: caller.subject, key, digest: digestOf(method, path, body), labId: id };
  return await once(deps, repeatable, async () => {
    const mark = markOf(repeatable);
    for (let attempt = 1; ; attempt += 1) {
      const thing = await find();
      const isDone = mark !== undefined && thing.spec.applied?.includes(mark) === true;
      const spec = isDone ? undefined : await change(thing);
      if (isDone || (spec === undefined && mark === undefined)) return await woken(thing);
      try {
        return await woken(await save(thing, marked(spec ?? thing.spec, mark)));
      } catch (error) {
        if (!isSlipwayError(error, 'version_conflict')) throw error;
        if (attempt >= ATTEMPTS) {
          throw new SlipwayError(
            'version_conflict',
            `${name} is being changed by others; ask again in a moment`,
            { cause: error },
          );
        }
      }
    }
  });

  async function woken(thing: Thing): Promise<Thing> {
    await wake(thing);
    return thing;
  }
}

function marked<Spec extends Marked['spec']>(spec: Spec, mark: string | undefined): Spec {
  if (mark === undefined) return spec;
  return { ...spec, applied: [...(spec.applied ?? []), mark].slice(-MARKS_KEPT) };
}
