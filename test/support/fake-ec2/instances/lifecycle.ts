import type { Account } from '../account.ts';
import { type FakeInstance, type InstanceState, isActive } from './instance.ts';

/** How soon an instance is looked at again whose backing is still at work. */
const LOOK_AGAIN_MS = 250;
/** Spot instances are told two minutes ahead. */
const SPOT_NOTICE_MS = 120_000;

export interface Ending {
  code: string;
  message: string;
  /** As `reason` tells it; what AWS does by itself says nothing there. */
  transition?: string;
}

const USER_SHUTDOWN: Ending = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  transition: 'User initiated',
};
const INSIDE_SHUTDOWN: Ending = {
  code: 'Client.InstanceInitiatedShutdown',
  message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
};
const SPOT_ENDING: Ending = {
  code: 'Server.SpotInstanceTermination',
  message: 'Server.SpotInstanceTermination: Spot instance termination',
};

/** Moves instances from state to state in time, with what each change brings and takes. */
export class Lifecycle {
  readonly #account: Account;
  /** How the next launches end at once. */
  #doomed: string[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  /** The next so many instances that are launched end at once, with such a StateReason. */
  doom(count: number, code: string): void {
    this.#doomed.push(...Array.from({ length: count }, () => code));
  }

  launch(instance: FakeInstance): void {
    const doom = this.#doomed.shift();
    this.#begin(instance, doom);
    this.#account.backingCalls.tell(
      instance,
      (backing) => backing.launched?.(instance),
      () => this.#fail(instance),
    );
  }

  start(instance: FakeInstance): void {
    instance.launchedAt = this.#account.now();
    instance.stateReason = undefined;
    instance.transitionReason = '';
    this.#begin(instance, undefined);
    this.#account.backingCalls.tell(
      instance,
      (backing) => backing.started?.(instance),
      () => this.#fail(instance),
    );
  }

  stop(instance: FakeInstance, { force = false, ending = USER_SHUTDOWN } = {}): void {
    const now = this.#account.now();
    const { stoppingMs, forcedStoppingMs } = this.#account.times;
    this.#end(instance, 'stopping', ending, now);
    this.#later(instance, now + (force ? forcedStoppingMs : stoppingMs), (at) =>
      this.#enter(instance, 'stopped', at),
    );
    this.#account.backingCalls.tell(instance, (backing) => backing.stopped?.(instance, { force }));
  }

  reboot(instance: FakeInstance): void {
    this.#account.backingCalls.tell(instance, (backing) => backing.rebooted?.(instance));
  }

  terminate(instance: FakeInstance, ending: Ending = USER_SHUTDOWN, at = this.#account.now()): void {
    this.#end(instance, 'shutting-down', ending, at);
    this.#later(instance, at + this.#account.times.shuttingDownMs, (due) => this.#terminated(instance, due));
    this.#account.backingCalls.tell(instance, (backing) => backing.terminated?.(instance));
  }

  /** The machine's own `poweroff`. */
  shutDownInside(instance: FakeInstance): void {
    if (instance.onShutdown === 'terminate') this.terminate(instance, INSIDE_SHUTDOWN);
    else this.stop(instance, { ending: INSIDE_SHUTDOWN });
  }

  /** Two minutes' notice, then it is taken. */
  interrupt(instance: FakeInstance): void {
    const now = this.#account.now();
    this.#account.events.emit(
      {
        'detail-type': 'EC2 Spot Instance Interruption Warning',
        detail: {
          'instance-id': instance.id,
          'instance-action': instance.spot?.onInterruption ?? 'terminate',
        },
      },
      now,
    );
    this.#account.timeline.at(now + SPOT_NOTICE_MS, (at) => {
      if (isActive(instance)) this.terminate(instance, SPOT_ENDING, at);
    });
  }

  /** Gone from the account without a trace and without an event. */
  vanish(instance: FakeInstance): void {
    if (instance.state !== 'terminated') {
      if (isActive(instance)) this.#account.usage.remove(instance);
      instance.state = 'terminated';
      this.#release(instance);
      this.#account.backingCalls.tell(instance, (backing) => backing.terminated?.(instance));
    }
    instance.step += 1;
    this.#account.instances.remove(instance);
  }

  #begin(instance: FakeInstance, doom: string | undefined): void {
    const now = this.#account.now();
    this.#account.usage.add(instance);
    instance.publicAddress = instance.wantsPublicAddress ? this.#account.publicAddress(instance) : undefined;
    this.#enter(instance, 'pending', now);
    this.#later(instance, now + this.#account.times.pendingMs, (at) => {
      if (doom === undefined) return this.#enter(instance, 'running', at);
      this.#endAtOnce(instance, doom, at);
    });
  }

  /** The backing could not: what EC2 says when its own host fails. */
  #fail(instance: FakeInstance): void {
    if (isActive(instance)) this.#endAtOnce(instance, 'Server.InternalError', this.#account.now());
  }

  #endAtOnce(instance: FakeInstance, code: string, at: number): void {
    const side = code.startsWith('Client') ? 'Client' : 'Internal';
    this.#account.usage.remove(instance);
    instance.publicAddress = undefined;
    instance.stateReason = { code, message: `${code}: ${side} error on launch` };
    this.#terminated(instance, at);
    this.#account.backingCalls.tell(instance, (backing) => backing.terminated?.(instance));
  }

  #end(instance: FakeInstance, state: InstanceState, ending: Ending, at: number): void {
    if (isActive(instance)) this.#account.usage.remove(instance);
    instance.publicAddress = undefined;
    instance.stateReason = { code: ending.code, message: ending.message };
    instance.transitionReason =
      ending.transition === undefined ? '' : `${ending.transition} (${gmtText(at)} GMT)`;
    this.#enter(instance, state, at);
  }

  #terminated(instance: FakeInstance, at: number): void {
    this.#enter(instance, 'terminated', at);
    this.#release(instance);
    this.#account.timeline.at(at + this.#account.times.terminatedVisibleMs, () => {
      this.#account.instances.remove(instance);
      instance.userData = undefined;
    });
  }

  /** Only now its address, its interface and its disks are free, and its groups may go. */
  #release(instance: FakeInstance): void {
    const account = this.#account;
    instance.publicAddress = undefined;
    if (instance.interface !== undefined) {
      account.interfaces.remove(instance.interface);
      for (const group of instance.groups) group.usedBy.delete(instance.interface.id);
      instance.subnet.giveBack(instance.privateAddress);
      instance.interface = undefined;
    }
    for (const volume of instance.volumes) {
      volume.attached = false;
      if (volume.deleteOnTermination) account.volumes.remove(volume);
    }
    instance.volumes = [];
  }

  #enter(instance: FakeInstance, state: InstanceState, at: number): void {
    instance.step += 1;
    instance.state = state;
    this.#account.events.emit(
      {
        'detail-type': 'EC2 Instance State-change Notification',
        detail: { 'instance-id': instance.id, state },
      },
      at,
    );
  }

  #later(instance: FakeInstance, at: number, work: (at: number) => void): void {
    const { step } = instance;
    const { timeline } = this.#account;
    const look = (due: number) => {
      if (instance.step !== step) return;
      if (instance.backingAtWork) timeline.at(Math.max(due, this.#account.now()) + LOOK_AGAIN_MS, look);
      else work(due);
    };
    timeline.at(at, look);
  }
}

function gmtText(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
