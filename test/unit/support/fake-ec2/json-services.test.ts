import {
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  paginateListServiceQuotas,
} from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import { AL2023_ARM, openDesk, outcome } from './ec2-desk.ts';

describe('SSM', () => {
  test('names the public images, and what else it was given', async () => {
    const { ssm, fake } = await openDesk({ parameters: { '/course/ami': 'ami-0123456789abcdef0' } });
    const value = async (Name: string) =>
      (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;
    expect(await value('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64')).toBe(
      AL2023_ARM,
    );
    expect(await value('/course/ami')).toBe('ami-0123456789abcdef0');
    fake.setParameter('/course/ami', undefined);
    expect(await outcome(value('/course/ami'))).toBe('ParameterNotFound 400');
  });

  test('keeps a SecureString closed to those who do not ask for it open, and overwrites only when told', async () => {
    const { ssm, fake } = await openDesk();
    const put = (Value: string, Overwrite: boolean) =>
      ssm.send(new PutParameterCommand({ Name: '/slipway/key', Value, Type: 'SecureString', Overwrite }));
    const get = async (WithDecryption: boolean) =>
      (await ssm.send(new GetParameterCommand({ Name: '/slipway/key', WithDecryption }))).Parameter;
    expect((await put('first', false)).Version).toBe(1);
    expect(await outcome(put('second', false))).toBe('ParameterAlreadyExists 400');
    expect(await get(true)).toMatchObject({ Value: 'first', Type: 'SecureString', Version: 1 });
    expect((await get(false))?.Value).not.toContain('first');
    expect((await put('second', true)).Version).toBe(2);
    expect(JSON.stringify(fake.calls())).not.toContain('second');
  });

  test('fails once when it is told to, by its own code', async () => {
    const { ssm, fake } = await openDesk();
    fake.failNext('GetParameter', { code: 'ThrottlingException', status: 400 });
    const get = () => outcome(ssm.send(new GetParameterCommand({ Name: '/none' })));
    expect([await get(), await get()]).toEqual(['ThrottlingException 400', 'ParameterNotFound 400']);
    expect(fake.calls('GetParameter')).toMatchObject([
      { service: 'ssm', code: 'ThrottlingException', parameters: { Name: '/none' } },
      { service: 'ssm', code: 'ParameterNotFound' },
    ]);
  });
});

describe('Service Quotas', () => {
  test('tells the quotas that RunInstances and CreateSecurityGroup keep to', async () => {
    const { quotas, fake } = await openDesk({ quotas: { onDemandVcpus: 600 } });
    const value = async (ServiceCode: string, QuotaCode: string) =>
      (await quotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }))).Quota?.Value;
    expect(await value('ec2', 'L-1216C47A')).toBe(600);
    expect(await value('vpc', 'L-E79EC296')).toBe(2500);
    fake.setQuotas({ onDemandVcpus: 700, spotVcpus: 8 });
    expect(await value('ec2', 'L-1216C47A')).toBe(700);
    expect(await value('ec2', 'L-34B43A08')).toBe(8);
    expect(await outcome(value('ec2', 'L-00000000'))).toBe('NoSuchResourceException 400');
    expect(await outcome(value('s3', 'L-1216C47A'))).toBe('NoSuchResourceException 400');
  });

  test('lists them page by page', async () => {
    const { quotas } = await openDesk();
    const codes: (string | undefined)[] = [];
    for await (const { Quotas = [] } of paginateListServiceQuotas(
      { client: quotas, pageSize: 1 },
      { ServiceCode: 'ec2' },
    )) {
      expect(Quotas).toHaveLength(1);
      codes.push(Quotas[0]?.QuotaCode);
    }
    expect(codes).toEqual(['L-1216C47A', 'L-34B43A08']);
    const wrong = new ListServiceQuotasCommand({ ServiceCode: 'ec2', NextToken: 'x' });
    expect(await outcome(quotas.send(wrong))).toBe('InvalidPaginationTokenException 400');
  });
});
