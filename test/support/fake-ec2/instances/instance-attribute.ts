import type { Action } from '../action.ts';
import { findOne, visibleIn } from '../find-by-id.ts';
import type { XmlFields } from '../wire/xml.ts';
import type { FakeInstance } from './instance.ts';

const ATTRIBUTES = {
  userData: ({ userData }) => ({ value: userData }),
  instanceType: ({ type }) => ({ value: type.name }),
  disableApiTermination: ({ terminationProtected }) => ({ value: terminationProtected }),
  instanceInitiatedShutdownBehavior: ({ onShutdown }) => ({ value: onShutdown }),
  rootDeviceName: ({ image }) => ({ value: image.rootDevice }),
} satisfies Record<string, (instance: FakeInstance) => XmlFields>;

export const describeInstanceAttribute: Action = (form) => {
  const id = form.required('InstanceId');
  form.required('Attribute');
  const name = form.oneOf('Attribute', Object.keys(ATTRIBUTES) as (keyof typeof ATTRIBUTES)[]) ?? 'userData';
  return (account) => {
    const instance = findOne('instance', id, visibleIn(account, account.instances));
    return { instanceId: id, [name]: ATTRIBUTES[name](instance) };
  };
};
