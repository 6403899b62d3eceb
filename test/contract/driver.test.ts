import { DriverWorld, type DriverWorldOptions } from '../support/driver-world.ts';
import { LaggingDriver } from '../support/lagging-driver.ts';
import { type DriverGround, driverContract } from './driver-contract.ts';

function inMemory(options: DriverWorldOptions): () => Promise<DriverGround> {
  return async () => {
    const world = new DriverWorld(options);
    return {
      open: (deployment = 'test') => new LaggingDriver({ world, deployment }),
      openDying: (diesAfterSteps) => new LaggingDriver({ world, diesAfterSteps }),
      close: async () => {},
    };
  };
}

driverContract('the fake, prompt', inMemory({}));
driverContract('the fake whose list is three calls late', inMemory({ lagCalls: 3, bootMilliseconds: 20 }));
driverContract('the fake whose list is 30 ms late', inMemory({ lagMilliseconds: 30, bootMilliseconds: 20 }));
