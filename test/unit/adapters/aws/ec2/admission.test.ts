import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type KnownAccount, QuotaAdmission } from '../../../../../shared/adapters/aws/ec2/admission.ts';
import type { Usage } from '../../../../../shared/adapters/aws/ec2/admission-store.ts';
import { recountUsage } from '../../../../../shared/adapters/aws/ec2/recount.ts';
import { NO_USAGE } from '../../../../../shared/adapters/aws/ec2/usage.ts';
import { DynamoAdmissionStore } from '../../../../../shared/adapters/dynamo/dynamo-admission-store.ts';
import { DynamoSettingsStore } from '../../../../../shared/adapters/dynamo/dynamo-settings-store.ts';
import { isSlipwayError } from '../../../../../shared/core/errors.ts';
import { createLog } from '../../../../../shared/core/log.ts';
import { START } from '../../../../support/builders.ts';
import { aLauncher, instancesOf } from '../../../../support/ec2-launches.ts';
import { openEmbedded } from '../../../../support/embedded-stores.ts';
import { startFakeEc2 } from '../../../../support/fake-ec2/start-fake-ec2.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { openPacedEc2 } from '../../../../support/paced-ec2.ts';

const vcpus = (onDemandVcpus: number) => ({ onDemandVcpus });
const quota = (onDemandVcpus: number): Usage => ({ onDemandVcpus, spotVcpus: 64, securityGroups: 2500 });

