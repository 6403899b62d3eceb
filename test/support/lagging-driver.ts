import { SlipwayError } from '../../shared/core/errors.ts';
import type {
  Driver,
  DriverMachine,
  Launch,
  LaunchWish,
  MachineKind,
  Placement,
} from '../../shared/ports/driver.ts';
import { DriverWorld, type FakeMachine } from './driver-world.ts';

export type DriverVerb = Exclude<
  keyof Driver,
  | 'name'
  | 'enforcesAllowFrom'
  | 'mostAccessRules'
  | 'bootSeconds'
  | 'lookSeconds'
  | 'settleAfterSeconds'
  | 'watch'
  | 'describe'
>;

export interface LaggingDriverOptions {
  deployment?: string;
  /** Where the machines are; give one to two drivers, and they share it. */
  world?: DriverWorld;
  /** The process dies once it has done so many steps outside: all later ones throw. */
  diesAfterSteps?: number;
  /** Absent: nothing is to be settled. */
  settleAfterSeconds?: number;
}

const ZONES = ['a', 'b', 'c'];

/**
 * A driver in memory that keeps the contract and no more: its list lags, its machines take their time to run, and
 * come back from a stop under another address. It can be told to fail once.
 */
export class LaggingDriver implements Driver {
  readonly name = 'lagging';
  readonly enforcesAllowFrom = true;
  readonly mostAccessRules = 50;
  readonly bootSeconds = 90;
  readonly lookSeconds = 0;
  readonly settleAfterSeconds?: number;
  readonly world: DriverWorld;
  /** What was allowed last, by lab. */
  readonly allowed = new Map<string, { from: string[]; ports: number[] }>();
  /** Every call that was made, in order: `create`, `list` … */
  readonly calls: DriverVerb[] = [];
  readonly #deployment: string;
  #stepsLeft: number;
  #failures: { verb: DriverVerb; when: FailurePoint; error: Error }[] = [];

  constructor({ deployment = 'test', world, diesAfterSteps, settleAfterSeconds }: LaggingDriverOptions = {}) {
    if (settleAfterSeconds !== undefined) this.settleAfterSeconds = settleAfterSeconds;
    this.#deployment = deployment;
    this.world = world ?? new DriverWorld();
    this.#stepsLeft = diesAfterSteps ?? Number.POSITIVE_INFINITY;
  }

  /**
   * The next call of the verb fails: before it did anything, after it did everything, or (`create` of several)
   * between two machines.
   */
  failOnce(verb: DriverVerb, when: FailurePoint = 'before', error: Error = toldTo(verb)): void {
    this.#failures.push({ verb, when, error });
  }

  /** Removes a machine behind everybody's back, as a hand in the cloud's console does. */
  vanish(labId: string, name: string): void {
    this.world.change((all) => all.filter((machine) => machine.labId !== labId || machine.name !== name));
  }

  createNetwork(labId: string): Promise<{ subnet: string }> {
    return this.#do('createNetwork', async () => {
      await this.#step();
      return { subnet: this.world.network(this.#deployment, labId).subnet };
    });
  }

