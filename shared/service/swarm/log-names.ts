import type { Engine, LogLine, Service } from '../../ports/engine.ts';

/** Who said a line: `webserver.1.9h2k5…` on a host. */
export interface Speaker {
  task: string;
  node: string;
}

const ID_LENGTH = 12;
/** Of all that may be asked about tasks that nobody knows (any more). */
const LEAST_MS_BETWEEN_LOOKS = 2000;

/** Names the tasks and nodes of a service's log lines, as `docker service logs` does; looks again when a new one speaks. */
export class LogNames {
  readonly #engine: Engine;
  readonly #service: Service;
  readonly #tasks = new Map<string, { slot: number; node: string }>();
  readonly #hosts = new Map<string, string>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(engine: Engine, service: Service) {
    this.#engine = engine;
    this.#service = service;
  }

  /** Call it before `speakerOf` of these lines. */
  async learn(lines: LogLine[]): Promise<void> {
    const unknown = lines.some(({ taskId }) => taskId !== undefined && !this.#tasks.has(taskId));
    if (!unknown || performance.now() - this.#lookedAt < LEAST_MS_BETWEEN_LOOKS) return;
    this.#lookedAt = performance.now();
    const { ID } = this.#service;
    const [tasks, nodes] = await Promise.all([this.#engine.tasks({ service: ID }), this.#engine.nodes()]);
    for (const node of nodes) this.#hosts.set(node.ID, node.Description.Hostname);
    for (const task of tasks) this.#tasks.set(task.ID, { slot: task.Slot ?? 0, node: task.NodeID });
  }

  speakerOf({ taskId = '', nodeId }: LogLine): Speaker {
    const task = this.#tasks.get(taskId);
    const node = nodeId ?? task?.node ?? '';
    const name = this.#service.Spec.Name;
    return {
      task: taskId === '' ? name : `${name}.${task?.slot ?? 0}.${taskId.slice(0, ID_LENGTH)}`,
      node: this.#hosts.get(node) ?? node,
    };
  }

  /** As the docker command prints it, slots of one width. */
  textOf(line: LogLine): string {
    const { task, node } = this.speakerOf(line);
    const width = String(this.#service.Spec.Mode.Replicated?.Replicas ?? 0).length;
    const slot = String(this.#tasks.get(line.taskId ?? '')?.slot ?? 0).length;
    return `${task}@${node}${' '.repeat(Math.max(0, width - slot))}    | ${line.text}\n`;
  }
}
