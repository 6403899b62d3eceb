import { iso } from '../../shared/core/clock.ts';
import type { DriverMachine } from '../../shared/ports/driver.ts';

/** A machine as it truly is, whatever a list says. */
export interface FakeMachine {
  id: number;
  deployment: string;
  labId: string;
  name: string;
  attempt: number;
  token: string;
  privateAddress: string;
  /** Another at each boot. */
  address: string;
  power: 'on' | 'off';
  bootedAt: number;
}

export interface DriverWorldOptions {
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** A change shows in a list only after this many lists … */
  lagCalls?: number;
  /** … and this long. */
  lagMilliseconds?: number;
  /** From boot to `Running`. */
  bootMilliseconds?: number;
  /** Told at each boot, as the host's own bootstrap would begin. */
  onBoot?: (machine: Readonly<FakeMachine>) => void;
}

const RUNNING_PORT = 2376;

/** Where fake machines live: the truth, and the past that lists still show. */
export class DriverWorld {
  machines: FakeMachine[] = [];
  readonly #options: Required<Omit<DriverWorldOptions, 'onBoot'>> & Pick<DriverWorldOptions, 'onBoot'>;
  readonly #networks = new Map<string, { deployment: string; labId: string; subnet: string; at: number }>();
  readonly #listeners = new Set<(machine: FakeMachine) => void>();
  #past: { calls: number; at: number; machines: FakeMachine[] }[] = [
    { calls: Number.NEGATIVE_INFINITY, at: Number.NEGATIVE_INFINITY, machines: [] },
  ];
  #lists = 0;
  #made = 0;
  #boots = 0;
  #subnets = 0;

  constructor(options: DriverWorldOptions = {}) {
    this.#options = { now: Date.now, lagCalls: 0, lagMilliseconds: 0, bootMilliseconds: 0, ...options };
  }

  network(deployment: string, labId: string): { subnet: string } {
    const key = `${deployment}/${labId}`;
    const found = this.#networks.get(key);
    if (found) return found;
    const index = this.#subnets++;
    const subnet = `100.${64 + ((index >> 8) % 64)}.${index % 256}.0/26`;
    const network = { deployment, labId, subnet, at: this.#options.now() };
    this.#networks.set(key, network);
    return network;
  }

  forgetNetwork(deployment: string, labId: string): void {
    this.#networks.delete(`${deployment}/${labId}`);
  }

  networksOf(deployment: string): { labId: string; createdAt: string }[] {
    return [...this.#networks.values()]
      .filter((network) => network.deployment === deployment)
      .map(({ labId, at }) => ({ labId, createdAt: iso(at) }));
  }

  /** Makes a machine and boots it, on the lowest address that is free in its lab. */
  add(given: Pick<FakeMachine, 'deployment' | 'labId' | 'name' | 'attempt' | 'token'>): void {
    const prefix = this.network(given.deployment, given.labId).subnet.replace('0/26', '');
    const taken = this.machines.map(({ privateAddress }) => privateAddress);
    let last = 2;
    while (taken.includes(`${prefix}${last}`)) last += 1;
    const machine: FakeMachine = {
      ...given,
      id: ++this.#made,
      privateAddress: `${prefix}${last}`,
      address: '',
      power: 'off',
      bootedAt: 0,
    };
    this.change((all) => [...all, machine]);
    this.boot(machine);
  }

  boot(machine: FakeMachine): void {
    const boot = ++this.#boots;
    machine.power = 'on';
    machine.bootedAt = this.#options.now();
    machine.address = `203.0.${(boot >> 8) % 256}.${boot % 256}`;
    this.#remember();
    this.#tell(machine);
    this.#options.onBoot?.(machine);
  }

  halt(machine: FakeMachine): void {
    machine.power = 'off';
    this.#remember();
    this.#tell(machine);
  }

  /** Replaces the truth; who is watching is told of those that have gone. */
  change(next: (machines: FakeMachine[]) => FakeMachine[]): void {
    const before = this.machines;
    this.machines = next(before);
    this.#remember();
    for (const machine of before) if (!this.machines.includes(machine)) this.#tell(machine);
  }

  listen(onChange: (machine: FakeMachine) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(onChange);
    signal.addEventListener('abort', () => this.#listeners.delete(onChange), { once: true });
  }

  /** What a list shows now: the truth of a while ago. */
  visible(): FakeMachine[] {
    const { now, lagCalls, lagMilliseconds } = this.#options;
    const shown = this.#past.findLastIndex(
      ({ calls, at }) => this.#lists - calls >= lagCalls && now() - at >= lagMilliseconds,
    );
    this.#lists += 1;
    this.#past = this.#past.slice(Math.max(0, shown));
    return this.#past[0]?.machines ?? [];
  }

  describe(machine: FakeMachine): DriverMachine {
    const { labId, name, attempt, privateAddress, address, power, bootedAt } = machine;
    const base = { labId, name, attempt, privateAddress, ports: {} };
    if (power === 'off') return { ...base, state: 'Stopped' };
    const isUp = this.#options.now() - bootedAt >= this.#options.bootMilliseconds;
    return {
      ...base,
      state: isUp ? 'Running' : 'Starting',
      address,
      engine: { host: privateAddress, port: RUNNING_PORT },
    };
  }

  #remember(): void {
    const machines = this.machines.map((machine) => ({ ...machine }));
    this.#past.push({ calls: this.#lists, at: this.#options.now(), machines });
  }

  #tell(machine: FakeMachine): void {
    for (const listener of this.#listeners) listener(machine);
  }
}
