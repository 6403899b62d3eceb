import { expect } from 'vitest';
import { openEc2Driver } from '../support/ec2-ground.ts';
import { openEmbedded } from '../support/embedded-stores.ts';
import type { LagOptions } from '../support/fake-ec2/options.ts';
import { startFakeEc2 } from '../support/fake-ec2/start-fake-ec2.ts';
import { fastClock, openPacedEc2, patient } from '../support/paced-ec2.ts';
import { type DriverGround, driverContract } from './driver-contract.ts';

/** Quick, since the contract waits for each state; the limits on calls are other tests' matter. */
const TIMES = { pendingMs: 20, stoppingMs: 20, forcedStoppingMs: 10, shuttingDownMs: 20 };

function onFakeEc2(lag: LagOptions): () => Promise<DriverGround> {
  return async () => {
    const fake = await startFakeEc2({ times: TIMES, lag, requestLimits: { start: 'off' } });
    return {
      open: (deployment = 'test') => openEc2Driver(fake, { deployment }),
      openDying: (diesAfterCalls) => openEc2Driver(fake, { diesAfterCalls }),
      close: () => fake.close(),
    };
  };
}

/** On the shared clock a second is a hundredth. */
const SPEED = 100;

/** As Lambdas have it: each driver is a process of its own, and all of a deployment share a table and EC2's real limits. */
async function onPacedEc2(): Promise<DriverGround> {
  const clock = fastClock(SPEED);
  const times = Object.fromEntries(Object.entries(TIMES).map(([name, ms]) => [name, ms * SPEED]));
  const fake = await startFakeEc2({ clock, times });
  const tables = { test: await openEmbedded(), foreign: await openEmbedded() };
  const open = (deployment: string, diesAfterSteps?: number) => {
    const { client: dynamo, table } = tables[deployment as keyof typeof tables];
    const dying = diesAfterSteps === undefined ? {} : { diesAfterSteps };
    return patient(openPacedEc2(fake, { dynamo, table, clock, deployment, ...dying }).driver, SPEED);
  };
  return {
    open: (deployment = 'test') => open(deployment),
    openDying: (steps) => open('test', steps),
    async close() {
      expect(fake.throttled()).toEqual([]);
      await fake.close();
      await Promise.all(Object.values(tables).map(({ close }) => close()));
    },
  };
}

driverContract('amazonec2', onFakeEc2({}));
driverContract('amazonec2, paced and admitted and seldom looked at', onPacedEc2);
driverContract('amazonec2, where EC2 tells of instances 60 ms late', onFakeEc2({ instancesMs: 60 }));
