import { openEc2Driver } from '../support/ec2-ground.ts';
import type { LagOptions } from '../support/fake-ec2/options.ts';
import { startFakeEc2 } from '../support/fake-ec2/start-fake-ec2.ts';
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

driverContract('amazonec2', onFakeEc2({}));
driverContract('amazonec2, where EC2 tells of instances 60 ms late', onFakeEc2({ instancesMs: 60 }));
