import { z } from 'zod';
import { isSlipwayError } from '../../core/errors.ts';
import type { EngineHttp } from './engine-http.ts';
import { EventMessage } from './engine-objects.ts';
import { HOST_PROGRAM_LABEL } from './host-container.ts';

/** What is past is told at once; a host whose clock is behind ours ends its answer by so much later. */
const READ_SECONDS = 5;
/** An engine remembers 256 events of at most a few kilobytes each. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Of so many containers at most it is asked what checks their health. */
const MOST_CONTAINERS = 20;
/** On the containers of tasks, whose life is the swarm's doing. */
const TASK_LABEL = 'com.docker.swarm.task.id';

/**
 * What only a person causes, by the kind of thing that it is done to. Not among them: `start`, `die`, `kill`, `oom` and
 * `health_status` of containers (what crashes is started again by its own), `pull` and `delete` of images (the swarm pulls for
 * each task, and both are done by us), `prune` (done by us).
 */
const PERSONS: Record<string, ReadonlySet<string>> = {
  container: new Set([
    ...['create', 'rename', 'update', 'stop', 'restart', 'pause', 'unpause', 'destroy', 'commit'],
    ...['attach', 'exec_create', 'archive-path', 'extract-to-dir', 'export', 'top', 'resize'],
  ]),
  image: new Set(['tag', 'untag', 'push', 'load', 'save', 'import']),
  service: new Set(['create', 'update', 'remove']),
  node: new Set(['update']),
  secret: new Set(['create', 'update', 'remove']),
  config: new Set(['create', 'update', 'remove']),
};
/** Of those, what a person does to a task's container too. */
const ON_TASKS = new Set([
  'attach',
  'exec_create',
  'archive-path',
  'extract-to-dir',
  'export',
  'top',
  'resize',
]);
/** A node's updates are its own doing as well, as when it is not reached for a moment; these are asked for. */
const ON_NODES = ['availability.new', 'role.new'];

const TimedEvent = EventMessage.extend({ timeNano: z.number() });
type TimedEvent = z.output<typeof TimedEvent>;

const Inspected = z.looseObject({
  Config: z.looseObject({
    Healthcheck: z.looseObject({ Test: z.array(z.string()).nullish() }).nullish(),
    Shell: z.array(z.string()).nullish(),
  }),
});

/** When a person last did something on the engine; the port says the rest. */
export async function lastActivity(
  http: EngineHttp,
  sinceMs: number,
  untilMs: number,
): Promise<number | undefined> {
  const events: TimedEvent[] = [];
  await http.stream({
    path: '/events',
    query: {
      since: secondsOf(sinceMs),
      until: secondsOf(untilMs),
      filters: {
        type: Object.keys(PERSONS),
        event: [...new Set(Object.values(PERSONS).flatMap((set) => [...set]))],
      },
    },
    deadlineSeconds: READ_SECONDS,
    maximumBytes: MOST_BYTES,
    schema: TimedEvent,
    onMessage: (event) => {
      if (isByHand(event)) events.push(event);
    },
  });
  const health = new HealthCommands(http);
  for (const event of events.sort((a, b) => b.timeNano - a.timeNano)) {
    if (!(await health.isCheck(event))) return Math.floor(event.timeNano / 1_000_000);
  }
  return undefined;
}

function isByHand({ Type, Action, Actor }: TimedEvent): boolean {
  const verb = verbOf(Action);
  const { Attributes } = Actor;
  if (PERSONS[Type]?.has(verb) !== true || HOST_PROGRAM_LABEL in Attributes) return false;
  if (Type === 'container' && TASK_LABEL in Attributes) return ON_TASKS.has(verb);
  return Type !== 'node' || ON_NODES.some((key) => key in Attributes);
}

/** `exec_create: sh -c ls` is an `exec_create`. */
function verbOf(action: string): string {
  return action.split(':')[0] ?? '';
}

/** Tells the programs that check containers' health, which run as any exec does, from those that people run. */
class HealthCommands {
  readonly #http: EngineHttp;
  readonly #commands = new Map<string, string | undefined>();

  constructor(http: EngineHttp) {
    this.#http = http;
  }

  async isCheck({ Action, Actor }: TimedEvent): Promise<boolean> {
    if (verbOf(Action) !== 'exec_create') return false;
    const id = Actor.ID;
    if (!this.#commands.has(id)) {
      // Nobody keeps so many shells open; what is not looked at is taken for a check.
      if (this.#commands.size >= MOST_CONTAINERS) return true;
      this.#commands.set(id, await this.#commandOf(id));
    }
    return Action.slice('exec_create:'.length).trim() === this.#commands.get(id);
  }

  /** As its events say it; undefined where nothing checks it, or it is gone. */
  async #commandOf(id: string): Promise<string | undefined> {
    try {
      const path = `/containers/${encodeURIComponent(id)}/json`;
      const { Config } = await this.#http.call({ path, schema: Inspected });
      const [kind, ...test] = Config.Healthcheck?.Test ?? [];
      if (kind === 'CMD') return test.join(' ').trim();
      const shell = Config.Shell ?? [];
      const words = [...(shell.length > 0 ? shell : ['/bin/sh', '-c']), ...test];
      return kind === 'CMD-SHELL' ? words.join(' ').trim() : undefined;
    } catch (error) {
      if (!isSlipwayError(error, 'engine_refused')) throw error;
      return undefined;
    }
  }
}

/** As `since` and `until` have it: seconds, a dot, nanoseconds. */
function secondsOf(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
