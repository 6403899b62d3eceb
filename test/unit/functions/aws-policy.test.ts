import { describe, expect, test } from 'vitest';
import { policyOf } from '../../../functions/aws-policy.ts';
import { readAccountRoom } from '../../../shared/adapters/aws/ec2/account-room.ts';
import { readSettings } from '../../../shared/core/config.ts';
import { ApiConfig, ReconcileConfig, TickConfig } from '../../../shared/core/function-config.ts';
import { functionEnvironment } from '../../support/function-environment.ts';
import { MemoryAdmissionStore } from '../../support/memory-admission-store.ts';

const apiPolicy = (over: Record<string, string> = {}, region = 'us-east-1') =>
  policyOf(readSettings(ApiConfig, functionEnvironment('api', over)), region);

describe('what a deployment on AWS is set to', () => {
  test('is what EC2 lets through, what the first type is, and what that costs in the Region', () => {
    expect(apiPolicy()).toMatchObject({
      readySeconds: 90,
      spareSeconds: 240,
      personalDataDays: 90,
      launchPace: { requests: { burst: 5, perSecond: 2 }, machines: { burst: 1000, perSecond: 2 } },
      machine: { type: 't3.small', vcpus: 2, memoryMiB: 2048, diskGigabytes: 12 },
      prices: { region: 'us-east-1', machineHour: { 't3.small': 0.0208 } },
    });
  });

  test('is the same for who plans a class and for who reckons what it cost', () => {
    const over = {
      SLIPWAY_INSTANCE_TYPES: 'm7g.large,t3.small',
      SLIPWAY_DISK_GB: '30',
      SLIPWAY_READY_SECONDS: '120',
      SLIPWAY_SPARE_SECONDS: '60',
      SLIPWAY_PERSONAL_DATA_DAYS: '30',
      SLIPWAY_PRICES: 'm7g.large=0.0816,date=2026-11-20',
    };
    const reconcile = readSettings(ReconcileConfig, functionEnvironment('reconcile', over));
    const one = apiPolicy(over);
    const other = policyOf(reconcile, 'us-east-1');
    const names = [
      'machine',
      'prices',
      'launchPace',
      'readySeconds',
      'spareSeconds',
      'personalDataDays',
    ] as const;
    for (const name of names) expect(one[name]).toEqual(other[name]);
    expect(one.machine).toEqual({ type: 'm7g.large', vcpus: 2, memoryMiB: 8192, diskGigabytes: 30 });
    expect(one.prices).toMatchObject({ date: '2026-11-20', machineHour: { 'm7g.large': 0.0816 } });
    expect([one.readySeconds, one.spareSeconds, one.personalDataDays]).toEqual([120, 60, 30]);
  });

  test('knows no machine whose type’s name does not tell what it is, and no prices of a Region without any', () => {
    const policy = apiPolicy({ SLIPWAY_INSTANCE_TYPES: 'm5.metal' }, 'eu-central-1');
    expect(policy).not.toHaveProperty('machine');
    expect(policy).not.toHaveProperty('prices');
  });

  test('has nothing of machines for `tick`, which reckons with no class', () => {
    const policy = policyOf(readSettings(TickConfig, functionEnvironment('tick')), 'us-east-1');
    expect(policy).not.toHaveProperty('machine');
  });

  test.each(['t3.small', 't3.small=cheap', '=1', 'a=1;b=2'])('refuses prices that are none: %s', (prices) => {
    expect(() => apiPolicy({ SLIPWAY_PRICES: prices })).toThrow(/SLIPWAY_PRICES|prices/);
  });
});

describe('the room of the account', () => {
  const quotas = { onDemandVcpus: 640, spotVcpus: 64, securityGroups: 2500, readAt: 0 };
  const foreign = { onDemandVcpus: 12, spotVcpus: 4, securityGroups: 3, readAt: 0 };

  test('is what the account may have beside what we and others use, as far as anybody read it', async () => {
    const holdings = new MemoryAdmissionStore();
    await holdings.count({ onDemandVcpus: 18, spotVcpus: 6, securityGroups: 4 });
    const room = (account: object) =>
      readAccountRoom({ account: { load: async () => account }, holdings, vcpus: 2, addresses: 12_273 });
    expect(await room({ quotas, foreign })).toEqual({
      vcpus: { quota: 640, used: 30 },
      securityGroups: { quota: 2500, used: 7 },
      addresses: { total: 12_273, used: 12 },
    });
    expect(await room({ quotas })).toMatchObject({ vcpus: { used: 18 } });
    expect(await room({})).toEqual({ addresses: { total: 12_273, used: 12 } });
  });

  test('tells no addresses where nobody knows how many there are', async () => {
    const holdings = new MemoryAdmissionStore();
    const room = await readAccountRoom({ account: { load: async () => ({ quotas }) }, holdings, vcpus: 2 });
    expect(room).not.toHaveProperty('addresses');
  });
});
