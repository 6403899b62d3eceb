import type { Action } from '../action.ts';
import { readSelection } from '../select.ts';
import type { Form } from '../wire/form.ts';
import type { XmlFields } from '../wire/xml.ts';
import type { FakeInstance } from './instance.ts';
import { INSTANCE_FILTERS } from './instance-filters.ts';
import { instanceXml, stateXml } from './instance-xml.ts';

export const describeInstances: Action = (form) => {
  const select = readInstances(form);
  return (account) => {
    const { items, rest } = select(account);
    const reservations = new Map<string, FakeInstance[]>();
    for (const instance of items) {
      const together = reservations.get(instance.reservationId);
      if (together === undefined) reservations.set(instance.reservationId, [instance]);
      else together.push(instance);
    }
    return {
      reservationSet: [...reservations].map(([reservationId, instances]) => ({
        reservationId,
        ownerId: account.id,
        groupSet: [],
        instancesSet: instances.map((instance) => instanceXml(account, instance)),
      })),
      ...rest,
    };
  };
};

/** Running instances only, unless all are asked for. Status checks pass as soon as it runs. */
export const describeInstanceStatus: Action = (form) => {
  const all = form.boolean('IncludeAllInstances') ?? false;
  const select = readInstances(form);
  return (account) => {
    const { items, rest } = select(account);
    const told = items.filter(({ state }) => all || state === 'running');
    return { instanceStatusSet: told.map(statusXml), ...rest };
  };
};

function readInstances(form: Form) {
  return readSelection<FakeInstance>(form, {
    kind: 'instance',
    idParameter: 'InstanceId',
    filters: INSTANCE_FILTERS,
    store: (account) => account.instances,
  });
}

function statusXml({ id, subnet, state }: FakeInstance): XmlFields {
  const status = state === 'running' ? 'ok' : 'not-applicable';
  const details = state === 'running' ? [{ name: 'reachability', status: 'passed' }] : [];
  return {
    instanceId: id,
    availabilityZone: subnet.zone,
    instanceState: stateXml(state),
    systemStatus: { status, details },
    instanceStatus: { status, details },
  };
}
