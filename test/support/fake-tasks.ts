import { isDeepStrictEqual } from 'node:util';
import { iso } from '../../shared/core/clock.ts';
import type { Service, Task } from '../../shared/ports/engine.ts';
import { meetsConstraints } from '../../shared/stack/constraints.ts';
import type { FakeSwarm } from './fake-swarm.ts';

export interface FakeTasksOptions {
  now: () => number;
  /** From its creation to running; 0: at the first look. */
  taskMilliseconds: number;
  /** How long tasks of a removed service hold its networks. */
  stopMilliseconds: number;
  /** Does anybody have this image? */
  hasImage: (reference: string) => boolean;
}

interface FakeTask {
  id: string;
  service: string;
  node: string;
  slot: number | undefined;
  createdAt: number;
  wanted: boolean;
  spec: Record<string, unknown>;
}

/** Finished tasks that swarm keeps for each place. */
const HISTORY = 4;

/** Schedules a swarm's tasks, at each look, as time has gone on. */
export class FakeTasks {
  readonly #swarm: FakeSwarm;
  readonly #options: FakeTasksOptions;
  #tasks: FakeTask[] = [];
  #stoppingUntil = 0;

  constructor(swarm: FakeSwarm, options: FakeTasksOptions) {
    this.#swarm = swarm;
    this.#options = options;
  }

  list(): Task[] {
    for (const service of this.#swarm.services.list()) this.#schedule(service);
    return this.#tasks.map((task) => this.#describe(task));
  }

  dropService(id: string): void {
    const had = this.#tasks.some(({ service }) => service === id);
    if (had) this.#stoppingUntil = this.#options.now() + this.#options.stopMilliseconds;
    this.#tasks = this.#tasks.filter(({ service }) => service !== id);
  }

  stillStopping(): boolean {
    return this.#options.now() < this.#stoppingUntil;
  }

  #schedule(service: Service): void {
    const { Mode, TaskTemplate } = service.Spec;
    const nodes = this.#suitable(service);
    const places = Mode.Global
      ? nodes.map(({ ID }) => ({ slot: undefined, node: ID }))
      : Array.from({ length: Mode.Replicated?.Replicas ?? 1 }, (_, index) => ({
          slot: index + 1,
          node: nodes[index % Math.max(1, nodes.length)]?.ID ?? '',
        }));
    const own = (task: FakeTask) => task.service === service.ID;
    const isAt = (task: FakeTask, place: (typeof places)[number]) =>
      place.slot === undefined ? task.node === place.node : task.slot === place.slot;
    // Places that are wanted no more go with their tasks.
    this.#tasks = this.#tasks.filter((task) => !own(task) || places.some((place) => isAt(task, place)));
    for (const place of places) {
      const here = this.#tasks.filter((task) => own(task) && isAt(task, place));
      const current = here.find(({ wanted }) => wanted);
      if (current !== undefined && this.#stays(current, TaskTemplate)) continue;
      if (current !== undefined) current.wanted = false;
      this.#forget(here.filter(({ wanted }) => !wanted).slice(0, -HISTORY));
      this.#tasks.push({
        id: this.#swarm.nextId('task'),
        service: service.ID,
        node: place.node,
        slot: place.slot,
        createdAt: this.#options.now(),
        wanted: true,
        spec: TaskTemplate,
      });
    }
  }

  #stays(task: FakeTask, spec: Record<string, unknown>): boolean {
    const up = this.#swarm.nodes.get(task.node)?.isUp() === true;
    return up && isDeepStrictEqual(task.spec, spec) && this.#stateOf(task).State !== 'rejected';
  }

  #forget(tasks: FakeTask[]): void {
    this.#tasks = this.#tasks.filter((task) => !tasks.includes(task));
  }

  #suitable({ Spec }: Service) {
    const { Constraints = [] } = (Spec.TaskTemplate.Placement ?? {}) as { Constraints?: string[] };
    return this.#swarm
      .describeNodes()
      .filter(({ Spec, Status }) => Spec.Availability === 'active' && Status.State === 'ready')
      .filter((node) => meetsConstraints(node, Constraints));
  }

  #describe(task: FakeTask): Task {
    const status = this.#stateOf(task);
    return {
      ID: task.id,
      ServiceID: task.service,
      NodeID: task.node,
      Slot: task.slot,
      DesiredState: task.wanted && status.State !== 'rejected' ? 'running' : 'shutdown',
      Status: { Timestamp: iso(task.createdAt), ...status },
      Spec: Object.fromEntries(Object.entries(task.spec).filter(([key]) => key !== 'Runtime')),
    };
  }

  #stateOf({ node, createdAt, wanted, spec }: FakeTask): { State: string; Err?: string } {
    if (node === '') {
      const Err = 'no suitable node (scheduling constraints not satisfied on 1 node)';
      return { State: 'pending', Err };
    }
    const { Image = '' } = (spec.ContainerSpec ?? {}) as { Image?: string };
    if (this.#options.now() - createdAt < this.#options.taskMilliseconds) return { State: 'preparing' };
    if (!this.#options.hasImage(Image)) return { State: 'rejected', Err: `No such image: ${Image}` };
    return { State: wanted ? 'running' : 'shutdown' };
  }
}
