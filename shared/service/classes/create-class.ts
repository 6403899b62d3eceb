import { lastEnd } from '../../class/calendar.ts';
import type { Class, ClassSpec } from '../../class/class.ts';
import { iso } from '../../core/clock.ts';
import { type InputIssue, isSlipwayError, SlipwayError } from '../../core/errors.ts';
import { newLabId } from '../../core/ids.ts';
import type { Caller } from '../caller.ts';
import { digestOf, markOf, once } from '../once.ts';
import type { ClassRequest } from './class-request.ts';
import { refuseIssues } from './issues.ts';
import { wakeClass } from './wake-class.ts';
import type { ClassWriteDeps } from './write-class-spec.ts';

/**
 * Records a class as it is asked for and wakes its reconciler. The order is record of the request -> roster -> class: a
 * roster that no class names counts for nothing, so a crash leaves the whole class or none, and the same key then makes it.
 * @throws SlipwayError `conflict` where the name is taken, `idempotency_mismatch`, `in_progress`; `invalid_input` where all
 * its sessions are over.
 */
export async function createClass(
  deps: ClassWriteDeps,
  caller: Caller,
  request: ClassRequest,
  key: string | undefined,
): Promise<Class> {
  const { clock, classes } = deps;
  const { subject } = caller;
  const digest = digestOf('POST', '/v1/classes', request);
  const repeatable = { subject, key, digest, labId: newLabId(clock.now()) };
  return await once(deps, repeatable, async (rosterId) => {
    const mark = markOf(repeatable);
    const before = await classes.load(request.name);
    const kept = before === undefined ? await record() : ownOrRefused(before, mark);
    await wakeClass(deps, kept.id);
    return kept;

    async function record(): Promise<Class> {
      refuseIssues(pastIssues(request, clock.now()));
      await classes.putRoster(request.name, rosterId, request.roster);
      const made = newClass(request, { instructor: subject, rosterId, mark, now: clock.now() });
      try {
        await classes.create(made);
        return made;
      } catch (error) {
        // Another was first; the same request in another process, perhaps.
        const found = isSlipwayError(error, 'conflict') ? await classes.load(request.name) : undefined;
        if (found === undefined) throw error;
        if (found.spec.rosterId !== rosterId) await classes.removeRoster(request.name, rosterId);
        return ownOrRefused(found, mark);
      }
    }
  });
}

/** What is wrong with a calendar at this moment: a class of which nothing is to come. */
export function pastIssues(calendar: Pick<ClassSpec, 'sessions' | 'timeZone'>, now: number): InputIssue[] {
  const end = lastEnd(calendar);
  if (end > now) return [];
  return [{ pointer: '/sessions', message: `must have one to come; the last ended at ${iso(end)}` }];
}

function ownOrRefused(found: Class, mark: string | undefined): Class {
  if (mark !== undefined && found.request === mark) return found;
  throw nameTaken(found.id);
}

export function nameTaken(name: string): SlipwayError {
  return new SlipwayError('conflict', `a class with name "${name}" exists already; choose another name`, {
    facts: { name },
  });
}

interface Making {
  instructor: string;
  rosterId: string;
  mark: string | undefined;
  now: number;
}

function newClass(request: ClassRequest, { instructor, rosterId, mark, now }: Making): Class {
  return {
    id: request.name,
    instructor,
    createdAt: iso(now),
    ...(mark === undefined ? {} : { request: mark }),
    spec: newSpec(request, rosterId),
    specVersion: 0,
    status: { events: [] },
    statusVersion: 0,
    dueAt: now,
  };
}

/** @param rosterId where its roster is */
export function newSpec({ name: _name, roster, ...asked }: ClassRequest, rosterId: string): ClassSpec {
  return { ...asked, rosterId, students: roster.length, notices: [], deleted: false };
}
