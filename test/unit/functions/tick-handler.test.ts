import { beforeEach, describe, expect, test } from 'vitest';
import { type Metrics, tellMetrics } from '../../../functions/metrics.ts';
import { createTickHandler, type TickWork } from '../../../functions/tick/create-handler.ts';
import { iso } from '../../../shared/core/clock.ts';
import { createLog } from '../../../shared/core/log.ts';
import { aLab, aReadyLab, START } from '../../support/builders.ts';
import { scheduledEvent } from '../../support/lambda-events.ts';
import { createWorld, type World } from '../../support/world.ts';

const MINUTE = 60_000;
let world: World;
let told: Metrics[];
let sweeps: number;
let asked: string[];
let broken: boolean;
let handler: (event: unknown) => Promise<void>;
beforeEach(() => {
  world = createWorld();
  told = [];
  sweeps = 0;
  asked = [];
  broken = false;
  const work: TickWork = {
    sendSweep: async () => {
      sweeps += 1;
    },
    chores: {
      images: async () => {
        asked.push('images');
        if (broken) throw new Error('SSM is away');
      },
      quotas: async () => void asked.push('quotas'),
    },
    tell: (_deployment, metrics) => void told.push(metrics),
  };
  handler = createTickHandler({ ...world.deps, log: createLog('silent') }, work);
});

const at = (minutes: number) => scheduledEvent(iso(START + minutes * MINUTE));

describe('the tick', () => {
  test('hands over what is due, once', async () => {
    const lab = aLab({ dueAt: START + 30_000 });
    await world.deps.labs.create(lab);
    await handler(at(0));
    expect((await world.deps.labs.listDue({ until: START + MINUTE, limit: 9 })).items).toEqual([]);
  });

  test('has the account swept every five minutes, by the event’s own time', async () => {
    for (let minute = 0; minute < 11; minute += 1) await handler(at(minute));
    expect(sweeps).toBe(3);
    await handler({});
    expect(sweeps).toBe(4);
  });

  test('does its chores once an hour, and again a minute later what failed', async () => {
    broken = true;
    await handler(at(0));
    expect(asked.splice(0)).toEqual(['images', 'quotas']);
    broken = false;
    await handler(at(1));
    expect(asked.splice(0)).toEqual(['images']);
    world.deps.clock.advance(59 * 60);
    await handler(at(60));
    expect(asked.splice(0)).toEqual([]);
    world.deps.clock.advance(60);
    await handler(at(61));
    expect(asked.sort()).toEqual(['images', 'quotas']);
  });

  test('tells how many labs are stuck', async () => {
    const stuck = aLab({ id: 'a', createdAt: iso(START - 20 * MINUTE), dueAt: START - MINUTE });
    const doomed = aReadyLab({
      id: 'b',
      spec: { expiresAt: iso(START - 16 * MINUTE) },
      status: { events: [] },
      createdAt: iso(START - 60 * MINUTE),
      dueAt: START,
    });
    const young = aLab({ id: 'c', dueAt: START });
    for (const lab of [stuck, doomed, young]) await world.deps.labs.create(lab);
    await handler(at(1));
    expect(told).toEqual([{ LabsStuck: 2 }]);
  });
});

describe('a lab whose record cannot be read', () => {
  test('is stuck, and keeps the tick from nothing', async () => {
    for (const id of ['a', 'b']) await world.deps.labs.create(aLab({ id, dueAt: START }));
    world.deps.labs.faults.failNext('load', new Error('written by hand'));
    await handler(at(0));
    expect(told).toEqual([{ LabsStuck: 1 }]);
    expect((await world.deps.labs.listDue({ until: START, limit: 9 })).items).toEqual([]);
  });
});

describe('the metrics', () => {
  test('are one line in CloudWatch’s embedded format, without what is nought', () => {
    const lines: string[] = [];
    tellMetrics('school', { Orphans: 1, LabsStuck: 0 }, START, (line) => lines.push(line));
    expect(JSON.parse(lines.join(''))).toEqual({
      _aws: {
        Timestamp: START,
        CloudWatchMetrics: [
          {
            Namespace: 'Slipway',
            Dimensions: [['Deployment']],
            Metrics: [{ Name: 'Orphans', Unit: 'Count' }],
          },
        ],
      },
      Deployment: 'school',
      Orphans: 1,
    });
    tellMetrics('school', { Orphans: 0, SweepHeld: 0 }, START, (line) => lines.push(line));
    expect(lines).toHaveLength(1);
  });
});
