import { SlipwayError } from '../../shared/core/errors.ts';
import type {
  Engine,
  EngineAccess,
  EngineInfo,
  Network,
  NetworkSpec,
  Node,
  Service,
  ServiceSpec,
  Task,
} from '../../shared/ports/engine.ts';
import { type FakeNode, FakeSwarm, NO_LEADER, refusal } from './fake-swarm.ts';
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
}

export type EngineCall = Exclude<keyof Engine, 'watch'>;
type FailurePoint = 'before' | 'after';

export interface FakeEnginesOptions extends Partial<FakeTasksOptions> {
  /** The hosts there are, at this moment. */
  hosts: () => readonly FakeHost[];
}

const STACK_LABEL = 'com.docker.stack.namespace';

/** The Docker Engines of all hosts, in memory: they form swarms, lose their quorum, run tasks, and can fail once. */
export class FakeEngines implements EngineAccess {
  /** Every call that was made, in order: `LINUXtips-01 createService` … */
  readonly calls: string[] = [];
  /** Images that no registry has. */
  readonly missingImages = new Set<string>();
  readonly #hosts: () => readonly FakeHost[];
  readonly #tasks: FakeTasksOptions;
  readonly #engines = new Map<number, FakeEngine>();
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

  #engineOf(host: FakeHost): FakeEngine {
    const engine = this.#engines.get(host.id) ?? new FakeEngine(this, host);
    this.#engines.set(host.id, engine);
    return engine;
  }
}

/** One host's engine; its swarm state is on the host's disk, so it outlives a stop. */
class FakeEngine {
  swarm: FakeSwarm | undefined;
  nodeId = '';
  readonly #all: FakeEngines;
  readonly #host: FakeHost;

  constructor(all: FakeEngines, host: FakeHost) {
    this.#all = all;
    this.#host = host;
  }

