import { setTimeout as sleep } from 'node:timers/promises';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AMAZON_LINUX_2023, findImages } from '../../shared/adapters/aws/ec2/find-image.ts';
import { type AmazonEc2, openAmazonEc2 } from '../../shared/adapters/aws/ec2/open-driver.ts';
import type { Pacer } from '../../shared/adapters/aws/ec2/pacer.ts';
import type { AmazonEc2Settings } from '../../shared/adapters/aws/ec2/settings.ts';
import type { Clock } from '../../shared/core/clock.ts';
import { isSlipwayError } from '../../shared/core/errors.ts';
import { createLog } from '../../shared/core/log.ts';
import type { Driver } from '../../shared/ports/driver.ts';
import { dyingEc2Client, ec2Settings, mortality } from './ec2-ground.ts';
import type { FakeEc2 } from './fake-ec2/start-fake-ec2.ts';

export interface PacedEc2Options {
  dynamo: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
  deployment?: string;
  settings?: Partial<AmazonEc2Settings>;
  pacer?: Pacer;
  /** Its process is killed after so many calls, of EC2 and of the table. */
  diesAfterSteps?: number;
}

/** One process with the driver as a Lambda composes it, against the fake account. */
export function openPacedEc2(fake: FakeEc2, options: PacedEc2Options): AmazonEc2 {
  const { table, clock, deployment = 'test', settings, pacer, diesAfterSteps } = options;
  const { endpoint, region } = fake;
  const credentials = { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' };
  const ssm = new SSMClient({ endpoint, region, credentials, maxAttempts: 1 });
  const lives = mortality(diesAfterSteps ?? Number.POSITIVE_INFINITY);
  const ec2 = dyingEc2Client(fake, lives);
  const dynamo = new Proxy(options.dynamo, {
    get: (client, name: keyof DynamoDBDocumentClient) =>
      name === 'send'
        ? (command: never) => lives(() => client.send(command) as Promise<unknown>)
        : client[name],
  });
  return openAmazonEc2({
    ec2,
    dynamo,
    table,
    deployment,
    settings: ec2Settings(region, settings),
    findImage: findImages({ ssm, names: AMAZON_LINUX_2023, clock }),
    clock,
    log: createLog('silent'),
    watchEverySeconds: 0.03,
    ...(pacer === undefined ? {} : { pacer }),
  });
}

/** A clock on which so many seconds pass in one. */
export function fastClock(times: number): Clock {
  const start = Date.now();
  return { now: () => start + Math.round((Date.now() - start) * times) };
}

/** A caller who waits as long as it is told, on a clock that is so many times as fast, and asks again. */
export function patient(driver: Driver, times: number): Driver {
  return new Proxy(driver, {
    get(target, name: keyof Driver) {
      const member = target[name];
      if (typeof member !== 'function' || name === 'watch' || name === 'describe') {
        return typeof member === 'function' ? member.bind(target) : member;
      }
      return async (...given: unknown[]) => {
        for (;;) {
          try {
            return await (member as (...all: unknown[]) => Promise<unknown>).apply(target, given);
          } catch (error) {
            if (!isSlipwayError(error) || error.facts.reason !== 'throttled') throw error;
            await sleep((Number(error.facts.afterSeconds) * 1000) / times + 1);
          }
        }
      };
    },
  });
}
