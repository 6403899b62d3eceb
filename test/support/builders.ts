import { iso } from '../../shared/core/clock.ts';
import { CONDITION_NAMES, type Conditions, unknownConditions } from '../../shared/lab/conditions.ts';
import { Lab, type LabSpec, type LabStatus, type NodeStatus } from '../../shared/lab/lab.ts';
import type { MachineSpec, MachineStatus } from '../../shared/lab/machine.ts';
import { composeOnly } from '../../shared/lab/stack-source.ts';
import type { StackEntry } from '../../shared/lab/template.ts';

/** The moment every built record starts from. */
export const START = Date.parse('2026-03-02T12:00:00.000Z');
const HOUR = 3_600_000;

export type LabOverrides = Partial<Omit<Lab, 'spec' | 'status'>> & {
  spec?: Partial<LabSpec>;
  status?: Partial<LabStatus>;
};

/** The course's three machines: two managers and a worker. */
export function threeMachines(): MachineSpec[] {
  return [
    aMachine('LINUXtips-01', { role: 'manager' }),
    aMachine('LINUXtips-02', { role: 'manager' }),
    aMachine('LINUXtips-03', { role: 'worker' }),
  ];
}

export function aMachine(name: string, overrides: Partial<MachineSpec> = {}): MachineSpec {
  return { name, role: 'none', power: 'on', restarts: 0, ...overrides };
}

/** A running machine of the first launch, its engine up. */
export function aMachineStatus(name: string, overrides: Partial<MachineStatus> = {}): MachineStatus {
  return {
    name,
    attempt: 1,
    state: 'Running',
    privateAddress: '100.64.0.2',
    address: '100.64.0.2',
    ports: {},
    restarts: 0,
    engine: { version: '20.10.24' },
    ...overrides,
  };
}

export function aNode(hostname: string, overrides: Partial<NodeStatus> = {}): NodeStatus {
  return {
    id: `node-of-${hostname}`,
    hostname,
    role: 'worker',
    availability: 'active',
    state: 'ready',
    leader: false,
    ...overrides,
  };
}

/** A valid lab nobody has looked at yet: just asked for at `START`, four hours long, three machines, one stack. */
export function aLab({ spec, status, ...overrides }: LabOverrides = {}): Lab {
  return Lab.parse({
    id: '01kjq7a1000000000000000000',
    owner: 'ana',
    name: 'swarm',
    template: 'swarm',
    createdAt: iso(START),
    hardMaximum: iso(START + 30 * 24 * HOUR),
    specVersion: 0,
    statusVersion: 0,
    dueAt: START,
    ...overrides,
    spec: {
      machines: threeMachines(),
      swarm: 'formed',
      stacks: [{ name: 'webserver', from: 'webserver' }],
      power: 'on',
      deleted: false,
      expiresAt: iso(START + 4 * HOUR),
      allowFrom: [],
      ...spec,
    },
    status: {
      conditions: unknownConditions(iso(START)),
      machines: [],
      stacks: [],
      events: [],
      toldFailures: {},
      ...status,
    },
  });
}

/** All four conditions true since `START`. */
function readyConditions(): Conditions {
  const entries = CONDITION_NAMES.map((name) => [
    name,
    { status: 'True', reason: 'Ready', message: 'as asked', since: iso(START) },
  ]);
  return Object.fromEntries(entries) as Conditions;
}

/** The same lab a moment after it became ready: its machines run, its swarm is formed, its stack has converged. */
export function aReadyLab({ spec, status, ...overrides }: LabOverrides = {}): Lab {
  const machines = spec?.machines ?? threeMachines();
  const names = machines.map(({ name }) => name);
  const [first = 'LINUXtips-01'] = names;
  return aLab({
    specVersion: 1,
    statusVersion: 9,
    ...overrides,
    spec: { ...spec, machines },
    status: {
      conditions: readyConditions(),
      intent: {
        attempt: 1,
        machines: names,
        placement: {},
        short: [],
        savedAt: iso(START),
        launchedAt: iso(START),
      },
      network: { subnet: '100.64.0.0/26' },
      machines: names.map((name, index) => {
        const address = `100.64.0.${index + 2}`;
        return aMachineStatus(name, {
          privateAddress: address,
          address,
          endpoint: { host: address, port: 2376 },
          joinedAttempt: 1,
          engine: { version: '20.10.24', nodeId: `node-of-${name}` },
        });
      }),
      swarm: {
        firstManager: first,
        id: 'a-cluster',
        formedAt: iso(START),
        nodes: machines.map(({ name, role }) => {
          const manager = role === 'manager';
          return aNode(name, {
            role: manager ? 'manager' : 'worker',
            leader: name === first,
            ...(manager ? { reachability: 'reachable' as const } : {}),
          });
        }),
      },
      stacks: [
        {
          name: 'webserver',
          deployed: 'a-digest',
          deployedAt: iso(START),
          services: [{ name: 'webserver_web', mode: 'replicated', desired: 5, running: 5, failed: 0 }],
        },
      ],
      readyAt: iso(START),
      ...status,
    },
  });
}

/** An entry of the catalogue: one service from nginx, unless told. */
export function aStackEntry(overrides: Partial<StackEntry> & { name: string; compose?: string }): StackEntry {
  const { compose = 'services: { web: { image: nginx } }', ...rest } = overrides;
  return {
    description: 'a stack',
    links: [],
    memoryMiB: 50,
    images: [{ reference: 'nginx', lastKnown: '2026-11-01' }],
    parameters: [],
    source: composeOnly(compose),
    ...rest,
  };
}
