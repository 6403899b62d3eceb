import type { Account } from '../account.ts';
import { QUOTA_ACTIONS } from '../json/quotas.ts';
import { type JsonAction, JsonRefusal } from '../json/service.ts';
import { SSM_ACTIONS } from '../json/ssm.ts';
import type { Answer, Work } from './answer.ts';

const JSON_1_1 = 'application/x-amz-json-1.1';

interface JsonService {
  name: 'ssm' | 'servicequotas';
  actions: Record<string, JsonAction>;
}

const SERVICES: Record<string, JsonService> = {
  AmazonSSM: { name: 'ssm', actions: SSM_ACTIONS },
  ServiceQuotasV20190624: { name: 'servicequotas', actions: QUOTA_ACTIONS },
};

/** `X-Amz-Target: AmazonSSM.GetParameter`. @returns undefined for a service that is not here. */
export function targetOf(header: string): { service: JsonService['name']; action: string } | undefined {
  const [prefix = '', action = ''] = header.split('.');
  const service = SERVICES[prefix];
  return service && { service: service.name, action };
}

export function jsonWork(account: Account, header: string, body: string): Work {
  const [prefix = '', name = ''] = header.split('.');
  return {
    contentType: JSON_1_1,
    refuse: jsonError,
    carryOut() {
      const actions = SERVICES[prefix]?.actions ?? {};
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (action === undefined) throw new JsonRefusal('UnknownOperationException', '');
      return JSON.stringify(action(account, JSON.parse(body)));
    },
  };
}

export function jsonError(code: string, message: string, status: number): Answer {
  return {
    status,
    headers: { 'Content-Type': JSON_1_1, 'x-amzn-ErrorType': code },
    body: JSON.stringify({ __type: code, message }),
  };
}
