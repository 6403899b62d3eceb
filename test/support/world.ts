import { createApp } from '../../functions/api/app.ts';
import { MemoryChanges } from '../../shared/adapters/memory/memory-changes.ts';
import { createLog } from '../../shared/core/log.ts';
import type { Lab } from '../../shared/lab/lab.ts';
import type { Catalogue } from '../../shared/lab/template.ts';
import type { Deps, Policy } from '../../shared/ports/deps.ts';
import type { Role } from '../../shared/service/caller.ts';
import { listedAddresses } from '../../shared/service/host-addresses.ts';
import { issueToken } from '../../shared/service/tokens.ts';
import { aReadyLab, aStackEntry, START } from './builders.ts';
import { FakeEngines, type FakeHost } from './fake-engine.ts';
import { LaggingDriver } from './lagging-driver.ts';
import { ManualClock } from './manual-clock.ts';
import { ManualQueue } from './manual-queue.ts';
import { MemoryClassStore } from './memory-class-store.ts';
import { MemoryLabStore } from './memory-lab-store.ts';
import { MemoryRequestStore } from './memory-request-store.ts';
import { MemorySealer } from './memory-sealer.ts';
import { MemorySecretStore } from './memory-secret-store.ts';
import { MemoryStackStore } from './memory-stack-store.ts';
import { MemorySweepStore } from './memory-sweep-store.ts';
import { bringUp } from './recorded-hosts.ts';

/** The API over working fakes, with the fakes at hand. */
export interface World {
  deps: Deps & {
    clock: ManualClock;
    labs: MemoryLabStore;
    classes: MemoryClassStore;
    stacks: MemoryStackStore;
    requests: MemoryRequestStore;
    secrets: MemorySecretStore;
    queue: ManualQueue;
    driver: LaggingDriver;
    changes: MemoryChanges;
  };
  app: ReturnType<typeof createApp>;
  /** The engines of the labs that were kept, unless the world is over others. */
  engines: FakeEngines;
  /** Their hosts, to be switched off. */
  hosts: FakeHost[];
  /** A bearer token, good for an hour. */
  token(role: Role, subject?: string): Promise<string>;
  /** Asks as that role, `ana` unless told; `as: undefined` sends no token. */
  ask(method: string, path: string, options?: Asking): Promise<Answer>;
  /** Records a ready lab, its machines and swarm under it. */
  keep(lab?: Parameters<typeof aReadyLab>[0]): Promise<Lab>;
}

export interface Asking {
  as?: Role | undefined;
  subject?: string;
  json?: unknown;
  body?: string | Uint8Array | ReadableStream;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; `{}` where it is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what is asserted about it is its check
  json: any;
}

const POLICY: Policy = {
  deployment: 'test',
  defaultHours: 4,
  maximumDays: 30,
  labsPerStudent: 1,
  warningMinutes: [30, 5],
  observeSeconds: 5,
  readyWithinSeconds: 600,
  convergeWithinSeconds: 300,
  recordDays: 90,
  sweepGraceSeconds: 60,
  readySeconds: 60,
  spareSeconds: 0,
  personalDataDays: 90,
};

const CATALOGUE: Catalogue = {
  templates: new Map([
    [
      'swarm',
      {
        name: 'swarm',
        description: 'two managers and a worker',
        swarm: 'formed',
        machines: [
          { name: 'LINUXtips-01', role: 'manager' },
          { name: 'LINUXtips-02', role: 'manager' },
          { name: 'LINUXtips-03', role: 'worker' },
        ],
        stacks: [{ from: 'webserver' }],
      },
    ],
    [
      'docker-host',
      {
        name: 'docker-host',
        description: 'one machine',
        swarm: 'none',
        machines: [{ name: 'docker-host', role: 'none' }],
        stacks: [],
        hours: 2,
      },
    ],
  ]),
  stacks: new Map(
    [
      aStackEntry({
        name: 'webserver',
        description: 'nginx',
        links: [{ port: 8080, path: '/', label: 'nginx' }],
        compose: 'services: { web: { image: nginx, ports: ["8080:80"], deploy: { replicas: 5 } } }',
      }),
      aStackEntry({ name: 'registry', description: 'a registry' }),
    ].map((entry) => [entry.name, entry]),
  ),
};

export function createWorld(
  options: {
    longPoll?: boolean;
    address?: string | (() => string | undefined);
    policy?: Partial<Policy>;
    over?: Partial<Deps>;
  } = {},
): World {
  const clock = new ManualClock(START);
  const hosts: FakeHost[] = [];
  const engines = new FakeEngines({ hosts: () => hosts, now: () => clock.now() });
  const deps = {
    clock,
    log: createLog('silent'),
    policy: { ...POLICY, ...options.policy },
    catalogue: CATALOGUE,
    driver: new LaggingDriver(),
    engines,
    labs: new MemoryLabStore(),
    classes: new MemoryClassStore(),
    stacks: new MemoryStackStore(),
    secrets: new MemorySecretStore(),
    sealer: new MemorySealer(),
    requests: new MemoryRequestStore(),
    sweeps: new MemorySweepStore(),
    queue: new ManualQueue({ clock }),
    changes: new MemoryChanges(),
    ...(options.over as object),
  };
  const app = createApp(deps, {
    longPoll: options.longPoll ?? true,
    remoteAddress: () =>
      typeof options.address === 'function' ? options.address() : (options.address ?? '203.0.113.7'),
    hostAddresses: listedAddresses(deps),
  });
  const token = async (role: Role, subject = 'ana') =>
    (await issueToken(deps, { role, subject, expiresInSeconds: 3600 })).token;

  return {
    deps,
    app,
    engines,
    hosts,
    token,
    async ask(method, path, asking = {}) {
      const as = 'as' in asking ? asking.as : 'student';
      const headers = new Headers(asking.headers);
      if (as !== undefined && !headers.has('Authorization')) {
        headers.set('Authorization', `Bearer ${await token(as, asking.subject)}`);
      }
      if (asking.json !== undefined && !headers.has('Content-Type'))
        headers.set('Content-Type', 'application/json');
      const body = asking.json === undefined ? asking.body : JSON.stringify(asking.json);
      const response = await app.request(path, {
        method,
        headers,
        ...(body === undefined ? {} : { body, duplex: 'half' }),
        ...(asking.signal === undefined ? {} : { signal: asking.signal }),
      } as RequestInit);
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson && text !== '' ? JSON.parse(text) : {},
      };
    },
    async keep(overrides = {}) {
      const lab = aReadyLab(overrides);
      await deps.labs.create(lab);
      await bringUp(engines, hosts, lab);
      return lab;
    },
  };
}
