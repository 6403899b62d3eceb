import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { LabFunction } from '../../infra/constructs/lab-function.ts';
import { DEPLOYMENT_TAG } from '../../infra/constructs/lab-machines-policy.ts';
import * as tags from '../../shared/adapters/aws/ec2/tags.ts';
import { readSettings } from '../../shared/core/config.ts';
import { ApiConfig, ReconcileConfig, TickConfig } from '../../shared/core/function-config.ts';
import { statementsOf } from './breaches.ts';
import { makeStack, ofType, type Resource, resourcesOf, synthesize, textOf } from './synthesized.ts';

const oidc = { oidcIssuer: 'https://login.example.org', oidcAudience: 'slipway' };
const resources = resourcesOf(synthesize({ ...oidc, mirrorUrl: 'https://mirror.example.org' }));

function functionNamed(name: string): Resource {
  const found = ofType(resources, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.FunctionName === `slipway-slipway-${name}`,
  );
  if (found === undefined) throw new Error(`no function ${name}`);
  return found[1];
}

const URLS = new Set(['SLIPWAY_QUEUE_URL', 'SLIPWAY_API_URL']);

/** As the function would find it, with names for what only an account knows. */
function environmentOf(name: string): Record<string, string> {
  const variables: Record<string, unknown> = functionNamed(name).Properties.Environment.Variables;
  return Object.fromEntries(
    Object.entries(variables).map(([key, value]) => {
      const name = textOf(value).replace(/[<>]/g, '');
      return [key, URLS.has(key) && !name.startsWith('https:') ? `https://${name}.example` : name];
    }),
  );
}

describe('a function’s environment', () => {
  test.each<[string, z.ZodType]>([
    ['api', ApiConfig],
    ['reconcile', ReconcileConfig],
    ['tick', TickConfig],
  ])('is what its schema reads: %s', (name, schema) => {
    expect(() => readSettings(schema, environmentOf(name))).not.toThrow();
  });

  test('tells reconcile every subnet of hosts with its zone, and the ranges it will itself come from', () => {
    const read = readSettings(ReconcileConfig, environmentOf('reconcile'));
    expect(read.SLIPWAY_SUBNETS.map(({ zone }) => zone)).toEqual(['zone-0', 'zone-1', 'zone-2']);
    const mine = functionNamed('reconcile').Properties.VpcConfig.SubnetIds.map(
      ({ Ref }: { Ref: string }) => resources[Ref]?.Properties.CidrBlock,
    );
    expect(read.SLIPWAY_CONTROL_RANGES).toEqual(mine);
    expect(read.SLIPWAY_SPOT).toBe(false);
  });

  test('tells api and reconcile alike what machines are, and how many addresses the hosts’ subnets have', () => {
    const [api, reconcile] = [
      readSettings(ApiConfig, environmentOf('api')),
      readSettings(ReconcileConfig, environmentOf('reconcile')),
    ];
    // Three /20, of each of which AWS keeps five.
    expect(api.SLIPWAY_HOST_ADDRESSES).toBe(3 * 4091);
    for (const name of ['SLIPWAY_INSTANCE_TYPES', 'SLIPWAY_DISK_GB', 'SLIPWAY_HOST_ADDRESSES'] as const) {
      expect(api[name]).toEqual(reconcile[name]);
    }
  });

  test('does not compile where a variable is missing or misspelt', () => {
    // What this shows is said by the compiler: without the errors that are expected here, `npm run check` fails.
    const make = (): unknown => [
      new LabFunction(makeStack(), 'Missing', {
        ...({} as Omit<ConstructorParameters<typeof LabFunction<typeof TickConfig>>[2], 'environment'>),
        // @ts-expect-error: the table and more are missing
        environment: { SLIPWAY_QUEUE_URL: 'x' },
      }),
      new LabFunction(makeStack(), 'Misspelt', {
        ...({} as Omit<ConstructorParameters<typeof LabFunction<typeof ApiConfig>>[2], 'environment'>),
        environment: {
          SLIPWAY_QUEUE_URL: 'x',
          SLIPWAY_TABLE: 'x',
          SLIPWAY_KEY_ARN: 'x',
          // @ts-expect-error: there is none of that name
          SLIPWAY_TABEL: 'x',
        },
      }),
    ];
    expect(make).toThrow();
  });
});

