import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Metrics } from '../../functions/metrics.ts';
import { createTickHandler } from '../../functions/tick/create-handler.ts';
import { createWorld } from '../support/world.ts';
import { type CostLine, idleCost } from './idle-cost.ts';
import { resourcesOf, synthesize } from './synthesized.ts';

const MOST_USD = 3;

/** Custom metrics that a tick sends although there is nothing to tell. */
async function metricsAtRest(): Promise<string[]> {
  const told: Metrics[] = [];
  const handler = createTickHandler(createWorld().deps, {
    sendSweep: async () => undefined,
    chores: {},
    tell: (_, metrics) => told.push(metrics),
  });
  await handler({ time: '2026-11-21T10:00:00Z' });
  return told.flatMap((metrics) =>
    Object.entries(metrics).flatMap(([name, value]) => (value > 0 ? [name] : [])),
  );
}

// Here, because the first synthesis takes long where the machine is busy.
const plain = resourcesOf(synthesize());

const usd = (value: number) => value.toFixed(2).padStart(6);

function print(lines: CostLine[], monthlyUsd: number[], years: number): void {
  const rows = lines.map(({ what, usd: each }) => `${usd(each)}  ${what}`);
  const totals = monthlyUsd.map((total, rotations) =>
    rotations === 0
      ? `${usd(total)}  in all`
      : `${usd(total)}  after ${Math.round(rotations * years)} years, its key rotated`,
  );
  console.log(['USD a month at rest, without free tiers:', ...rows, ...totals].join('\n'));
}

describe('a deployment without a lab', () => {
  test('costs at most 3 USD a month, its key rotated or not, and nothing of it is a free tier', async () => {
    const cost = idleCost(plain, (await metricsAtRest()).length);
    print(cost.lines, cost.monthlyUsd, cost.yearsToRotation);
    const [first = Number.NaN, rotated = Number.NaN] = cost.monthlyUsd;
    expect(first).toBeLessThanOrEqual(MOST_USD);
    expect(rotated).toBeLessThanOrEqual(MOST_USD);
    // The second rotation that is paid for is fourteen years away.
    expect(cost.yearsToRotation).toBeGreaterThan(7);
  });

  test('is told its price in docs/operations.md', async () => {
    const [first = Number.NaN] = idleCost(plain, 0).monthlyUsd;
    expect(readFileSync('docs/operations.md', 'utf8')).toContain(`**${first.toFixed(2)}**`);
  });

  test('costs what is added to it: a dashboard, an alarm, a queue that is polled', async () => {
    const sum = (resources: typeof plain) => idleCost(resources, 0).monthlyUsd[0] ?? Number.NaN;
    expect(sum(resourcesOf(synthesize({ dashboard: 'true' }))) - sum(plain)).toBeCloseTo(3);
    const more = structuredClone(plain);
    more.Alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: {} };
    more.Mapping = { Type: 'AWS::Lambda::EventSourceMapping', Properties: {} };
    expect(sum(more) - sum(plain)).toBeCloseTo(0.1 + 0.26, 2);
  });

  test('sends no metric of its own', async () => {
    expect(await metricsAtRest()).toEqual([]);
  });
});
