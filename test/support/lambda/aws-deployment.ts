import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { bundleFunction, FUNCTIONS } from '../../../scripts/bundle.ts';
import { DynamoLabStore } from '../../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { ensureTable } from '../../../shared/adapters/dynamo/ensure-table.ts';
import { quietSdk } from '../../../shared/core/config.ts';
import { node24 } from '../../bench/node-24.ts';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { type Ec2Hosts, openEc2Hosts, type Spoil } from '../ec2-hosts/ec2-hosts.ts';
import { startFakeKms } from '../fake-aws/fake-kms.ts';
import { startFakeSqs } from '../fake-aws/fake-sqs.ts';
import type { Ec2Event } from '../fake-ec2/events.ts';
import type { TimeOptions } from '../fake-ec2/options.ts';
import { type FakeEc2, startFakeEc2 } from '../fake-ec2/start-fake-ec2.ts';
import { ground } from '../ground.ts';
import { openApiGateway } from './api-gateway.ts';
import { openDynamoEndpoint } from './dynamo-endpoint.ts';
import { openEventSource } from './event-source.ts';
import { functionEnvironments, TABLE } from './function-environments.ts';
import { LambdaFunction } from './lambda-function.ts';
import { scheduledEvent } from './scheduled-event.ts';

quietSdk();

