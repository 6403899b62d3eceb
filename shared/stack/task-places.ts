import { isDeepStrictEqual } from 'node:util';
import type { Service, Task } from '../ports/engine.ts';

/** Where one task after the other stands: a slot of a replicated service, a node of a global one. Newest first. */
export type Place = Task[];

/** A service's places; of a job, those of its present run. */
export function placesOf(service: Service, tasks: Task[]): Place[] {
  const { Mode } = service.Spec;
  const run = service.JobStatus?.JobIteration.Index ?? 0;
  const isJob = Mode.ReplicatedJob !== undefined || Mode.GlobalJob !== undefined;
  const current = isJob ? tasks.filter(({ JobIteration }) => (JobIteration?.Index ?? 0) === run) : tasks;
  const places = new Map<string, Task[]>();
  for (const task of newestFirst(current)) {
    const place = placeOf(task, Mode);
    places.set(place, [...(places.get(place) ?? []), task]);
  }
  return [...places.values()];
}

/** A job counts its slots from 0, which the Engine leaves out. */
function placeOf({ Slot, NodeID }: Task, { ReplicatedJob }: Service['Spec']['Mode']): string {
  if (ReplicatedJob !== undefined) return String(Slot ?? 0);
  return Slot === undefined ? NodeID : String(Slot);
}

export function newestFirst(tasks: Task[]): Task[] {
  return [...tasks].sort((a, b) => timeOf(b) - timeOf(a));
}

/** Go leaves out zeros at the end of a fraction, so that texts do not sort as times. */
export function timeOf({ Status }: Task): number {
  const time = Date.parse(Status.Timestamp);
  return Number.isNaN(time) ? 0 : time;
}

/** What the swarm means to run, or to run next; the rest is history. */
export function isWanted({ DesiredState }: Task): boolean {
  return DesiredState === 'running' || DesiredState === 'ready' || DesiredState === 'complete';
}

/** Is it of the service's spec as it is now? A task is given its service's template but for what runs it. */
export function isOfSpec(task: Task, { Spec }: Service): boolean {
  const { Runtime: _, ...template } = Spec.TaskTemplate;
  return isDeepStrictEqual(task.Spec, template);
}

const ENDED: ReadonlySet<string> = new Set([
  'complete',
  'failed',
  'rejected',
  'shutdown',
  'orphaned',
  'remove',
]);

/** It holds nothing any more: no reservation, no network. */
export function hasEnded({ Status }: Task): boolean {
  return ENDED.has(Status.State);
}

export function hasFailed({ Status }: Task): boolean {
  return Status.State === 'failed' || Status.State === 'rejected';
}
