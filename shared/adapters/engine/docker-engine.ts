import { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';
import { SWARM_PORT } from '../../lab/machine.ts';
import type {
  Engine,
  EngineInfo,
  HostProgram,
  HostProgramResult,
  LogLine,
  LogOptions,
  Network,
  NetworkSpec,
  Node,
  Service,
  ServiceSpec,
  SwarmFile,
  SwarmFileSpec,
  Task,
} from '../../ports/engine.ts';
import type { EngineHttp } from './engine-http.ts';
import {
  Created,
  EventMessage,
  InfoAnswer,
  NetworksAnswer,
  NodesAnswer,
  PullMessage,
  ServiceAnswer,
  ServicesAnswer,
  SwarmAnswer,
  SwarmObjectCreated,
  TasksAnswer,
} from './engine-objects.ts';
import { findImage, hasImage } from './find-image.ts';
import { HOST_PROGRAM_LABEL } from './host-container.ts';
import { fullReference } from './image-reference.ts';
import { lastActivity } from './last-activity.ts';
import { readLogs } from './read-logs.ts';
import { runHostProgram } from './run-host-program.ts';
import { labelled } from './stack-filter.ts';
import { SwarmFiles } from './swarm-files.ts';

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
  readonly #secrets: SwarmFiles;
  readonly #configs: SwarmFiles;

  constructor(http: EngineHttp) {
    this.#http = http;
    this.#secrets = new SwarmFiles(http, '/secrets');
    this.#configs = new SwarmFiles(http, '/configs');
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

  async joinTokens(): Promise<{ manager: string; worker: string; updatedAt: string }> {
    const { JoinTokens, UpdatedAt } = await this.#http.call({ path: '/swarm', schema: SwarmAnswer });
    return { manager: JoinTokens.Manager, worker: JoinTokens.Worker, updatedAt: UpdatedAt };
  }

  async rotateJoinTokens({ manager, worker }: { manager: boolean; worker: boolean }): Promise<void> {
    const { Version, Spec } = await this.#http.call({ path: '/swarm', schema: SwarmAnswer });
    await this.#write('POST', '/swarm/update', {
      query: { version: Version.Index, rotateManagerToken: manager, rotateWorkerToken: worker },
      body: Spec,
    });
  }

  forceNewCluster({ advertiseAddress }: { advertiseAddress: string }): Promise<void> {
    const body = { ListenAddr: LISTEN_ADDRESS, AdvertiseAddr: advertiseAddress, ForceNewCluster: true };
    return this.#write('POST', '/swarm/init', { body, deadlineSeconds: JOIN_SECONDS });
  }

  nodes(): Promise<Node[]> {
    return this.#http.call({ path: '/nodes', schema: NodesAnswer });
  }

  updateNode(id: string, version: number, spec: Node['Spec']): Promise<void> {
    return this.#write('POST', `/nodes/${encodeURIComponent(id)}/update`, { query: { version }, body: spec });
  }

  removeNode(id: string, { force }: { force: boolean }): Promise<void> {
    return this.#write('DELETE', `/nodes/${encodeURIComponent(id)}`, { query: { force } });
  }

  services(filter: { stack?: string } = {}): Promise<Service[]> {
    return this.#http.call({ path: '/services', query: labelled(filter), schema: ServicesAnswer });
  }

  service(idOrName: string): Promise<Service> {
    return this.#http.call({ path: `/services/${encodeURIComponent(idOrName)}`, schema: ServiceAnswer });
  }

  async createService(spec: ServiceSpec): Promise<{ id: string }> {
    const { ID } = await this.#http.call({
      method: 'POST',
      path: '/services/create',
      body: spec,
      schema: SwarmObjectCreated,
    });
    return { id: ID };
  }

  updateService(id: string, version: number, spec: ServiceSpec): Promise<void> {
    const path = `/services/${encodeURIComponent(id)}/update`;
    return this.#write('POST', path, { query: { version }, body: spec });
  }

  async rollbackService(id: string, version: number): Promise<void> {
    // The API wants a spec; which one it is does not matter, the engine takes the one it remembers.
    const { Spec } = await this.service(id);
    const path = `/services/${encodeURIComponent(id)}/update`;
    await this.#write('POST', path, { query: { version, rollback: 'previous' }, body: Spec });
  }

  removeService(id: string): Promise<void> {
    return this.#write('DELETE', `/services/${encodeURIComponent(id)}`);
  }

  async tasks(filter: { stack?: string; service?: string; node?: string } = {}): Promise<Task[]> {
    const tasks = await this.#http.call({
      path: '/tasks',
      query: labelled(filter),
      schema: TasksAnswer,
    });
    // A global service's tasks have no slot.
    return tasks.map((task) => ({ ...task, Slot: task.Slot }));
  }

  secrets(filter?: { stack?: string }): Promise<SwarmFile[]> {
    return this.#secrets.list(filter);
  }

  createSecret(spec: SwarmFileSpec): Promise<{ id: string }> {
    return this.#secrets.create(spec);
  }

  updateSecret(id: string, version: number, spec: SwarmFileSpec): Promise<void> {
    return this.#secrets.update(id, version, spec);
  }

  removeSecret(id: string): Promise<void> {
    return this.#secrets.remove(id);
  }

  configs(filter?: { stack?: string }): Promise<SwarmFile[]> {
    return this.#configs.list(filter);
  }

  createConfig(spec: SwarmFileSpec): Promise<{ id: string }> {
    return this.#configs.create(spec);
  }

  updateConfig(id: string, version: number, spec: SwarmFileSpec): Promise<void> {
    return this.#configs.update(id, version, spec);
  }

  removeConfig(id: string): Promise<void> {
    return this.#configs.remove(id);
  }

  logs(
    of: { service: string } | { task: string },
    options: LogOptions,
    onLine: (line: LogLine) => void,
  ): Promise<void> {
    return readLogs(this.#http, of, options, onLine);
  }

  runOnHost(program: HostProgram): Promise<HostProgramResult> {
    return runHostProgram(this.#http, program);
  }

  findImage(reference: string): Promise<'there' | 'missing' | 'unknown'> {
    return findImage(this.#http, reference);
  }

  networks(filter: { stack?: string } = {}): Promise<Network[]> {
    return this.#http.call({ path: '/networks', query: labelled(filter), schema: NetworksAnswer });
  }

  async createNetwork(spec: NetworkSpec): Promise<{ id: string }> {
    const body = { CheckDuplicate: true, ...spec };
    const { Id } = await this.#http.call({
      method: 'POST',
      path: '/networks/create',
      body,
      schema: Created,
    });
    return { id: Id };
  }

  removeNetwork(id: string): Promise<void> {
    return this.#write('DELETE', `/networks/${encodeURIComponent(id)}`);
  }

  async pullImage(reference: string): Promise<void> {
    const image = fullReference(reference);
    if (await hasImage(this.#http, image)) return;
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

  lastActivity(sinceMs: number, untilMs: number): Promise<number | undefined> {
    return lastActivity(this.#http, sinceMs, untilMs);
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
        onMessage: ({ Action, Actor }) => {
          // Health checks run in there; what they find comes as an event of its own.
          if (Action.startsWith('exec_') || Action === 'prune') return;
          if (!(HOST_PROGRAM_LABEL in Actor.Attributes)) onEvent();
        },
      })
      .then(gone, gone);
  }

  async #write(method: 'POST' | 'DELETE', path: string, more: Partial<WriteOptions> = {}): Promise<void> {
    await this.#http.call({ method, path, schema: z.unknown(), ...more });
  }
}

interface WriteOptions {
  query: Record<string, string | number | boolean>;
  body: object;
  deadlineSeconds: number;
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
