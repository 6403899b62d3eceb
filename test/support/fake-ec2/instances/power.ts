import type { Account } from '../account.ts';
import type { Action } from '../action.ts';
import { findAll, visibleIn } from '../find-by-id.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import type { XmlFields } from '../wire/xml.ts';
import { type FakeInstance, type InstanceState, isEnding, type Market } from './instance.ts';
import { stateXml } from './instance-xml.ts';
import { roomFor } from './room.ts';

export const startInstances: Action = (form) => {
  const ids = form.requiredList('InstanceId');
  return (account) => {
    const instances = findInstances(account, ids);
    requireState(instances, ['stopped', 'running'], 'started');
    const stopped = instances.filter(({ state }) => state === 'stopped');
    requireRoom(account, stopped);
    account.limits.takeInstances('StartInstances', instances.length, account.now());
    return changed(instances, (instance) => {
      if (instance.state === 'stopped') account.lifecycle.start(instance);
    });
  };
};

export const stopInstances: Action = (form) => {
  const ids = form.requiredList('InstanceId');
  const force = form.boolean('Force') ?? false;
  return (account) => {
    const instances = findInstances(account, ids);
    const bound = instances.find(({ spot }) => spot?.kind === 'one-time');
    if (bound !== undefined) {
      throw new Ec2Refusal(
        'UnsupportedOperation',
        `You can't stop the Spot Instance '${bound.id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
      );
    }
    requireState(instances, ['running', 'stopping', 'stopped'], 'stopped');
    account.limits.takeInstances('StopInstances', instances.length, account.now());
    return changed(instances, (instance) => {
      if (instance.state === 'running') account.lifecycle.stop(instance, { force });
    });
  };
};

export const rebootInstances: Action = (form) => {
  const ids = form.requiredList('InstanceId');
  return (account) => {
    const instances = findInstances(account, ids);
    requireState(instances, ['running'], 'rebooted');
    for (const instance of instances) account.lifecycle.reboot(instance);
    return { return: true };
  };
};

/** All of them or, where one id is not known, none. */
export const terminateInstances: Action = (form) => {
  const ids = form.requiredList('InstanceId');
  return (account) => {
    const instances = findInstances(account, ids);
    const kept = instances.find(({ terminationProtected }) => terminationProtected);
    if (kept !== undefined) {
      throw new Ec2Refusal(
        'OperationNotPermitted',
        `The instance '${kept.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
    }
    account.limits.takeInstances('TerminateInstances', instances.length, account.now());
    return changed(instances, (instance) => {
      if (!isEnding(instance)) account.lifecycle.terminate(instance);
    });
  };
};

function findInstances(account: Account, ids: string[]): FakeInstance[] {
  return findAll('instance', ids, visibleIn(account, account.instances));
}

function requireState(instances: FakeInstance[], states: InstanceState[], deed: string): void {
  const wrong = instances.find(({ state }) => !states.includes(state));
  if (wrong === undefined) return;
  throw new Ec2Refusal(
    'IncorrectInstanceState',
    `The instance '${wrong.id}' is not in a state from which it can be ${deed}.`,
  );
}

/** A stopped instance is bound to its zone and type: there must be room for all of one kind at once. */
function requireRoom(account: Account, instances: FakeInstance[]): void {
  const kinds = new Map<string, { instance: FakeInstance; count: number }>();
  for (const instance of instances) {
    const kind = `${instance.subnet.zone} ${instance.type.name} ${instance.market}`;
    kinds.set(kind, { instance, count: (kinds.get(kind)?.count ?? 0) + 1 });
  }
  for (const { instance, count } of kinds.values()) {
    const market: Market = instance.market;
    roomFor(account, { zone: instance.subnet.zone, type: instance.type, market }, count, count);
  }
}

function changed(instances: FakeInstance[], change: (instance: FakeInstance) => void): XmlFields {
  return {
    instancesSet: instances.map((instance) => {
      const previousState = stateXml(instance.state);
      change(instance);
      return { instanceId: instance.id, currentState: stateXml(instance.state), previousState };
    }),
  };
}
