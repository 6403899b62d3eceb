import type { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AmazonEc2Driver } from '../../shared/adapters/aws/ec2/amazonec2-driver.ts';
import { createEc2Client } from '../../shared/adapters/aws/ec2/ec2-client.ts';
import { AMAZON_LINUX_2023, findImages } from '../../shared/adapters/aws/ec2/find-image.ts';
import type { Pace } from '../../shared/adapters/aws/ec2/pace.ts';
import type { AmazonEc2Settings } from '../../shared/adapters/aws/ec2/settings.ts';
import { type Clock, systemClock } from '../../shared/core/clock.ts';
import { quietSdk } from '../../shared/core/config.ts';
import { createLog } from '../../shared/core/log.ts';
import { defaultSubnets, VPC_ID } from './fake-ec2/catalogue/subnets.ts';
import type { FakeEc2 } from './fake-ec2/start-fake-ec2.ts';

quietSdk();

const CREDENTIALS = { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' };

/** The settings of a deployment in the fake's own network. */
function ec2Settings(region: string, over: Partial<AmazonEc2Settings> = {}): AmazonEc2Settings {
  return {
    vpcId: VPC_ID,
    range: '10.0.0.0/16',
    subnets: defaultSubnets(region).map(({ id, zone }) => ({ id, zone })),
    instanceTypes: ['t3.small', 't3a.small'],
    controlRanges: ['10.0.240.0/24', '10.0.241.0/24'],
    diskGb: 12,
    spot: false,
    apiUrl: 'https://api.slipway.example',
    ...over,
  };
}

export interface Ec2DriverOptions {
  deployment?: string;
  settings?: Partial<AmazonEc2Settings>;
  clock?: Clock;
  pace?: Pace;
  /** Its process is killed once so many calls of EC2 had their effect: it learns the answer of none after. */
  diesAfterCalls?: number;
}

/** The real driver through the real SDK, against the fake account. */
export function openEc2Driver(fake: FakeEc2, options: Ec2DriverOptions = {}): AmazonEc2Driver {
  const { deployment = 'test', settings, clock = systemClock, pace, diesAfterCalls } = options;
  const { endpoint, region } = fake;
  const ssm = new SSMClient({ endpoint, region, credentials: CREDENTIALS, maxAttempts: 1 });
  const ec2 = openEc2Client(fake, pace);
  if (diesAfterCalls !== undefined) killAfter(ec2, diesAfterCalls);
  return new AmazonEc2Driver({
    ec2,
    deployment,
    settings: ec2Settings(region, settings),
    findImage: findImages({ ssm, names: AMAZON_LINUX_2023, clock }),
    clock,
    log: createLog('silent'),
    watchEverySeconds: 0.03,
  });
}

function killAfter(ec2: EC2Client, calls: number): void {
  let callsLeft = calls;
  ec2.middlewareStack.add(
    (next) => async (args) => {
      if (callsLeft < 0) throw new Error('the process is dead');
      callsLeft -= 1;
      const answer = await next(args);
      if (callsLeft < 0) throw new Error('the process is dead');
      return answer;
    },
    { step: 'initialize', name: 'death' },
  );
}

export function openEc2Client({ endpoint, region }: FakeEc2, pace?: Pace) {
  return createEc2Client({
    region,
    endpoint,
    credentials: CREDENTIALS,
    ...(pace === undefined ? {} : { pace }),
  });
}
