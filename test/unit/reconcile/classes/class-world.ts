import type { Class, ClassSpec } from '../../../../shared/class/class.ts';
import type { RosterEntry, Student } from '../../../../shared/class/student.ts';
import { iso } from '../../../../shared/core/clock.ts';
import { SlipwayError } from '../../../../shared/core/errors.ts';
import { classOfWakeId, wakeIdOfClass } from '../../../../shared/core/ids.ts';
import type { Lab } from '../../../../shared/lab/lab.ts';
import { mustGoDown } from '../../../../shared/lab/phase.ts';
import { powerAt } from '../../../../shared/lab/power.ts';
import type { Deps, Policy } from '../../../../shared/ports/deps.ts';
import { reconcileClass } from '../../../../shared/reconcile/classes/reconcile-class.ts';
import { tellClass } from '../../../../shared/reconcile/tell-class.ts';
import { tick } from '../../../../shared/reconcile/tick.ts';
import { createWorld, type World } from '../../../support/world.ts';

export const CLASS = 'docker-2026';
/** Monday, an hour before the first bell in every test; world's START is 12:00 UTC. */
export const BELL = Date.parse('2026-03-02T13:00:00.000Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export type ClassWorld = Awaited<ReturnType<typeof classWorld>>;

export function rosterOf(count: number, from = 0): RosterEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    email: `student-${String(from + index).padStart(4, '0')}@example.org`,
  }));
}

/**
 * A class over working stores, and labs that come up and go down as their specs ask, told to the class as their own
 * reconciler tells them: a minute to ready, a minute to be gone.
 */
