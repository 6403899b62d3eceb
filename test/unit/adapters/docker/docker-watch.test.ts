import { expect, test } from 'vitest';
import { watchHosts } from '../../../../shared/adapters/docker/docker-watch.ts';
import { driverError } from '../../../../shared/adapters/docker/driver-errors.ts';
import { InTurn } from '../../../../shared/adapters/docker/in-turn.ts';
import { EngineHttp } from '../../../../shared/adapters/engine/engine-http.ts';
import { SlipwayError } from '../../../../shared/core/errors.ts';
import { createLog } from '../../../../shared/core/log.ts';
import { openScriptedEngine } from '../../../support/scripted-engine.ts';

test('the driver’s watch follows its deployment’s containers over interruptions, and ends when told', async () => {
  let openings = 0;
  const scripted = await openScriptedEngine((response) => {
    openings += 1;
    const Attributes =
      openings === 1 ? { 'slipway.lab': 'lab-1' } : openings === 2 ? { 'slipway.lab': 'lab-2' } : null;
    response.write(
      `${JSON.stringify({ Type: 'container', Action: 'die', Actor: { ID: 'c', Attributes } })}\n`,
    );
    if (openings === 1) response.end();
    if (openings === 2) setTimeout(() => scripted.cut(), 20);
  });
  const engine = new EngineHttp({ socketPath: scripted.socketPath });
  const leaving = new AbortController();
  const told: string[] = [];
  const watching = watchHosts(
    { engine, deployment: 'd', log: createLog('silent') },
    (labId) => told.push(labId),
    leaving.signal,
  );
  await expect.poll(() => openings).toBe(3);
  expect(told).toEqual(['lab-1', 'lab-2']);
  expect(JSON.parse(scripted.heard[0]?.query.get('filters') ?? '')).toMatchObject({
    label: ['slipway.deployment=d'],
    type: ['container'],
  });
  leaving.abort();
  await watching;
  await scripted.close();
  expect(openings).toBe(3);
});

test('work under one key goes one at a time, a failure included, and under two keys side by side', async () => {
  const inTurn = new InTurn();
  const order: string[] = [];
  const open: (() => void)[] = [];
  const job = (key: string, name: string) =>
    inTurn.run(key, async () => {
      order.push(`${name} begins`);
      await new Promise<void>((resolve) => open.push(resolve));
      order.push(`${name} ends`);
      if (name === 'a1') throw new Error('a1 failed');
      return name;
    });
  const [a1, a2, b1] = [job('a', 'a1'), job('a', 'a2'), job('b', 'b1')];
  a1.catch(() => {});
  await expect.poll(() => order).toEqual(['a1 begins', 'b1 begins']);
  for (const resolve of open.splice(0)) resolve();
  await expect(a1).rejects.toThrow('a1 failed');
  expect(await b1).toBe('b1');
  await expect.poll(() => order.at(-1)).toBe('a2 begins');
  for (const resolve of open.splice(0)) resolve();
  expect(await a2).toBe('a2');
});

test.each([
  ['an engine that does not answer', new SlipwayError('engine_unreachable', 'no answer'), true],
  ['an engine that failed itself', new SlipwayError('engine_refused', 'x', { facts: { status: 500 } }), true],
  ['a conflict', new SlipwayError('engine_refused', 'x', { facts: { status: 409 } }), true],
  [
    'a request that cannot be right',
    new SlipwayError('engine_refused', 'x', { facts: { status: 400 } }),
    false,
  ],
  ['something else', new Error('x'), false],
])('%s becomes the driver’s own error, to be tried again or not', (_, error, retryable) => {
  expect(driverError('launch', error)).toMatchObject({
    code: 'driver_failed',
    retryable,
    message: expect.stringMatching(/^launch: /),
  });
});