const REGION = 'us-east-1';
const KEY_ARN = `arn:aws:kms:${REGION}:123456789012:key/0f000000-0000-4000-8000-0000000000a1`;
const OPERATOR_KEY = '/slipway/operator-key';
/** Lambda would give more; two cores would not. */
const CONCURRENCY = { api: 3, reconcile: 3, tick: 1 };
const TICK_MS = 60_000;
const ADVANCE_MS = 100;
const credentials = { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' };

/** The product's bundles on fakes of AWS's services, with real machines: what `cdk deploy` would make, as far as it goes here. */
export interface AwsDeployment {
  url: string;
  fake: FakeEc2;
  hosts: Ec2Hosts;
  functions: Record<'api' | 'reconcile' | 'tick', LambdaFunction>;
  /** What the table holds of labs. */
  labs: DynamoLabStore;
  /** EventBridge's minute, now. */
  tick(): Promise<void>;
  /** The operator's key, read as an operator does; undefined while there is none. */
  operatorKey(): Promise<string | undefined>;
  /** A student of that name. */
  student(subject: string): Promise<ApiClient>;
  close(): Promise<void>;
}

export async function startAwsDeployment(options: Options): Promise<AwsDeployment> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-functions-'));
  const opened: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    const failures: unknown[] = [];
    for (const end of opened.splice(0).reverse()) {
      await Promise.resolve()
        .then(end)
        .catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'the deployment did not end well');
  };
  try {
    return { ...(await open(options, folder, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Options {
  deployment: string;
  times?: TimeOptions;
  spoil?: Spoil;
}

/** @param opened takes what ends each part, in the order in which they began. */
async function open(
  { deployment, times, spoil }: Options,
  folder: string,
  opened: (() => unknown)[],
): Promise<Omit<AwsDeployment, 'close'>> {
  const keep = async <T extends { close(): unknown }>(opening: Promise<T>): Promise<T> => {
    const part = await opening;
    opened.push(() => part.close());
    return part;
  };
  const [node] = await Promise.all([lambdaNode(), ...FUNCTIONS.map((name) => bundleFunction(name, folder))]);
  const hosts = await keep(
    openEc2Hosts({ deployment, region: REGION, ...(spoil === undefined ? {} : { spoil }) }),
  );
  const [dynamo, kms, queue] = await Promise.all([
    keep(openDynamoEndpoint()),
    keep(startFakeKms(KEY_ARN)),
    keep(startFakeSqs(Date.now)),
  ]);
  const { queueUrl } = queue;
  const sqs = new SQSClient({ region: REGION, endpoint: queue.endpoint, credentials });
  const errors: unknown[] = [];
  opened.push(() => {
    if (errors.length > 0) throw new AggregateError(errors, 'what stands behind the deployment failed');
  });
  /** The rule for EC2's events, with its input transformer. */
  const onEvent = ({ detail }: Ec2Event) => {
    const MessageBody = JSON.stringify({ instanceId: detail['instance-id'] });
    sqs
      .send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }))
      .catch((error) => errors.push(error));
  };
  const fake = await keep(
    startFakeEc2({
      region: REGION,
      subnets: hosts.subnets,
      publicAddress: hosts.publicAddress,
      backing: hosts.backing,
      onEvent,
      ...(times === undefined ? {} : { times }),
    }),
  );
  // Before its machines are removed beneath it.
  opened.push(() => fake.settled().catch(({ errors: thrown }: AggregateError) => errors.push(...thrown)));
  const table = DynamoDBDocumentClient.from(
    new DynamoDBClient({ region: REGION, endpoint: dynamo.endpoint, credentials }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  await ensureTable(table, TABLE);

  let environments: ReturnType<typeof functionEnvironments> | undefined;
  const make = (name: 'api' | 'reconcile' | 'tick') =>
    new LambdaFunction({
      name,
      node,
      bundle: join(folder, name, 'index.mjs'),
      env: () => environments?.[name] ?? {},
      concurrency: CONCURRENCY[name],
    });
  const functions = { api: make('api'), reconcile: make('reconcile'), tick: make('tick') };
  opened.push(() => Object.values(functions).map((one) => one.close()));
  const gateway = await keep(openApiGateway(functions.api));
  const { mirrorPort } = ground();
  environments = functionEnvironments({
    deployment,
    region: REGION,
    endpoints: {
      account: fake.endpoint,
      dynamo: dynamo.endpoint,
      kms: kms.endpoint,
      sqs: queue.endpoint,
    },
    queueUrl,
    keyArn: KEY_ARN,
    operatorKeyParameter: OPERATOR_KEY,
    subnets: hosts.subnets,
    apiUrl: `http://${hosts.gateway}:${gateway.port}`,
    mirrorUrl: mirrorPort === undefined ? undefined : `http://${hosts.gateway}:${mirrorPort}`,
  });
  opened.push(
    openEventSource({
      sqs,
      queueUrl,
      reconcile: functions.reconcile,
      maximumConcurrency: CONCURRENCY.reconcile,
    }),
  );
  const tick = async () => void (await functions.tick.invoke(scheduledEvent(`${deployment}-tick`)));
  const advancing = setInterval(() => fake.advance(), ADVANCE_MS);
  const ticking = setInterval(() => void tick().catch(() => {}), TICK_MS);
  opened.push(() => [advancing, ticking].forEach(clearInterval));

  const url = `http://127.0.0.1:${gateway.port}`;
  const ssm = new SSMClient({ region: REGION, endpoint: fake.endpoint, credentials });
  const operatorKey = async () => {
    const command = new GetParameterCommand({ Name: OPERATOR_KEY, WithDecryption: true });
    const answer = await ssm.send(command).catch((error: Error) => {
      if (error.name !== 'ParameterNotFound') throw error;
    });
    return answer?.Parameter?.Value;
  };
  const operator = async () => createApiClient(url, (await operatorKey()) ?? '');
  return {
    url,
    fake,
    hosts,
    functions,
    labs: new DynamoLabStore(table, TABLE),
    tick,
    operatorKey,
    async student(subject) {
      const body = { role: 'student', subject, expiresIn: 'PT1H' };
      const { token } = await (await operator()).json<{ token: string }>('POST', '/tokens', body);
      return createApiClient(url, token);
    },
  };
}

/** Lambda's own Node, or where it is not to be had the one that runs us. */
async function lambdaNode(): Promise<string> {
  try {
    return await node24();
  } catch (error) {
    console.log(
      `the functions run on Node ${process.version} here, not on Lambda's: ${(error as Error).message}`,
    );
    return process.execPath;
  }
}
