import { SlipwayError } from '../../shared/core/errors.ts';
import type { Engine, EngineInfo, Node } from '../../shared/ports/engine.ts';
import type { EngineCall, FakeEngines, FakeHost } from './fake-engine.ts';
import { runBounded } from './fake-host-programs.ts';
import { type FakeNode, type FakeSwarm, NO_LEADER } from './fake-swarm.ts';
import { type Act, type ActInSwarm, fileCalls, ofStack, serviceCalls } from './fake-swarm-calls.ts';
import { refusal } from './refusal.ts';

const SMALL_MACHINE = {
  Platform: { Architecture: 'x86_64', OS: 'linux' },
  Resources: { NanoCPUs: 2_000_000_000, MemoryBytes: 4 * 1024 ** 3 },
  Engine: { EngineVersion: '20.10.24', Labels: {} },
};

/** What an engine remembers as somebody's doing. */
const BY_HAND: ReadonlySet<EngineCall> = new Set([
  ...(['createService', 'updateService', 'rollbackService', 'removeService', 'updateNode'] as const),
  ...([
    'createSecret',
    'updateSecret',
    'removeSecret',
    'createConfig',
    'updateConfig',
    'removeConfig',
  ] as const),
]);

/** One host's engine; its swarm state is on the host's disk, so it outlives a stop. */
export class FakeHostEngine {
  swarm: FakeSwarm | undefined;
  nodeId = '';
  /** When a person did something on it, oldest first. */
  readonly usedAt: number[] = [];
  readonly #all: FakeEngines;
  readonly #host: FakeHost;

  constructor(all: FakeEngines, host: FakeHost) {
    this.#all = all;
    this.#host = host;
  }

  /** The engine as it is reached under an address that it had when somebody looked. */
  at(address: string | undefined): Engine {
    const here: Act = (call, act) => this.#do(address, call, act);
    const read: ActInSwarm = (call, act) => here(call, () => act(this.#asManager('read')));
    const write: ActInSwarm = (call, act) => here(call, () => act(this.#asManager('write')));
    return {
      ping: () => here('ping', () => undefined),
      info: () => here('info', () => this.#info()),
      initSwarm: (options) => here('initSwarm', () => this.#init(options.advertiseAddress)),
      joinSwarm: (options) => here('joinSwarm', () => this.#join(options)),
      leaveSwarm: ({ force }) => here('leaveSwarm', () => this.#leave(force)),
      joinTokens: () => read('joinTokens', ({ tokens, updatedAt }) => ({ ...tokens, updatedAt })),
      rotateJoinTokens: (roles) => write('rotateJoinTokens', (swarm) => swarm.rotateTokens(roles)),
      forceNewCluster: () => here('forceNewCluster', () => this.#forceNewCluster()),
      nodes: () => read('nodes', (swarm): Node[] => swarm.describeNodes()),
      updateNode: (id, version, spec) => write('updateNode', (swarm) => swarm.updateNode(id, version, spec)),
      removeNode: (id, { force }) => write('removeNode', (swarm) => swarm.removeNode(id, force)),
      ...serviceCalls(read, write),
      ...fileCalls(read, write),
      networks: (filter) =>
        read('networks', (swarm) => ofStack(swarm.networks.list(), filter?.stack, ({ Labels }) => Labels)),
      createNetwork: (spec) => write('createNetwork', (swarm) => ({ id: swarm.networks.create(spec) })),
      removeNetwork: (id) => write('removeNetwork', (swarm) => swarm.networks.remove(id)),
      runOnHost: (program) =>
        here('runOnHost', () => runBounded(this.#all.hostPrograms, program, this.#host)),
      findImage: (reference) => here('findImage', () => this.#find(reference)),
      pullImage: (reference) =>
        here('pullImage', () => {
          if (this.#find(reference) === 'there') return;
          throw refusal(404, `manifest for ${reference} not found: manifest unknown`);
        }),
      lastActivity: (sinceMs, untilMs) =>
        here('lastActivity', () => this.usedAt.findLast((at) => at >= sinceMs && at <= untilMs)),
      watch: (onEvent, signal) => this.swarm?.listen(onEvent, signal),
    };
  }

  async #do<T>(address: string | undefined, call: EngineCall, act: () => T | Promise<T>): Promise<T> {
    // Nothing on a wire is there in the same moment.
    await Promise.resolve();
    const host = this.#all.hostById(this.#host.id);
    const moved = address !== undefined && host?.address !== undefined && host.address !== address;
    if (host?.power !== 'on' || moved) throw noAnswer(this.#host.name, call);
    this.#all.meet(this.#host.name, call, 'before');
    const result = structuredClone(await act());
    if (BY_HAND.has(call)) this.usedAt.push(this.#all.now());
    this.#all.meet(this.#host.name, call, 'after');
    return result;
  }

  #find(reference: string): 'there' | 'missing' | 'unknown' {
    if (this.#all.missingImages.has(reference)) return 'missing';
    return this.#all.unknownImages.has(reference) ? 'unknown' : 'there';
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
      description: { ...SMALL_MACHINE, ...this.#host.description },
      isUp: () => this.nodeId === id && this.#all.hostById(this.#host.id)?.power === 'on',
    });
  }

  /** The others stay known as nodes that are down; a worker of before finds this manager by itself. */
  #forceNewCluster(): void {
    const node = this.#node();
    if (this.swarm === undefined || node?.role !== 'manager') {
      throw refusal(503, 'This node is not a swarm manager. Use "docker swarm init" or join one.');
    }
    this.swarm.loseManagersBut(node.id);
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

export function noAnswer(machine: string, call: string): SlipwayError {
  return new SlipwayError('engine_unreachable', `Docker Engine of ${machine}: ${call}: no answer`);
}