export async function classWorld({
  students = 3,
  spec = {},
  policy = {},
  template = 'docker-host',
}: {
  students?: number;
  spec?: Partial<ClassSpec>;
  policy?: Partial<Policy>;
  template?: string;
} = {}) {
  const world: World = createWorld({ policy });
  const { deps } = world;
  const { classes, clock } = deps;
  await classes.putRoster(CLASS, 'roster-1', rosterOf(students));
  const record: Class = {
    id: CLASS,
    instructor: 'teacher',
    createdAt: iso(clock.now()),
    spec: {
      template,
      sessions: [{ start: '2026-03-02T13:00', duration: 'PT2H', weekly: false, except: [] }],
      timeZone: 'UTC',
      after: 'delete',
      grace: 'PT15M',
      rosterId: 'roster-1',
      students,
      notices: [],
      deleted: false,
      ...spec,
    },
    specVersion: 0,
    status: { events: [] },
    statusVersion: 0,
    dueAt: clock.now(),
  };
  await classes.create(record);

  const load = async () => {
    const found = await classes.load(CLASS);
    if (found === undefined) throw new Error('the class is gone');
    return found;
  };

  const allLabs = async (): Promise<Lab[]> => {
    const items: Lab[] = [];
    let cursor: string | undefined;
    do {
      const page = await deps.labs.list({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      items.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return items.sort((a, b) => (a.id < b.id ? -1 : 1));
  };

  /** What each lab's reconciler would have made of it by now. */
  const runLabs = async ({ fail = () => false }: { fail?: (lab: Lab) => boolean } = {}) => {
    for (const lab of await allLabs()) {
      if (lab.status.deletedAt !== undefined) continue;
      const status = structuredClone(lab.status);
      const now = clock.now();
      const type = deps.policy.machine?.type ?? 'container';
      if (mustGoDown(lab, now)) {
        if (status.goingDown) status.deletedAt = iso(now);
        status.goingDown = true;
        status.machines = [];
      } else if (fail(lab)) {
        status.failure = { code: 'deadline', message: 'not up', at: iso(now) };
      } else if (powerAt(lab, now) === 'on') {
        status.launchedAt ??= iso(now);
        if (now >= Date.parse(status.launchedAt) + MINUTE) status.readyAt ??= iso(now);
        const condition = { status: 'True' as const, reason: 'Ready', message: '', since: iso(now) };
        if (status.readyAt !== undefined) {
          for (const name of Object.keys(status.conditions) as (keyof typeof status.conditions)[]) {
            status.conditions[name] = condition;
          }
        }
      }
      const runs = status.launchedAt !== undefined && !mustGoDown(lab, now) && powerAt(lab, now) === 'on';
      const before = status.usage;
      const seconds = before === undefined ? 0 : Math.max(0, now - Date.parse(before.since)) / 1000;
      const ran = (before?.machineSeconds[type] ?? 0) + (before?.running[type] ?? 0) * seconds;
      status.usage = {
        machineSeconds: { [type]: ran },
        stoppedSeconds: {},
        diskGigabyteSeconds: 0,
        since: iso(now),
        running: runs ? { [type]: lab.spec.machines.length } : {},
        stopped: {},
        diskGigabytes: 0,
      };
      const saved = await deps.labs.saveStatus(lab, status, lab.dueAt);
      await tellClass(deps, lab, saved);
    }
  };

  deps.queue.consume(async (wakeId) => {
    const classId = classOfWakeId(wakeId);
    if (classId !== undefined) await reconcileClass(deps, classId);
  });

  return {
    ...world,
    load,
    allLabs,
    runLabs,
    async students(): Promise<Student[]> {
      return await classes.students(CLASS);
    },
    async events(): Promise<string[]> {
      return (await load()).status.events.map(({ type, message }) => `${type}: ${message}`);
    },
    /** As the API writes it. */
    async change(change: Partial<ClassSpec>): Promise<void> {
      const found = await load();
      await classes.saveSpec(found, { ...found.spec, ...change }, clock.now());
      await deps.queue.enqueue(wakeIdOfClass(CLASS), 0);
    },
    async putRoster(entries: RosterEntry[]): Promise<void> {
      const rosterId = `roster-${clock.now()}`;
      await classes.putRoster(CLASS, rosterId, entries);
      await this.change({ rosterId, students: entries.length });
    },
    /** Lets time go by in steps of a minute: labs move along, the tick finds what is due, messages are delivered. */
    async goTo(moment: number, options: { step?: number; fail?: (lab: Lab) => boolean } = {}): Promise<void> {
      const { step = MINUTE, ...rest } = options;
      for (;;) {
        await runLabs(rest);
        await tick(deps);
        await deps.queue.drain(clock.now());
        if (clock.now() >= moment) return;
        await deps.queue.drain(Math.min(moment, clock.now() + step));
      }
    },
    /** Runs the class until it has nothing left to do at this moment. */
    async settle(over: Deps = deps): Promise<number> {
      for (let runs = 1; ; runs += 1) {
        if (runs > 50) throw new Error('never at rest');
        const before = JSON.stringify([await load(), await classes.students(CLASS), await allLabs()]);
        try {
          await reconcileClass(over, CLASS);
        } catch (error) {
          if (!(error instanceof SlipwayError)) throw error;
          continue;
        }
        const after = JSON.stringify([await load(), await classes.students(CLASS), await allLabs()]);
        if (before === after) return runs;
      }
    },
  };
}

/** A port of the class's run, and how a call of it ends badly. */
export interface Crash {
  /** The how many-th call, from 0, over stores and queue together. */
  at: number;
  moment: 'before' | 'after';
}

/** The deps with one call that fails; `calls` counts them all. */
export function crashing(deps: Deps, crash: Crash | undefined): { deps: Deps; calls: () => number } {
  let count = 0;
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        return async (...options: unknown[]) => {
          const isIt = count === crash?.at;
          count += 1;
          if (isIt && crash?.moment === 'before')
            throw new SlipwayError('store_unavailable', 'crashed before');
          const result: unknown = await value.apply(target, options);
          if (isIt) throw new SlipwayError('store_unavailable', 'crashed after');
          return result;
        };
      },
    });
  return {
    deps: { ...deps, classes: wrap(deps.classes), labs: wrap(deps.labs), queue: wrap(deps.queue) },
    calls: () => count,
  };
}