describe('admission', () => {
  let clock: ManualClock;
  let embedded: Awaited<ReturnType<typeof openEmbedded>>;
  let store: DynamoAdmissionStore;
  let account: KnownAccount;

  beforeEach(async () => {
    clock = new ManualClock(START);
    embedded = await openEmbedded();
    store = new DynamoAdmissionStore(embedded.client, embedded.table);
    account = { quotas: quota(600) };
  });
  afterEach(() => embedded.close());

  /** Another process each time. */
  const process = () =>
    new QuotaAdmission({
      store,
      account: async () => account,
      clock,
      log: createLog('silent'),
      random: () => 0.5,
    });
  /** @returns undefined where it was admitted, else the facts of the refusal. */
  async function ask(labId: string, wanted: Partial<Usage> = vcpus(6)) {
    try {
      await process().admit(labId, wanted);
      return undefined;
    } catch (error) {
      if (!isSlipwayError(error) || error.facts.reason !== 'quota') throw error;
      return { ...error.facts, message: error.message } as Record<string, unknown>;
    }
  }
  const used = async () => (await store.used()).onDemandVcpus;

  test('of 150 labs at once from as many processes it lets in 100, and never more than the quota', async () => {
    const outcomes = await Promise.all(Array.from({ length: 150 }, (_, index) => ask(`lab-${index}`)));
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(100);
    expect(await used()).toBe(600);
  });

  test('tells who must wait what is missing, in words that a student understands', async () => {
    await Promise.all(Array.from({ length: 99 }, (_, index) => ask(`lab-${index}`)));
    await ask('small', vcpus(2));
    const refusal = await ask('mine');
    expect(refusal).toMatchObject({ missing: 2, needed: 6, free: 4, quota: 600, code: 'L-1216C47A' });
    expect(refusal?.message).toContain(
      'the AWS account has room for 4 vCPUs, and this lab needs 6 (600 on-demand vCPUs of quota L-1216C47A, 596 in use): it is made when others end, or when an operator has AWS raise the quota',
    );
    const second = await ask('another');
    expect(second?.message).toContain('after 1 lab that waits longer');
    expect(second).toMatchObject({ missing: 8, needed: 6, free: 4 });
    expect(Number(second?.afterSeconds)).toBeGreaterThan(Number(refusal?.afterSeconds));
  });

  test('is asked as often as one likes: a lab holds what it holds once, two runs of it at once too', async () => {
    await Promise.all(
      Array.from({ length: 8 }, () =>
        process()
          .admit('mine', vcpus(6))
          .catch(() => {}),
      ),
    );
    await process().admit('mine', vcpus(6));
    expect(await used()).toBe(6);
    await process().admit('mine', vcpus(10));
    await process().admit('mine', { securityGroups: 1 });
    expect(await store.used()).toEqual({ onDemandVcpus: 10, spotVcpus: 0, securityGroups: 1 });
  });

  test('nobody is let past who began to wait later, while the first asks again; with room for both both go', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, index) => ask(`lab-${index}`)));
    expect(await ask('large', vcpus(12))).toBeDefined();
    clock.advance(10);
    expect(await ask('late')).toBeDefined();
    await process().release('lab-0');
    expect(await ask('late')).toMatchObject({ free: 6 });
    expect(await ask('newcomer')).toBeDefined();
    await process().release('lab-1');
    expect(await ask('late')).toBeDefined();
    expect(await ask('large', vcpus(12))).toBeUndefined();
    await process().release('lab-2');
    expect(await ask('newcomer')).toBeDefined();
    expect(await ask('late')).toBeUndefined();
    await process().release('lab-3');
    expect(await ask('newcomer')).toBeUndefined();
    expect(await store.line(10)).toEqual([]);
    expect(await used()).toBe(600);
  });

  test('one who waits and never asks again keeps the others for two minutes more at most', async () => {
    account = { quotas: quota(6) };
    await ask('first');
    await ask('gone');
    await process().release('first');
    expect(await ask('late')).toBeDefined();
    clock.advance(15 + 121);
    expect(await ask('late')).toBeUndefined();
  });

  test('one for whom the whole account is too small keeps nobody who fits', async () => {
    account = { quotas: quota(5) };
    expect((await ask('three machines'))?.message).toContain('cannot be made until an operator');
    expect(await ask('one machine', vcpus(2))).toBeUndefined();
    expect(await ask('two machines', vcpus(4))).toMatchObject({ missing: 1 });
  });

  test('one who is deleted while he waits keeps nobody', async () => {
    account = { quotas: quota(6) };
    await ask('first');
    await ask('gone');
    await process().release('gone');
    await process().release('first');
    expect(await ask('late')).toBeUndefined();
  });

  test('what others of the account use is not for us, and without known quotas EC2 decides', async () => {
    account = { quotas: quota(600), foreign: { ...NO_USAGE, onDemandVcpus: 597 } };
    expect(await ask('mine')).toMatchObject({ free: 3, missing: 3 });
    account = {};
    expect(await ask('mine')).toBeUndefined();
    expect(await used()).toBe(6);
  });

  test('each quota is one of its own', async () => {
    account = { quotas: { onDemandVcpus: 6, spotVcpus: 6, securityGroups: 1 } };
    expect(await ask('one')).toBeUndefined();
    expect(await ask('two', { spotVcpus: 6 })).toBeUndefined();
    expect(await ask('one', { securityGroups: 1 })).toBeUndefined();
    expect(await ask('three', { securityGroups: 1 })).toMatchObject({ code: 'L-E79EC296', missing: 1 });
    // One that wants another thing need not wait for it.
    await process().keep('two', { spotVcpus: 0 }, true);
    expect(await ask('four', { spotVcpus: 6 })).toBeUndefined();
  });

  test('what is about to be used is kept for as long as its turn may take, and then what is used counts', async () => {
    await process().admit('mine', { onDemandVcpus: 6, securityGroups: 1 });
    await process().keep('mine', vcpus(0), false);
    expect(await used()).toBe(6);
    await process().keep('mine', vcpus(6), true);
    await process().keep('mine', vcpus(2), false);
    expect(await used()).toBe(2);
    await process().admit('mine', vcpus(6));
    clock.advance(2401);
    await process().keep('mine', vcpus(2), false);
    expect(await store.used()).toEqual({ onDemandVcpus: 2, spotVcpus: 0, securityGroups: 1 });
  });

  test('a recount takes back what crashes left counted, once it was so twice, and tells what others use', async () => {
    await process().admit('mine', vcpus(6));
    await process().keep('mine', vcpus(6), true);
    await store.count({ onDemandVcpus: 30, spotVcpus: 0, securityGroups: 2 });
    const byLab = new Map([['mine', { ...NO_USAGE, onDemandVcpus: 4 }]]);
    const all = { onDemandVcpus: 20, spotVcpus: 8, securityGroups: 3 };
    const recount = () => recountUsage({ store, admission: process() }, { all, byLab, askedAt: clock.now() });
    // What was launched a moment ago EC2 need not tell yet.
    await recount();
    expect(await used()).toBe(36);
    await store.saveDrift(NO_USAGE);
    clock.advance(61);
    expect(await recount()).toEqual({ onDemandVcpus: 16, spotVcpus: 8, securityGroups: 3 });
    expect(await used()).toBe(34);
    await recount();
    expect(await store.used()).toEqual({ onDemandVcpus: 4, spotVcpus: 0, securityGroups: 0 });
    await store.count({ onDemandVcpus: -3, spotVcpus: 0, securityGroups: 0 });
    await recount();
    expect(await used()).toBe(1);
    await recount();
    expect(await used()).toBe(4);
  });

  test('through the driver: a group and vCPUs are held from before they are asked for until they are gone', async () => {
    const fake = await startFakeEc2({ clock });
    const { client: dynamo, table } = embedded;
    const settings = new DynamoSettingsStore(dynamo, table);
    const open = () => openPacedEc2(fake, { dynamo, table, clock });
    await settings.save({ quotas: { onDemandVcpus: 20, spotVcpus: 0, securityGroups: 5, readAt: START } });
    fake.addForeign({ type: 'm6i.xlarge', count: 1 });
    await open().recount();
    expect((await settings.load()).foreign).toMatchObject({ onDemandVcpus: 4 });

    const labs = await Promise.all([1, 2, 3].map(() => aLauncher(open().driver)));
    const plans = await Promise.all(labs.map(({ launch }) => launch()));
    const created = await Promise.allSettled(plans.map((plan) => open().driver.create(plan)));
    expect(created.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const refused = created.findIndex(({ status }) => status === 'rejected');
    expect(created[refused]).toMatchObject({ reason: { facts: { reason: 'quota', missing: 2, free: 4 } } });
    expect(fake.calls('RunInstances')).toHaveLength(2);
    expect((await store.used()).onDemandVcpus).toBe(12);

    const [first] = labs.filter((_, index) => index !== refused);
    clock.advance(60);
    await open().driver.list(first?.labId);
    await open().driver.stop(first?.labId ?? '', ['m1', 'm2', 'm3']);
    expect((await store.used()).onDemandVcpus).toBe(6);
    clock.advance(120);
    await open().driver.create(plans[refused] as (typeof plans)[0]);
    expect((await store.used()).onDemandVcpus).toBe(12);
    // The stopped one finds no room until another ends.
    await open().driver.list(first?.labId);
    await expect(open().driver.start(first?.labId ?? '', ['m1', 'm2', 'm3'])).rejects.toMatchObject({
      facts: { reason: 'quota', needed: 6 },
    });
    // And who starts and stops again gives back what he took.
    clock.advance(300);
    const [, second] = labs.filter((_, index) => index !== refused);
    await open().driver.list(second?.labId);
    for (const verb of ['stop', 'start', 'stop'] as const) {
      await open().driver[verb](second?.labId ?? '', ['m1', 'm2', 'm3']);
      expect((await store.used()).onDemandVcpus).toBe(verb === 'start' ? 12 : 6);
      clock.advance(120);
    }
    for (const { labId } of labs) {
      const names = instancesOf(fake, labId).map(({ id }) => id);
      expect(names).toHaveLength(3);
      await open().driver.remove(labId, ['m1', 'm2', 'm3']);
    }
    clock.advance(120);
    for (const { labId } of labs) await open().driver.removeNetwork(labId);
    expect(await store.used()).toEqual(NO_USAGE);
    expect(await store.all()).toEqual([]);
    expect(await store.line(10)).toEqual([]);
    await fake.close();
  });
});
