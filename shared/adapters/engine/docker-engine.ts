import { z } from 'zod';
import { isSlipwayError, SlipwayError } from '../../core/errors.ts';
import { SWARM_PORT } from '../../lab/machine.ts';
import type {
  Engine,
  EngineInfo,
  Network,
  NetworkSpec,
  Node,
  Service,
  ServiceSpec,
  Task,
} from '../../ports/engine.ts';
import type { EngineHttp } from './engine-http.ts';
import {
  EventMessage,
  InfoAnswer,
  listOf,
  NetworkAnswer,
  NodeAnswer,
  PullMessage,
  ServiceAnswer,
  SwarmAnswer,
  TaskAnswer,
} from './engine-objects.ts';
import { fullReference } from './image-reference.ts';

const STACK_LABEL = 'com.docker.stack.namespace';
const LISTEN_ADDRESS = `0.0.0.0:${SWARM_PORT}`;
const SECOND_NS = 1_000_000_000;
/** The engine itself gives up a join after 20 s, and says why: wait for its words. */
const JOIN_SECONDS = 22;
const PULL_SECONDS = 300;
/** Progress of a big pull is tens of thousands of lines. */
const PULL_BYTES = 64 * 1024 * 1024;

/** The Engine port over the Engine API. */
export class DockerEngine implements Engine {
  readonly #http: EngineHttp;

  constructor(http: EngineHttp) {
    this.#http = http;
  }

  async ping(): Promise<void> {
    await this.#http.call({ path: '/_ping', schema: z.unknown() });
  }

