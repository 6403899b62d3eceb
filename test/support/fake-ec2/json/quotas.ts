import type { Account } from '../account.ts';
import type { QuotaOptions } from '../options.ts';
import { type JsonAction, type JsonInput, JsonRefusal, requiredText } from './service.ts';

interface Quota {
  service: 'ec2' | 'vpc';
  serviceName: string;
  code: string;
  name: string;
  value: keyof QuotaOptions;
}

const EC2 = { service: 'ec2', serviceName: 'Amazon Elastic Compute Cloud (Amazon EC2)' } as const;
const VPC = { service: 'vpc', serviceName: 'Amazon Virtual Private Cloud (Amazon VPC)' } as const;

const QUOTAS: Quota[] = [
  {
    ...EC2,
    code: 'L-1216C47A',
    name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    value: 'onDemandVcpus',
  },
  {
    ...EC2,
    code: 'L-34B43A08',
    name: 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests',
    value: 'spotVcpus',
  },
  { ...VPC, code: 'L-E79EC296', name: 'VPC security groups per Region', value: 'securityGroups' },
  {
    ...VPC,
    code: 'L-0EA8095F',
    name: 'Inbound or outbound rules per security group',
    value: 'rulesPerGroup',
  },
];

const getServiceQuota: JsonAction = (account, input) => {
  const service = requiredText(input, 'ServiceCode');
  const code = requiredText(input, 'QuotaCode');
  const quota = quotasOf(service).find((one) => one.code === code);
  if (quota === undefined) throw noSuchResource();
  return { Quota: tell(account, quota) };
};

const listServiceQuotas: JsonAction = (account, input) => {
  const quotas = quotasOf(requiredText(input, 'ServiceCode'));
  const size = numberIn(input, 'MaxResults') ?? 100;
  if (size < 1 || size > 100) {
    throw new JsonRefusal('IllegalArgumentException', 'MaxResults must be between 1 and 100');
  }
  const from = startOf(input, quotas.length);
  const end = from + size;
  return {
    Quotas: quotas.slice(from, end).map((quota) => tell(account, quota)),
    ...(end < quotas.length && { NextToken: Buffer.from(String(end)).toString('base64url') }),
  };
};

export const QUOTA_ACTIONS: Record<string, JsonAction> = {
  GetServiceQuota: getServiceQuota,
  ListServiceQuotas: listServiceQuotas,
};

function quotasOf(service: string): Quota[] {
  const found = QUOTAS.filter((quota) => quota.service === service);
  if (found.length === 0) throw noSuchResource();
  return found;
}

function tell(account: Account, { service, serviceName, code, name, value }: Quota) {
  return {
    ServiceCode: service,
    ServiceName: serviceName,
    QuotaArn: `arn:aws:servicequotas:${account.region}:${account.id}:${service}/${code}`,
    QuotaCode: code,
    QuotaName: name,
    Value: account.quotas[value],
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
  };
}

function startOf(input: JsonInput, count: number): number {
  if (input.NextToken === undefined) return 0;
  const start = Number(Buffer.from(String(input.NextToken), 'base64url').toString());
  if (Number.isInteger(start) && start > 0 && start < count) return start;
  throw new JsonRefusal('InvalidPaginationTokenException', 'Invalid token was used.');
}

function numberIn(input: JsonInput, name: string): number | undefined {
  const value = input[name];
  return typeof value === 'number' ? value : undefined;
}

function noSuchResource(): JsonRefusal {
  return new JsonRefusal(
    'NoSuchResourceException',
    'The request failed because the specified service does not exist.',
  );
}
