import { iso } from '../../shared/core/clock.ts';
import type { LogLine, LogOptions } from '../../shared/ports/engine.ts';
import type { FakeSwarm } from './fake-swarm.ts';
import { refusal } from './refusal.ts';

/** What a test lets a service's tasks say; the others' moment is now, their task the service's first. */
export type FakeLogLine = { text: string } & Partial<LogLine>;

const MAXIMUM_BYTES = 16 * 1024 * 1024;

/** What the tasks of a swarm's services have said. */
export class FakeLogs {
  readonly #swarm: FakeSwarm;
  /** By the service's name: it may be said before there is one. */
  readonly #said = new Map<string, LogLine[]>();
  readonly #listeners = new Set<(service: string, line: LogLine) => void>();

  constructor(swarm: FakeSwarm) {
    this.#swarm = swarm;
  }

  say(service: string, lines: readonly FakeLogLine[]): void {
    const said = this.#said.get(service) ?? [];
    this.#said.set(service, said);
    for (const given of lines) {
      const line: LogLine = { stream: 'stdout', at: iso(this.#swarm.now()), ...given };
      said.push(line);
      for (const listener of this.#listeners) listener(service, line);
    }
  }

  async read(
    of: { service: string } | { task: string },
    { tail, since = 0, follow = false, signal, deadlineSeconds, maximumBytes = MAXIMUM_BYTES }: LogOptions,
    onLine: (line: LogLine) => void,
  ): Promise<void> {
    const { name, place } = this.#find(of);
    let room = maximumBytes;
    const give = (line: LogLine) => {
      const whole = place(line);
      if (whole === undefined || Date.parse(whole.at) < since * 1000) return;
      room -= Buffer.byteLength(whole.text);
      if (room < 0) throw refusal(200, `its stream is longer than ${maximumBytes} bytes`);
      onLine(whole);
    };
    for (const line of lastOfEach(this.#said.get(name) ?? [], tail)) give(line);
    if (follow && signal?.aborted !== true) await this.#follow(name, give, signal, deadlineSeconds);
  }

  /** Whose lines are asked for, and how each looks with the task that said it; undefined: another task's. */
  #find(of: { service: string } | { task: string }) {
    const tasks = this.#swarm.tasks.list();
    if ('task' in of) {
      const task = tasks.find(({ ID }) => ID === of.task);
      if (task === undefined) throw refusal(404, `task ${of.task} not found`);
      const { Spec } = this.#swarm.services.find(task.ServiceID);
      const first = tasks.find(({ ServiceID }) => ServiceID === task.ServiceID)?.ID;
      const place = (line: LogLine) =>
        (line.taskId ?? first) === task.ID ? { taskId: task.ID, nodeId: task.NodeID, ...line } : undefined;
      return { name: Spec.Name, place };
    }
    const { ID, Spec } = this.#swarm.services.find(of.service);
    const place = (line: LogLine): LogLine | undefined => {
      const task = this.#swarm.tasks
        .list()
        .find((each) => each.ServiceID === ID && each.ID === (line.taskId ?? each.ID));
      return task === undefined ? line : { taskId: task.ID, nodeId: task.NodeID, ...line };
    };
    return { name: Spec.Name, place };
  }

  #follow(
    name: string,
    give: (line: LogLine) => void,
    signal: AbortSignal | undefined,
    deadlineSeconds: number | undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const listener = (service: string, line: LogLine) => {
        if (service !== name) return;
        try {
          give(line);
        } catch (error) {
          this.#listeners.delete(listener);
          reject(error);
        }
      };
      const end = () => {
        clearTimeout(deadline);
        this.#listeners.delete(listener);
        resolve();
      };
      const deadline = deadlineSeconds === undefined ? undefined : setTimeout(end, deadlineSeconds * 1000);
      this.#listeners.add(listener);
      signal?.addEventListener('abort', end, { once: true });
    });
  }
}

/** The last lines of each task, in the order that they were said. */
function lastOfEach(lines: readonly LogLine[], tail: number | undefined): LogLine[] {
  if (tail === undefined) return [...lines];
  const left = new Map<string | undefined, number>();
  return lines
    .toReversed()
    .filter(({ taskId }) => {
      const room = left.get(taskId) ?? tail;
      left.set(taskId, room - 1);
      return room > 0;
    })
    .toReversed();
}