describe('each function', () => {
  test.each(['api', 'reconcile', 'tick'])('is on arm64 with a Node that Lambda still takes: %s', (name) => {
    expect(functionNamed(name).Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
    expect(functionNamed(name).Properties.TracingConfig).toBeUndefined();
  });

  test('has 30 s, and tick a minute', () => {
    const timeouts = ['api', 'reconcile', 'tick'].map((name) => functionNamed(name).Properties.Timeout);
    expect(timeouts).toEqual([30, 30, 60]);
  });

  test('is in the VPC where it talks to hosts, and tick is not', () => {
    const placed = ['api', 'reconcile', 'tick'].map(
      (name) => functionNamed(name).Properties.VpcConfig !== undefined,
    );
    expect(placed).toEqual([true, true, false]);
  });
});

describe('what a function may do', () => {
  const folder = 'shared/adapters/aws';
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const sent = (kit: string) =>
    sources
      .filter((source) => source.includes(`'@aws-sdk/client-${kit}'`))
      .flatMap((source) => [...source.matchAll(/new (\w+)Command\(/g)].map(([, name]) => name ?? ''));
  const allowed = (role: RegExp) =>
    new Set(
      statementsOf(resources)
        .filter(({ policy, statement }) => role.test(policy) && statement.Effect === 'Allow')
        .flatMap(({ statement }) => statement.Action),
    );

  test('is, for reconcile, every call of EC2 that the driver sends', () => {
    const calls = sent('ec2').map((name) => `ec2:${name}`);
    expect(calls.length).toBeGreaterThan(10);
    expect(calls.filter((call) => !allowed(/^ControlReconcile/).has(call))).toEqual([]);
  });

  test('is, for each, every call of DynamoDB that the stores send', () => {
    const stores = 'shared/adapters/dynamo';
    const calls = readdirSync(stores)
      .filter((name) => name !== 'ensure-table.ts') // the table of one machine; CDK makes this one
      .flatMap((name) => [...readFileSync(join(stores, name), 'utf8').matchAll(/new (\w+)Command\(/g)])
      .map(([, name]) => (name === 'Query' ? 'dynamodb:Query' : `dynamodb:${name}Item`));
    expect(calls.length).toBeGreaterThan(5);
    for (const role of [/^ApiHandler/, /^ControlReconcile/, /^ControlTick/]) {
      expect(calls.filter((call) => !allowed(role).has(call))).toEqual([]);
    }
  });

  test('is, for tick, what it asks of SSM and Service Quotas', () => {
    const calls = [
      ...sent('ssm').map((name) => `ssm:${name}`),
      ...sent('service-quotas').map((name) => `servicequotas:${name}`),
    ];
    expect(calls.length).toBeGreaterThan(2);
    expect(calls.filter((call) => !allowed(/^ControlTick/).has(call))).toEqual([]);
  });

  test('is nothing of EC2 for api, but what places it in the VPC', () => {
    const ec2 = [...allowed(/^ApiHandler/)].filter((action) => action.startsWith('ec2:'));
    expect(
      ec2.filter((action) => !/NetworkInterface|PrivateIpAddresses|DescribeSubnets/.test(action)),
    ).toEqual([]);
  });

  test('is to seal and open secrets of this deployment alone', () => {
    const ofKey = statementsOf(resources).filter(({ statement }) =>
      String(statement.Action).includes('kms:'),
    );
    expect(ofKey).toHaveLength(3);
    for (const { statement } of ofKey) {
      expect(statement.Condition).toEqual({
        StringEquals: { 'kms:EncryptionContext:deployment': 'slipway' },
      });
    }
  });

  test('depends on the tag that the driver gives', () => {
    expect(DEPLOYMENT_TAG).toBe(tags.DEPLOYMENT_TAG);
  });
});
