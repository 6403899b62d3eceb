import { SlipwayError } from '../../shared/core/errors.ts';
import type { Engine, EngineAccess, Node } from '../../shared/ports/engine.ts';
import { FakeHostEngine, noAnswer } from './fake-host-engine.ts';
import { type FakeHostPrograms, plainPrograms } from './fake-host-programs.ts';
import { FakeSwarm } from './fake-swarm.ts';
import type { FakeTasksOptions } from './fake-tasks.ts';

/** A host as whoever makes hosts knows it; DriverWorld's machines are such. */
export interface FakeHost {
  id: number;
  labId: string;
  name: string;
  privateAddress: string;
  /** Where it is reached now; another at each boot. Absent: it is always reached. */
  address?: string;
  power: 'on' | 'off';
  /** What it says of itself once it is in a swarm; a small x86 machine where absent. */
  description?: Partial<Omit<Node['Description'], 'Hostname'>>;
}

export type EngineCall = Exclude<keyof Engine, 'watch'>;
type FailurePoint = 'before' | 'after';

export interface FakeEnginesOptions extends Partial<FakeTasksOptions> {
  /** The hosts there are, at this moment. */
  hosts: () => readonly FakeHost[];
}

/** The Docker Engines of all hosts, in memory: they form swarms, lose their quorum, run tasks, and can fail once. */
export class FakeEngines implements EngineAccess {
  /** Every call that was made, in order: `LINUXtips-01 createService` … */
  readonly calls: string[] = [];
  /** Images that no registry has. */
  readonly missingImages = new Set<string>();
  /** Images whose registry does not answer. */
  readonly unknownImages = new Set<string>();
  /** What hosts do with a program; a test may put its own. */
  hostPrograms: FakeHostPrograms = plainPrograms;
  readonly #hosts: () => readonly FakeHost[];
  readonly #tasks: FakeTasksOptions;
  readonly #engines = new Map<number, FakeHostEngine>();
  #failures: { call: EngineCall; when: FailurePoint; error: Error; name: string | undefined }[] = [];

  constructor({ hosts, ...tasks }: FakeEnginesOptions) {
    this.#hosts = hosts;
    this.#tasks = {
      now: Date.now,
      taskMilliseconds: 0,
      stopMilliseconds: 0,
      hasImage: (reference) => !this.missingImages.has(reference),
      ...tasks,
    };
  }

  async of(
    labId: string,
    { name, engine }: { name: string; engine: { host: string; port: number } },
  ): Promise<Engine> {
    const host = this.#hosts().find((each) => each.labId === labId && each.name === name);
    const address = engine.host;
    return host === undefined ? unreachable(name, address) : this.#engineOf(host).at(address);
  }

  forget(): void {}

  /** The same, for a test that knows its machine. */
  machine(labId: string, name: string): Engine {
    const host = this.#hosts().find((each) => each.labId === labId && each.name === name);
    if (host === undefined) throw new Error(`${labId} has no machine ${name}`);
    return this.#engineOf(host).at(host.address);
  }

  /** The next call of that name (on that machine) fails: before it did anything, or after it did everything. */
  failOnce(
    call: EngineCall,
    when: FailurePoint = 'before',
    { error = toldTo(call), machine: name }: { error?: Error; machine?: string } = {},
  ): void {
    this.#failures.push({ call, when, error, name });
  }

  /** For the engines, around each call. */
  meet(machine: string, call: EngineCall, when: FailurePoint): void {
    if (when === 'before') this.calls.push(`${machine} ${call}`);
    const index = this.#failures.findIndex(
      (failure) => failure.call === call && failure.when === when && (failure.name ?? machine) === machine,
    );
    const [failure] = index < 0 ? [] : this.#failures.splice(index, 1);
    if (failure !== undefined) throw failure.error;
  }

  /** A lab's swarm, for what no engine tells: `swarmOf(lab).logs.say('web_app', [{ text: 'hello' }])`. */
  swarmOf(labId: string): FakeSwarm {
    const swarms = this.#hosts()
      .filter((host) => host.labId === labId)
      .flatMap((host) => this.#engineOf(host).swarm ?? []);
    if (swarms[0] === undefined) throw new Error(`${labId} has no swarm`);
    return swarms[0];
  }

  /** Somebody does something on that machine, by SSH or the docker CLI. */
  use(labId: string, name: string): void {
    const host = this.#hosts().find((each) => each.labId === labId && each.name === name);
    if (host === undefined) throw new Error(`${labId} has no machine ${name}`);
    this.#engineOf(host).usedAt.push(this.now());
  }

  now(): number {
    return this.#tasks.now();
  }

  newSwarm(): FakeSwarm {
    return new FakeSwarm(this.#tasks);
  }

  hostById(id: number): FakeHost | undefined {
    return this.#hosts().find((host) => host.id === id);
  }

  /** The swarm that a manager at one of these addresses answers for; hosts of other labs are not reached. */
  swarmAt(labId: string, managers: string[]): FakeSwarm | undefined {
    for (const host of this.#hosts()) {
      if (host.labId !== labId || host.power !== 'on') continue;
      const swarm = this.#engineOf(host).swarm;
      const isAsked = managers.includes(`${host.privateAddress}:2377`);
      const answers = swarm?.managers().some(({ id, isUp }) => id === this.#engineOf(host).nodeId && isUp());
      if (isAsked && answers) return swarm;
    }
    return undefined;
  }

  #engineOf(host: FakeHost): FakeHostEngine {
    const engine = this.#engines.get(host.id) ?? new FakeHostEngine(this, host);
    this.#engines.set(host.id, engine);
    return engine;
  }
}

function toldTo(call: EngineCall): SlipwayError {
  return new SlipwayError('engine_unreachable', `${call} was told to fail`);
}

/** The engine of a host that there is not: every call is in vain. */
function unreachable(name: string, address: string): Engine {
  return new Proxy({} as Engine, {
    get: (_, call) => {
      // A promise that resolves to it looks for `then`.
      if (typeof call === 'symbol' || call === 'then') return undefined;
      if (call === 'watch') return () => {};
      return async () => {
        throw noAnswer(`${name} at ${address}`, call);
      };
    },
  });
}