  removeNetwork(labId: string): Promise<void> {
    return this.#do('removeNetwork', async () => {
      if (this.#of(labId).length > 0) {
        throw new SlipwayError('driver_failed', `machines still hang on the network of ${labId}`, {
          retryable: true,
        });
      }
      await this.#step();
      this.world.forgetNetwork(this.#deployment, labId);
    });
  }

  listNetworks(): Promise<{ labId: string; createdAt: string }[]> {
    return this.#do('listNetworks', async () => this.world.networksOf(this.#deployment));
  }

  allow(labId: string, rules: { from: string[]; ports: number[] }): Promise<void> {
    return this.#do('allow', async () => {
      await this.#step();
      this.allowed.set(labId, structuredClone(rules));
    });
  }

  /** One zone after the other, those that were short left out. */
  plan({ short }: LaunchWish): Promise<Placement> {
    return this.#do('plan', async () => ({
      zone: ZONES.find((zone) => !short.some((one) => one.zone === zone)) ?? 'a',
    }));
  }

  describe({ type = 'small' }: Placement): MachineKind {
    return { type, diskGigabytes: 8 };
  }

  create(launch: Launch): Promise<void> {
    return this.#do('create', async () => {
      for (const [index, { name, token }] of launch.machines.entries()) {
        if (index > 0) this.#failAt('create', 'between');
        await this.#step();
        const there = this.#of(launch.labId).find((machine) => machine.name === name);
        if (there !== undefined && there.attempt >= launch.attempt) continue;
        if (there !== undefined) {
          this.world.change((all) => all.filter((machine) => machine !== there));
          await this.#step();
        }
        this.world.add({
          deployment: this.#deployment,
          labId: launch.labId,
          name,
          attempt: launch.attempt,
          token,
        });
      }
    });
  }

  list(labId?: string): Promise<DriverMachine[]> {
    return this.#do('list', async () =>
      this.world
        .visible()
        .filter((machine) => machine.deployment === this.#deployment)
        .filter((machine) => labId === undefined || machine.labId === labId)
        .map((machine) => this.world.describe(machine)),
    );
  }

  start(labId: string, names: string[]): Promise<void> {
    return this.#power('start', labId, names, (machine) => machine.power === 'off', 'on');
  }

  stop(labId: string, names: string[]): Promise<void> {
    return this.#power('stop', labId, names, (machine) => machine.power === 'on', 'off');
  }

  kill(labId: string, names: string[]): Promise<void> {
    return this.#power('kill', labId, names, (machine) => machine.power === 'on', 'off');
  }

  restart(labId: string, names: string[]): Promise<void> {
    return this.#power('restart', labId, names, () => true, 'on');
  }

  remove(labId: string, names: string[]): Promise<void> {
    return this.#do('remove', async () => {
      for (const machine of this.#of(labId).filter(({ name }) => names.includes(name))) {
        await this.#step();
        this.world.change((all) => all.filter((other) => other.id !== machine.id));
      }
    });
  }

  settle(_labId: string): Promise<void> {
    return this.#do('settle', async () => undefined);
  }

  watch(onChange: (labId: string) => void, signal: AbortSignal): void {
    this.world.listen((machine) => {
      if (machine.deployment === this.#deployment) onChange(machine.labId);
    }, signal);
  }

  #power(
    verb: DriverVerb,
    labId: string,
    names: string[],
    applies: (machine: FakeMachine) => boolean,
    power: FakeMachine['power'],
  ): Promise<void> {
    return this.#do(verb, async () => {
      for (const machine of this.#of(labId).filter(({ name }) => names.includes(name))) {
        await this.#step();
        if (!applies(machine)) continue;
        if (power === 'on') this.world.boot(machine);
        else this.world.halt(machine);
      }
    });
  }

  /** The truth, which a verb by name acts on. */
  #of(labId: string): FakeMachine[] {
    return this.world.machines.filter(
      (machine) => machine.deployment === this.#deployment && machine.labId === labId,
    );
  }

  async #do<T>(verb: DriverVerb, work: () => Promise<T>): Promise<T> {
    this.calls.push(verb);
    this.#failAt(verb, 'before');
    const result = await work();
    this.#failAt(verb, 'after');
    return result;
  }

  #failAt(verb: DriverVerb, when: FailurePoint): void {
    const failure = this.#failures.find((one) => one.verb === verb && one.when === when);
    if (failure === undefined) return;
    this.#failures = this.#failures.filter((one) => one !== failure);
    throw failure.error;
  }

  /** Something that takes time, during which others act, and before which a process may die. */
  async #step(): Promise<void> {
    if (this.#stepsLeft <= 0) throw new Error('the process is dead');
    this.#stepsLeft -= 1;
    await Promise.resolve();
  }
}

export type FailurePoint = 'before' | 'between' | 'after';

function toldTo(verb: DriverVerb): SlipwayError {
  return new SlipwayError('driver_failed', `${verb} was told to fail once`, { retryable: true });
}
