import type { z } from 'zod';
import { DockerDriver } from '../../shared/adapters/docker/docker-driver.ts';
import { reachOf } from '../../shared/adapters/docker/reach.ts';
import { EngineHttp, type EngineRequest } from '../../shared/adapters/engine/engine-http.ts';
import { createLog } from '../../shared/core/log.ts';
import type { DriverGround } from '../contract/driver-contract.ts';
import { ground } from './ground.ts';

/** Nobody listens there: a driver's tests need hosts that boot, not hosts that enrol. */
const DEAF_PORT = 9;

/** An engine whose caller is killed once so many of its calls had their effect: it learns the answer of none after. */
class DyingEngineHttp extends EngineHttp {
  #callsLeft: number;

  constructor(dockerHost: string, calls: number) {
    super({ socketPath: dockerHost.replace('unix://', '') });
    this.#callsLeft = calls;
  }

  override async call<S extends z.ZodType>(request: EngineRequest & { schema: S }): Promise<z.output<S>> {
    if (this.#callsLeft < 0) throw new Error('the process is dead');
    this.#callsLeft -= 1;
    const answer = await super.call(request);
    if (this.#callsLeft < 0) throw new Error('the process is dead');
    return answer;
  }
}

export async function openDockerDriver(
  deployment: string,
  options: {
    engine?: EngineHttp;
    advertise?: string;
    routes?: boolean;
    hostImage?: string;
    apiPort?: number;
  } = {},
): Promise<DockerDriver> {
  const { dockerHost, hostImage, mirrorPort } = ground();
  const engine = options.engine ?? EngineHttp.at(dockerHost);
  return new DockerDriver({
    engine,
    deployment,
    hostImage: options.hostImage ?? hostImage,
    apiPort: options.apiPort ?? DEAF_PORT,
    log: createLog('silent'),
    ...(mirrorPort === undefined ? {} : { mirrorPort }),
    ...reachOf(await engine.info(), options.advertise),
    ...(options.routes === undefined ? {} : { routes: options.routes }),
  });
}

/** Real containers, as ground for the driver contract. */
export async function dockerGround(deployment: string): Promise<DriverGround> {
  const engine = EngineHttp.at(ground().dockerHost);
  const drivers = new Map<string, DockerDriver>();
  for (const name of [deployment, `${deployment}-foreign`]) {
    drivers.set(name, await openDockerDriver(name, { engine }));
  }
  const { hostImage } = ground();
  return {
    open: (name) => drivers.get(name === undefined ? deployment : `${deployment}-${name}`) as DockerDriver,
    openDying: (steps) =>
      new DockerDriver({
        engine: new DyingEngineHttp(ground().dockerHost, steps),
        deployment,
        hostImage,
        apiPort: DEAF_PORT,
        log: createLog('silent'),
      }),
    close: async () => engine.close(),
  };
}
