import type { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AmazonEc2Driver } from '../../shared/adapters/aws/ec2/amazonec2-driver.ts';
import { createEc2Client } from '../../shared/adapters/aws/ec2/ec2-client.ts';
import { AMAZON_LINUX_2023, findImages } from '../../shared/adapters/aws/ec2/find-image.ts';
import type { AmazonEc2Settings } from '../../shared/adapters/aws/ec2/settings.ts';
import { type Clock, systemClock } from '../../shared/core/clock.ts';
import { quietSdk } from '../../shared/core/config.ts';
import { createLog } from '../../shared/core/log.ts';
import { defaultSubnets, VPC_ID } from './fake-ec2/catalogue/subnets.ts';
import type { FakeEc2 } from './fake-ec2/start-fake-ec2.ts';

quietSdk();

export const CREDENTIALS = { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' };

/** The settings of a deployment in the fake's own network. */
export function ec2Settings(region: string, over: Partial<AmazonEc2Settings> = {}): AmazonEc2Settings {
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
  /** Its process is killed once so many calls of EC2 had their effect: it learns the answer of none after. */
  diesAfterCalls?: number;
}

/** The real driver through the real SDK, against the fake account. */
export function openEc2Driver(fake: FakeEc2, options: Ec2DriverOptions = {}): AmazonEc2Driver {
  const { deployment = 'test', settings, clock = systemClock, diesAfterCalls } = options;
  const { endpoint, region } = fake;
  const ssm = new SSMClient({ endpoint, region, credentials: CREDENTIALS, maxAttempts: 1 });
  const ec2 =
    diesAfterCalls === undefined ? openEc2Client(fake) : dyingEc2Client(fake, mortality(diesAfterCalls));
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

/** Lets so many steps outside have their effect; then the process is dead and learns of none any more. */
export function mortality(steps: number): <T>(step: () => Promise<T>) => Promise<T> {
  let left = steps;
  const live = () => {
    if (left < 0) throw new Error('the process is dead');
  };
  return async (step) => {
    live();
    left -= 1;
    const answer = await step();
    live();
    return answer;
  };
}

/** Each call is a step. */
export function dyingEc2Client(fake: FakeEc2, lives: ReturnType<typeof mortality>): EC2Client {
  const ec2 = openEc2Client(fake);
  ec2.middlewareStack.add((next) => (args) => lives(() => next(args)), { step: 'initialize', name: 'death' });
  return ec2;
}

export function openEc2Client({ endpoint, region }: FakeEc2): EC2Client {
  const ec2 = createEc2Client({
    region,
    endpoint,
    credentials: CREDENTIALS,
  });
  // It copies every answer for a log that nobody keeps: a tenth of the time of a simulation.
  ec2.middlewareStack.remove('loggerMiddleware');
  return ec2;
}
