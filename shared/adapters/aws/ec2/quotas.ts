import { GetServiceQuotaCommand, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { driverRefusal, ec2Error } from './ec2-errors.ts';

/** What an account may have at once in one Region. */
export interface AccountQuotas {
  /** vCPUs of running on-demand machines of the standard families. */
  onDemandVcpus: number;
  spotVcpus: number;
  securityGroups: number;
}

/** Service, and code within it; docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html. */
const CODES: Record<keyof AccountQuotas, [service: string, quota: string]> = {
  onDemandVcpus: ['ec2', 'L-1216C47A'],
  spotVcpus: ['ec2', 'L-34B43A08'],
  securityGroups: ['vpc', 'L-E79EC296'],
};

/** @throws SlipwayError `driver_failed`. */
export async function readQuotas(client: ServiceQuotasClient): Promise<AccountQuotas> {
  const read = async (name: keyof AccountQuotas): Promise<number> => {
    const [ServiceCode, QuotaCode] = CODES[name];
    const what = `quota ${ServiceCode} ${QuotaCode}`;
    const { Quota } = await client
      .send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }))
      .catch((error: unknown) => {
        throw ec2Error(what, error);
      });
    if (Quota?.Value === undefined) throw driverRefusal('refused', `${what} has no value`);
    return Quota.Value;
  };
  const [onDemandVcpus, spotVcpus, securityGroups] = await Promise.all([
    read('onDemandVcpus'),
    read('spotVcpus'),
    read('securityGroups'),
  ]);
  return { onDemandVcpus, spotVcpus, securityGroups };
}
