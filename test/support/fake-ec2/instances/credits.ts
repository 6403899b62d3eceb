import type { Account } from '../account.ts';
import type { Action } from '../action.ts';
import { readSelection } from '../select.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import type { FakeInstance } from './instance.ts';

/** Each instance by itself: what fails is told in the answer, and the answer is 200. */
export const modifyInstanceCreditSpecification: Action = (form) => {
  form.text('ClientToken');
  const wishes = form.parts('InstanceCreditSpecification').map((part) => ({
    id: part.required('InstanceId'),
    credits: part.oneOf('CpuCredits', ['standard', 'unlimited']),
  }));
  if (wishes.length === 0) {
    throw new Ec2Refusal(
      'MissingParameter',
      'The request must contain the parameter InstanceCreditSpecification',
    );
  }
  return (account) => {
    const outcomes = wishes.map(({ id, credits }) => ({ id, error: change(account, id, credits) }));
    return {
      successfulInstanceCreditSpecificationSet: outcomes
        .filter(({ error }) => error === undefined)
        .map(({ id }) => ({ instanceId: id })),
      unsuccessfulInstanceCreditSpecificationSet: outcomes
        .filter(({ error }) => error !== undefined)
        .map(({ id, error }) => ({ instanceId: id, error })),
    };
  };
};

export const describeInstanceCreditSpecifications: Action = (form) => {
  const select = readSelection<FakeInstance>(form, {
    kind: 'instance',
    idParameter: 'InstanceId',
    filters: { 'instance-id': ({ id }) => id },
    store: (account) => account.instances,
  });
  return (account) => {
    const { items, rest } = select(account);
    return {
      instanceCreditSpecificationSet: items
        .filter(({ credits, state }) => credits !== undefined && state !== 'terminated')
        .map(({ id, credits }) => ({ instanceId: id, cpuCredits: credits })),
      ...rest,
    };
  };
};

function change(account: Account, id: string, credits: 'standard' | 'unlimited' | undefined) {
  const instance = account.instances.get(id);
  if (instance === undefined || !account.isVisible(instance)) {
    return { code: 'InvalidInstanceID.NotFound', message: `The instance ID '${id}' does not exist` };
  }
  if (instance.credits === undefined) {
    return {
      code: 'InstanceCreditSpecification.NotSupported',
      message: `The instance type ${instance.type.name} does not support CPU credits.`,
    };
  }
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    return {
      code: 'IncorrectInstanceState',
      message: `The instance '${id}' is in state ${instance.state}; it must be running or stopped.`,
    };
  }
  instance.credits = credits ?? instance.credits;
  return undefined;
}
