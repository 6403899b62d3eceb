import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { AnyOperation, Api } from '../../../functions/api/operation.ts';
import { groupOf, ROUTE_GROUP_NAMES, ROUTE_GROUPS } from '../../../functions/api/route-groups.ts';
import { createWorld } from '../../support/world.ts';

describe('the routes', () => {
  test.each(ROUTE_GROUP_NAMES)('of %s are all found by their paths', async (name) => {
    const operations: AnyOperation[] = [];
    const api: Api = {
      app: new Hono(),
      operations,
      deps: createWorld().deps,
      options: { longPoll: false, remoteAddress: () => undefined, hostAddresses: async () => [] },
      callers: new WeakMap(),
      everything: async () => operations,
    };
    for (const add of await ROUTE_GROUPS[name]()) add(api);
    expect(operations.length).toBeGreaterThan(0);
    for (const { path } of operations) expect([path, groupOf(path)]).toEqual([path, name]);
  });

  test.each([
    '/',
    '',
    '/v1',
    '/v1/',
    '/v2/labs',
    '/system',
    '/v1/labs/a/constructor',
    '/v1/toString',
    '/labs',
  ])('are none at %j', (path) => {
    expect(groupOf(path)).toBeUndefined();
  });
});
