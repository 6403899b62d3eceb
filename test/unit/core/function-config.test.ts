import { describe, expect, test } from 'vitest';
import { readSettings } from '../../../shared/core/config.ts';
import { ApiConfig, ReconcileConfig, TickConfig } from '../../../shared/core/function-config.ts';
import { functionEnvironment } from '../../support/function-environment.ts';

const SCHEMAS = { api: ApiConfig, reconcile: ReconcileConfig, tick: TickConfig } as const;
const NAMES = ['api', 'reconcile', 'tick'] as const;
const read = (name: (typeof NAMES)[number], over: Record<string, string> = {}) =>
  readSettings<unknown>(SCHEMAS[name], functionEnvironment(name, over));

describe('the environment of a function', () => {
  test.each(NAMES)('of %s is read with its defaults', (name) => {
    expect(read(name)).toMatchObject({ SLIPWAY_DEPLOYMENT: 'test', SLIPWAY_LABS_PER_STUDENT: 1 });
  });

  test.each(
    NAMES.flatMap((name) =>
      Object.keys(functionEnvironment(name))
        .filter((setting) => /^SLIPWAY_(?!DEPLOYMENT|LOG_LEVEL)/.test(setting))
        .map((setting) => [name, setting] as const),
    ),
  )('of %s names %s where it is missing', (name, setting) => {
    expect(() => read(name, { [setting]: '' })).toThrow(`${setting}:`);
  });

  test.each([
    ['reconcile', { SLIPWAY_SUBNETS: 'subnet-1' }],
    ['reconcile', { SLIPWAY_RANGE: 'everywhere' }],
    ['reconcile', { SLIPWAY_INSTANCE_TYPES: 't3.small,,' }],
    ['reconcile', { SLIPWAY_SPOT: 'perhaps' }],
    ['tick', { SLIPWAY_OIDC_ISSUER: 'http://login.example.org' }],
    ['api', { SLIPWAY_QUEUE_URL: 'slipway' }],
    ['api', { SLIPWAY_VPC_ID: 'vpc-1' }],
    ['api', { SLIPWAY_OIDC_AUDIENCE: 'slipway' }],
  ] as const)('of %s refuses %j by name', (name, over) => {
    expect(() => read(name, over)).toThrow(Object.keys(over)[0]);
  });
});
