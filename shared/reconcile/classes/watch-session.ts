import type { ServedSession } from '../../class/class.ts';
import type { ClassLab } from '../../class/class-lab.ts';
import { iso } from '../../core/clock.ts';
import { type ClassRun, counted, presentStudents, tellEvent } from './class-run.ts';
import { MOST_REPLACEMENTS } from './prepare-session.ts';
import { isOfSession } from './served-session.ts';

/** Nobody tells a class that a lab is ready: it looks, soon before the bell and seldom after. */
const SOON_MS = 60_000;
const LATER_MS = 5 * 60_000;

/** Tells when all labs of the session are ready, how many are at the bell, and its end. */
export function watchSession(run: ClassRun): void {
  const { status, now, due } = run;
  const { session } = status;
  if (session === undefined || session.endedAt !== undefined) return;
  const [start, end] = [Date.parse(session.start), Date.parse(session.end)];
  if (now >= end) {
    session.endedAt = iso(now);
    const verb = run.found.spec.after === 'stop' ? 'stop' : 'go';
    tellEvent(
      run,
      'SessionEnded',
      `the session of ${session.key} is over; its labs ${verb} at ${session.labsEnd}`,
    );
    return;
  }
  due.push(end);
  if (now < start) due.push(start);
  if (session.readyAt !== undefined || session.madeAt === undefined) return;
  const firstLook = Date.parse(session.lastLaunch);
  if (now < firstLook) {
    due.push(firstLook + SOON_MS);
    return;
  }
  tellReadiness(run, session, start);
  if (session.readyAt === undefined) due.push(now + (now < start + LATER_MS ? SOON_MS : LATER_MS));
}

function tellReadiness(run: ClassRun, session: ServedSession, start: number): void {
  const { now } = run;
  const labs = labsOfSession(run, session);
  const ready = labs.filter(isReady);
  const isAll = ready.length === labs.length && labs.length > 0;
  if (isAll) {
    session.readyAt = iso(now);
    tellEvent(
      run,
      'SessionReady',
      `all ${counted(labs.length, 'lab')} of the session are ready, the last ${lastWords(ready, start)}`,
    );
  }
  if (now < start || session.isBellTold) return;
  session.isBellTold = true;
  if (isAll) return;
  const waits = labs.filter((lab) => !isReady(lab));
  tellEvent(
    run,
    'NotAllReady',
    `at the bell ${ready.length} of ${counted(labs.length, 'lab')} are ready${reasonsOf(waits)}`,
  );
}

type Told = ClassLab | undefined;

/** What was told of each student's lab; not of those that were deleted, or failed for good. */
function labsOfSession(run: ClassRun, session: ServedSession): Told[] {
  const of = {
    key: session.key,
    start: Date.parse(session.start),
    labsEnd: Date.parse(session.labsEnd),
  };
  return presentStudents(run).flatMap(({ lab }): Told[] => {
    if (lab === undefined || !isOfSession(lab, of)) return [];
    const told = run.labs.get(lab.id);
    if (told?.phase === 'failed') return lab.replacement < MOST_REPLACEMENTS ? [told] : [];
    return told?.endedAt === undefined ? [told] : [];
  });
}

function isReady(lab: Told): boolean {
  if (lab?.purpose === 'course') return lab.phase === 'ready';
  return lab?.readyAt !== undefined;
}

function lastWords(labs: Told[], start: number): string {
  const moments = labs.flatMap((lab) => (lab?.purpose === 'session' ? [Date.parse(lab.readyAt ?? '')] : []));
  if (moments.length === 0) return 'just now';
  const last = Math.max(...moments);
  const seconds = Math.round((start - last) / 1000);
  return `at ${iso(last)}, ${Math.abs(seconds)} s ${seconds >= 0 ? 'before' : 'after'} the bell`;
}

/** `: 60 wait (AccountVcpuQuota)`, the commonest first. */
function reasonsOf(waits: Told[]): string {
  const counts = new Map<string, number>();
  for (const lab of waits) {
    const reason = lab?.reason ?? lab?.phase ?? 'recorded';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const words = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 3);
  return words.length === 0 ? '' : `: ${words.map(([reason, count]) => `${count} ${reason}`).join(', ')}`;
}