  /** The engine as it is reached under an address that it had when somebody looked. */
  at(address: string | undefined): Engine {
    const read = <T>(call: EngineCall, act: (swarm: FakeSwarm) => T) =>
      this.#do(address, call, () => act(this.#asManager('read')));
    const write = <T>(call: EngineCall, act: (swarm: FakeSwarm) => T) =>
      this.#do(address, call, () => act(this.#asManager('write')));
    return {
      ping: () => this.#do(address, 'ping', () => undefined),
      info: () => this.#do(address, 'info', () => this.#info()),
      initSwarm: (options) => this.#do(address, 'initSwarm', () => this.#init(options.advertiseAddress)),
      joinSwarm: (options) => this.#do(address, 'joinSwarm', () => this.#join(options)),
      leaveSwarm: ({ force }) => this.#do(address, 'leaveSwarm', () => this.#leave(force)),
      joinTokens: () => read('joinTokens', (swarm) => ({ ...swarm.tokens })),
      nodes: () => read('nodes', (swarm): Node[] => swarm.describeNodes()),
      updateNode: (id, version, spec) => write('updateNode', (swarm) => swarm.updateNode(id, version, spec)),
      removeNode: (id, { force }) => write('removeNode', (swarm) => swarm.removeNode(id, force)),
      services: (filter) => read('services', (swarm) => ofStack([...swarm.services.values()], filter?.stack)),
      createService: (spec: ServiceSpec) =>
        write('createService', (swarm) => ({ id: swarm.createService(spec) })),
      updateService: (id, version, spec) =>
        write('updateService', (swarm) => swarm.updateService(id, version, spec)),
      removeService: (id) => write('removeService', (swarm) => swarm.removeService(id)),
      tasks: (filter) => read('tasks', (swarm) => tasksOf(swarm, filter)),
      networks: (filter) =>
        read('networks', (swarm): Network[] =>
          [...swarm.networks.values()].filter(
            ({ Labels }) => filter?.stack === undefined || Labels[STACK_LABEL] === filter.stack,
          ),
        ),
      createNetwork: (spec: NetworkSpec) =>
        write('createNetwork', (swarm) => ({ id: swarm.createNetwork(spec) })),
      removeNetwork: (id) => write('removeNetwork', (swarm) => swarm.removeNetwork(id)),
      pullImage: (reference) =>
        this.#do(address, 'pullImage', () => {
          if (!this.#all.missingImages.has(reference)) return;
          throw refusal(404, `manifest for ${reference} not found: manifest unknown`);
        }),
      watch: (onEvent, signal) => this.swarm?.listen(onEvent, signal),
    };
  }

  async #do<T>(address: string | undefined, call: EngineCall, act: () => T): Promise<T> {
    // Nothing on a wire is there in the same moment.
    await Promise.resolve();
    const host = this.#all.hostById(this.#host.id);
    const moved = address !== undefined && host?.address !== undefined && host.address !== address;
    if (host?.power !== 'on' || moved) throw noAnswer(this.#host.name, call);
    this.#all.meet(this.#host.name, call, 'before');
    const result = structuredClone(act());
    this.#all.meet(this.#host.name, call, 'after');
    return result;
  }

  #node(): FakeNode | undefined {
    return this.swarm?.nodes.get(this.nodeId);
  }

  #info(): EngineInfo {
    const manager = this.#node()?.role === 'manager';
    const broken = manager && this.swarm?.hasQuorum() === false;
    return {
      name: this.#host.name,
      serverVersion: '20.10.24',
      swarm: {
        nodeId: this.nodeId,
        nodeAddress: this.swarm === undefined ? '' : this.#host.privateAddress,
        localNodeState: this.swarm === undefined ? 'inactive' : 'active',
        controlAvailable: manager,
        error: broken ? NO_LEADER : '',
        remoteManagers: this.swarm?.managers().map(({ address }) => `${address}:2377`) ?? [],
        clusterId: manager ? this.swarm?.id : undefined,
      },
    };
  }

  #asManager(kind: 'read' | 'write'): FakeSwarm {
    if (this.swarm === undefined || this.#node()?.role !== 'manager') {
      throw refusal(503, 'This node is not a swarm manager. Use "docker swarm init" or join one.');
    }
    if (this.swarm.hasQuorum()) return this.swarm;
    // The first write hangs for longer than anybody waits.
    throw kind === 'write' ? noAnswer(this.#host.name, 'write') : refusal(500, NO_LEADER);
  }

  #init(address: string): void {
    this.#outside();
    this.#enter(this.#all.newSwarm(), 'manager', address);
  }

  #join({ joinToken, managers, advertiseAddress }: Parameters<Engine['joinSwarm']>[0]): void {
    this.#outside();
    const swarm = this.#all.swarmAt(this.#host.labId, managers);
    if (swarm === undefined) {
      throw refusal(503, 'rpc error: code = Unavailable desc = connection error: no manager answers there');
    }
    const role = (['manager', 'worker'] as const).find((each) => swarm.tokens[each] === joinToken);
    if (role === undefined) {
      throw refusal(
        400,
        'rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster',
      );
    }
    if (!swarm.hasQuorum()) throw refusal(503, 'Timeout was reached before node joined.');
    this.#enter(swarm, role, advertiseAddress);
  }

  #outside(): void {
    if (this.swarm === undefined) return;
    throw refusal(
      503,
      'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
    );
  }

  #enter(swarm: FakeSwarm, role: FakeNode['role'], address: string): void {
    const id = swarm.nextId('node');
    this.swarm = swarm;
    this.nodeId = id;
    swarm.nodes.set(id, {
      id,
      hostname: this.#host.name,
      address,
      role,
      availability: 'active',
      labels: {},
      version: swarm.nextVersion(),
      isUp: () => this.nodeId === id && this.#all.hostById(this.#host.id)?.power === 'on',
    });
  }

  #leave(force: boolean): void {
    if (this.swarm === undefined) throw refusal(503, 'This node is not part of a swarm');
    if (this.#node()?.role === 'manager' && !force) {
      throw refusal(
        503,
        'You are attempting to leave the swarm on a node that is participating as a manager. Use `--force`.',
      );
    }
    this.swarm = undefined;
    this.nodeId = '';
  }
}

function ofStack(services: Service[], stack: string | undefined): Service[] {
  return services.filter(({ Spec }) => stack === undefined || Spec.Labels[STACK_LABEL] === stack);
}

function tasksOf(swarm: FakeSwarm, filter: { stack?: string; service?: string } = {}): Task[] {
  const own = ofStack([...swarm.services.values()], filter.stack)
    .filter(({ ID, Spec }) => filter.service === undefined || [ID, Spec.Name].includes(filter.service))
    .map(({ ID }) => ID);
  return swarm.tasks.list().filter(({ ServiceID }) => own.includes(ServiceID));
}

function noAnswer(machine: string, call: string): SlipwayError {
  return new SlipwayError('engine_unreachable', `Docker Engine of ${machine}: ${call}: no answer`);
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
