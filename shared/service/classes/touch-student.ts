import { iso } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import type { ClassStore } from '../../ports/class-store.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Caller } from '../caller.ts';

/** "Last seen" is told to within this, and costs a write as seldom. */
const EVERY_SECONDS = 300;
/** Students that one process remembers; beyond it some are noted more often. */
const MOST_KEPT = 5_000;

/** When this process last noted whom. */
const noted = new WeakMap<ClassStore, Map<string, number>>();

/** Notes that a class's student was here. Nobody waits for it, and nothing fails with it. */
export function touchStudent(
  { classes, clock, log }: Pick<Deps, 'classes' | 'clock' | 'log'>,
  { subject, classId }: Caller,
): void {
  if (classId === undefined) return;
  const seen = noted.get(classes) ?? new Map<string, number>();
  noted.set(classes, seen);
  const who = `${classId}/${subject}`;
  const now = clock.now();
  if (now - (seen.get(who) ?? Number.NEGATIVE_INFINITY) < EVERY_SECONDS * 1000) return;
  if (seen.size >= MOST_KEPT) seen.clear();
  seen.set(who, now);
  classes.touchStudent(classId, subject, iso(now)).catch((error: unknown) => {
    seen.delete(who);
    log.warn({ class: classId, reason: messageOf(error) }, 'could not note that a student was here');
  });
}