  async info(): Promise<EngineInfo> {
    return infoOf(await this.#http.call({ path: '/info', schema: InfoAnswer }));
  }

  initSwarm(options: { advertiseAddress: string; nodeCertificateSeconds: number }): Promise<void> {
    const body = {
      ListenAddr: LISTEN_ADDRESS,
      AdvertiseAddr: options.advertiseAddress,
      Spec: { CAConfig: { NodeCertExpiry: options.nodeCertificateSeconds * SECOND_NS } },
    };
    return this.#write('POST', '/swarm/init', { body, deadlineSeconds: JOIN_SECONDS });
  }

  joinSwarm(options: { joinToken: string; managers: string[]; advertiseAddress: string }): Promise<void> {
    const body = {
      ListenAddr: LISTEN_ADDRESS,
      AdvertiseAddr: options.advertiseAddress,
      RemoteAddrs: options.managers,
      JoinToken: options.joinToken,
    };
    return this.#write('POST', '/swarm/join', { body, deadlineSeconds: JOIN_SECONDS });
  }

  leaveSwarm({ force }: { force: boolean }): Promise<void> {
    return this.#write('POST', '/swarm/leave', { query: { force } });
  }

  async joinTokens(): Promise<{ manager: string; worker: string }> {
    const { JoinTokens } = await this.#http.call({ path: '/swarm', schema: SwarmAnswer });
    return { manager: JoinTokens.Manager, worker: JoinTokens.Worker };
  }

  nodes(): Promise<Node[]> {
    return this.#http.call({ path: '/nodes', schema: listOf(NodeAnswer) });
  }

  updateNode(id: string, version: number, spec: Node['Spec']): Promise<void> {
    return this.#write('POST', `/nodes/${encodeURIComponent(id)}/update`, { query: { version }, body: spec });
  }

  removeNode(id: string, { force }: { force: boolean }): Promise<void> {
    return this.#write('DELETE', `/nodes/${encodeURIComponent(id)}`, { query: { force } });
  }

  services(filter: { stack?: string } = {}): Promise<Service[]> {
    return this.#http.call({ path: '/services', query: labelled(filter), schema: listOf(ServiceAnswer) });
  }

  async createService(spec: ServiceSpec): Promise<{ id: string }> {
    const schema = z.looseObject({ ID: z.string() });
    const { ID } = await this.#http.call({ method: 'POST', path: '/services/create', body: spec, schema });
    return { id: ID };
  }

  updateService(id: string, version: number, spec: ServiceSpec): Promise<void> {
    const path = `/services/${encodeURIComponent(id)}/update`;
    return this.#write('POST', path, { query: { version }, body: spec });
  }

  removeService(id: string): Promise<void> {
    return this.#write('DELETE', `/services/${encodeURIComponent(id)}`);
  }

  async tasks(filter: { stack?: string; service?: string } = {}): Promise<Task[]> {
    const tasks = await this.#http.call({
      path: '/tasks',
      query: labelled(filter),
      schema: listOf(TaskAnswer),
    });
    // A global service's tasks have no slot.
    return tasks.map((task) => ({ ...task, Slot: task.Slot }));
  }

  networks(filter: { stack?: string } = {}): Promise<Network[]> {
    return this.#http.call({ path: '/networks', query: labelled(filter), schema: listOf(NetworkAnswer) });
  }

  async createNetwork(spec: NetworkSpec): Promise<{ id: string }> {
    const body = { CheckDuplicate: true, ...spec };
    const schema = z.looseObject({ Id: z.string() });
    const { Id } = await this.#http.call({ method: 'POST', path: '/networks/create', body, schema });
    return { id: Id };
  }

  removeNetwork(id: string): Promise<void> {
    return this.#write('DELETE', `/networks/${encodeURIComponent(id)}`);
  }

  async pullImage(reference: string): Promise<void> {
    const image = fullReference(reference);
    if (await this.#hasImage(image)) return;
    await this.#http.stream({
      method: 'POST',
      path: '/images/create',
      query: { fromImage: image },
      deadlineSeconds: PULL_SECONDS,
      maximumBytes: PULL_BYTES,
      schema: PullMessage,
      onMessage: ({ error, errorDetail }) => {
        const words = errorDetail?.message || error;
        if (words === undefined) return;
        throw new SlipwayError(
          'engine_refused',
          `Docker Engine ${this.#http.name}: pull of ${image}: ${words}`,
          {
            // The status was sent before the pull began.
            facts: { status: 200, reason: words },
          },
        );
      },
    });
  }

  watch(onEvent: () => void, signal: AbortSignal): void {
    // That the engine went is news too.
    const gone = () => {
      if (!signal.aborted) onEvent();
    };
    this.#http
      .stream({
        path: '/events',
        query: { filters: { type: ['container', 'service', 'node'] } },
        signal,
        schema: EventMessage,
        onMessage: ({ Action }) => {
          // Health checks run in there; what they find comes as an event of its own.
          if (!Action.startsWith('exec_')) onEvent();
        },
      })
      .then(gone, gone);
  }

  async #write(method: 'POST' | 'DELETE', path: string, more: Partial<WriteOptions> = {}): Promise<void> {
    await this.#http.call({ method, path, schema: z.unknown(), ...more });
  }

  async #hasImage(image: string): Promise<boolean> {
    try {
      await this.#http.call({ path: `/images/${image}/json`, schema: z.unknown() });
      return true;
    } catch (error) {
      if (isSlipwayError(error, 'engine_refused') && error.facts.status === 404) return false;
      throw error;
    }
  }
}

interface WriteOptions {
  query: Record<string, string | number | boolean>;
  body: object;
  deadlineSeconds: number;
}

function labelled({ stack, service }: { stack?: string; service?: string }) {
  if (stack === undefined && service === undefined) return {};
  return {
    filters: {
      ...(stack === undefined ? {} : { label: [`${STACK_LABEL}=${stack}`] }),
      ...(service === undefined ? {} : { service: [service] }),
    },
  };
}

function infoOf({ Name, ServerVersion, Swarm }: z.output<typeof InfoAnswer>): EngineInfo {
  return {
    name: Name,
    serverVersion: ServerVersion,
    swarm: {
      nodeId: Swarm.NodeID,
      nodeAddress: Swarm.NodeAddr,
      localNodeState: Swarm.LocalNodeState,
      controlAvailable: Swarm.ControlAvailable,
      error: Swarm.Error,
      remoteManagers: Swarm.RemoteManagers.map(({ Addr }) => Addr),
      // Managers alone know it.
      clusterId: Swarm.Cluster?.ID || undefined,
    },
  };
}
