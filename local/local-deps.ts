import { join } from 'node:path';
import { DockerDriver } from '../shared/adapters/docker/docker-driver.ts';
import { reachOf } from '../shared/adapters/docker/reach.ts';
import { createEmbeddedClient } from '../shared/adapters/dynamo/client.ts';
import { DynamoClassStore } from '../shared/adapters/dynamo/dynamo-class-store.ts';
import { DynamoLabStore } from '../shared/adapters/dynamo/dynamo-lab-store.ts';
import { DynamoRequestStore } from '../shared/adapters/dynamo/dynamo-request-store.ts';
import { DynamoSecretStore } from '../shared/adapters/dynamo/dynamo-secret-store.ts';
import { DynamoStackStore } from '../shared/adapters/dynamo/dynamo-stack-store.ts';
import { DynamoSweepStore } from '../shared/adapters/dynamo/dynamo-sweep-store.ts';
import { ensureTable } from '../shared/adapters/dynamo/ensure-table.ts';
import { EngineConnector } from '../shared/adapters/engine/engine-connector.ts';
import { EngineHttp } from '../shared/adapters/engine/engine-http.ts';
import { openEmbeddedDynamo } from '../shared/adapters/local/embedded-dynamo.ts';
import { FileSealer } from '../shared/adapters/local/file-sealer.ts';
import { MemoryChanges } from '../shared/adapters/memory/memory-changes.ts';
import { MemoryQueue } from '../shared/adapters/memory/memory-queue.ts';
import { loadCatalogue } from '../shared/catalogue/load-catalogue.ts';
import { systemClock } from '../shared/core/clock.ts';
import { commonPolicy, quietSdk } from '../shared/core/config.ts';
import type { LocalConfig } from '../shared/core/local-config.ts';
import { createLog } from '../shared/core/log.ts';
import { createEngineAccess } from '../shared/engine/engine-access.ts';
import type { Deps, Policy } from '../shared/ports/deps.ts';
import { freePort } from './free-port.ts';

/** Labs reconciled at once in this process: they mostly wait for engines. */
const RUNS_AT_ONCE = 16;
const TABLE = 'slipway';

/** One deployment on one machine, composed and not started. */
export interface Local {
  deps: Deps;
  queue: MemoryQueue;
  config: LocalConfig;
  /** The API's, fixed before the driver is made: hosts are told it. */
  port: number;
  /** Closes connections and gives the data directory free. */
  close(): Promise<void>;
}

/** What the deployment stands on; scripts/ground.ts makes it. */
export interface LocalGround {
  dockerHost: string;
  hostImage: string;
  mirrorPort?: number | undefined;
}

/** Composes the product on this machine: Docker containers as hosts, DynamoDB embedded in the data directory. */
export async function createLocal(config: LocalConfig, ground: LocalGround): Promise<Local> {
  quietSdk();
  const clock = systemClock;
  const log = createLog(config.SLIPWAY_LOG_LEVEL);
  const policy = policyOf(config);
  const port = config.SLIPWAY_PORT === 0 ? await freePort() : config.SLIPWAY_PORT;
  const dynamo = await openEmbeddedDynamo({ path: join(config.SLIPWAY_DATA, 'records'), log });
  const client = createEmbeddedClient(dynamo.transport);
  await ensureTable(client, TABLE);
  const secrets = new DynamoSecretStore(client, TABLE);
  const sealer = await FileSealer.open(join(config.SLIPWAY_DATA, 'key'));
  const queue = new MemoryQueue({ clock, log, maximumConcurrency: RUNS_AT_ONCE });
  const engine = EngineHttp.at(ground.dockerHost);
  const connector = new EngineConnector();
  const driver = new DockerDriver({
    engine,
    deployment: policy.deployment,
    hostImage: ground.hostImage,
    apiPort: port,
    log,
    ...(ground.mirrorPort === undefined ? {} : { mirrorPort: ground.mirrorPort }),
    ...reachOf(await engine.info(), config.SLIPWAY_ADVERTISE, {
      platform: process.platform,
      dockerHost: ground.dockerHost,
    }),
  });
  const deps: Deps = {
    clock,
    log,
    policy,
    catalogue: await loadCatalogue(),
    driver,
    engines: createEngineAccess({ connector, secrets, sealer, clock }),
    labs: new DynamoLabStore(client, TABLE),
    classes: new DynamoClassStore(client, TABLE),
    stacks: new DynamoStackStore(client, TABLE),
    secrets,
    sealer,
    requests: new DynamoRequestStore(client, TABLE),
    sweeps: new DynamoSweepStore(client, TABLE),
    queue,
    changes: new MemoryChanges(),
  };
  const close = async () => {
    connector.close();
    engine.close();
    await dynamo.close();
  };
  return { deps, queue, config, port, close };
}

function policyOf(config: LocalConfig): Policy {
  return {
    ...commonPolicy(config),
    observeSeconds: config.SLIPWAY_OBSERVE_SECONDS,
    readyWithinSeconds: config.SLIPWAY_READY_WITHIN_SECONDS,
    readySeconds: config.SLIPWAY_READY_SECONDS,
    spareSeconds: config.SLIPWAY_SPARE_SECONDS,
    sweepGraceSeconds: config.SLIPWAY_SWEEP_GRACE_SECONDS,
  };
}
