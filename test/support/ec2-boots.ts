import type { EngineAccess } from '../../shared/ports/engine.ts';
import type { Ec2Backing } from './fake-ec2/backing.ts';
import type { Ec2Event } from './fake-ec2/events.ts';
import type { FakeInstance } from './fake-ec2/instances/instance.ts';
import { Timeline } from './fake-ec2/timeline.ts';
import { FakeEngines, type FakeHost } from './fake-engine.ts';

/** An instance as the engine on it and the lab's record know it. */
export interface BootedHost {
  labId: string;
  machine: string;
  instance: Readonly<FakeInstance>;
}

interface Host extends FakeHost {
  readonly instance: Readonly<FakeInstance>;
  /** Since when its engine is up; undefined while it is not. */
  upAt: number | undefined;
}

export interface Ec2BootsOptions {
  now: () => number;
  /** From running to enrolled; undefined for one that never does. */
  bootSeconds: (instance: Readonly<FakeInstance>) => number | undefined;
  /** Its engine is up from now on. */
  onEnrol: (host: BootedHost) => Promise<void>;
}

/**
 * Boots what the records-only fake of EC2 runs: some time after an instance runs, its engine is up and it enrols. Give
 * `backing` to the fake, and `hear` its events.
 */
export class Ec2Boots implements EngineAccess {
  readonly #options: Ec2BootsOptions;
  readonly #timeline = new Timeline();
  readonly #hosts = new Map<string, Host>();
  readonly #labs = new Map<string, { hosts: Host[]; engines: FakeEngines }>();
  #enrolling: Promise<void>[] = [];
  readonly backing: Ec2Backing = {
    launched: (instance) => this.#add(instance),
    rebooted: (instance) => this.#boot(instance.id),
    terminated: (instance) => this.#drop(instance),
  };

  constructor(options: Ec2BootsOptions) {
    this.#options = options;
  }

  /** An instance that runs boots. */
  hear(event: Ec2Event): void {
    if ('state' in event.detail && event.detail.state === 'running') this.#boot(event.detail['instance-id']);
  }

  nextAt(): number | undefined {
    return this.#timeline.nextAt();
  }

  /** Has everybody enrol whose boot is over by now. */
  async advance(): Promise<void> {
    this.#timeline.runUntil(this.#options.now());
    await Promise.all(this.#enrolling.splice(0));
  }

  async of(labId: string, machine: Parameters<EngineAccess['of']>[1]) {
    return await this.enginesOf(labId).of(labId, machine);
  }

  forget(): void {}

  /** One lab's engines: thousands of hosts in one list would be searched at every call. */
  enginesOf(labId: string): FakeEngines {
    return this.#lab(labId).engines;
  }

  #lab(labId: string) {
    const known = this.#labs.get(labId);
    if (known !== undefined) return known;
    const hosts: Host[] = [];
    const lab = { hosts, engines: new FakeEngines({ hosts: () => hosts, now: this.#options.now }) };
    this.#labs.set(labId, lab);
    return lab;
  }

  #add(instance: Readonly<FakeInstance>): void {
    const labId = instance.tags.get('slipway:lab');
    const name = instance.tags.get(`slipway:machine-${instance.launchIndex}`);
    if (labId === undefined || name === undefined) return;
    const host: Host = {
      id: this.#hosts.size + 1,
      labId,
      name,
      privateAddress: instance.privateAddress,
      instance,
      upAt: undefined,
      get power() {
        return instance.state === 'running' && this.upAt !== undefined ? 'on' : 'off';
      },
    };
    this.#hosts.set(instance.id, host);
    this.#lab(labId).hosts.push(host);
  }

  #boot(instanceId: string): void {
    const host = this.#hosts.get(instanceId);
    const seconds = host && this.#options.bootSeconds(host.instance);
    if (host === undefined) return;
    host.upAt = undefined;
    if (seconds === undefined) return;
    const { step } = host.instance;
    this.#timeline.at(this.#options.now() + seconds * 1000, (at) => {
      // Stopped or ended meanwhile.
      if (host.instance.step !== step) return;
      host.upAt = at;
      const { labId, name: machine, instance } = host;
      this.#enrolling.push(this.#options.onEnrol({ labId, machine, instance }));
    });
  }

  #drop({ id, tags }: Readonly<FakeInstance>): void {
    const lab = this.#labs.get(tags.get('slipway:lab') ?? '');
    const index = lab?.hosts.findIndex(({ instance }) => instance.id === id) ?? -1;
    if (index >= 0) lab?.hosts.splice(index, 1);
  }
}
