import { describe, expect, test } from 'vitest';
import { aMachine } from '../../support/builders.ts';
import type { EngineCall } from '../../support/fake-engine.ts';
import { aSchool } from '../../support/school.ts';

describe('a lab of three', () => {
  test('is a swarm of two managers and a worker with its stack converged', async () => {
    const school = await aSchool();
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
    const { status } = await school.load();
    expect(status.swarm?.nodes.map(({ hostname, role, leader }) => `${hostname} ${role} ${leader}`)).toEqual([
      'LINUXtips-01 manager true',
      'LINUXtips-02 manager false',
      'LINUXtips-03 worker false',
    ]);
    expect(status.stacks[0]?.services).toMatchObject([{ name: 'webserver_web', desired: 5, running: 5 }]);
    expect(status.events.filter(({ type }) => type === 'SwarmFormed')).toHaveLength(1);
  });

  const calls: EngineCall[] = [
    ...(['ping', 'info', 'initSwarm', 'joinTokens', 'joinSwarm', 'nodes'] as const),
    ...(['networks', 'createNetwork', 'services', 'createService', 'tasks'] as const),
  ];
  const cuts = calls.flatMap((call) => (['before', 'after'] as const).map((when) => [call, when] as const));
  test.each(cuts)('is the same when %s fails %s its effect', async (call, when) => {
    const school = await aSchool();
    school.engines.failOnce(call, when);
    await school.pass(90);
    expect(await school.phase()).toBe('ready');
    const { status } = await school.load();
    expect(status.swarm?.nodes).toHaveLength(3);
    expect(status.stacks[0]?.services).toMatchObject([{ desired: 5, running: 5 }]);
    expect(status.intent?.attempt).toBe(1);
  });

  test('deploys once: a service that the student removes stays removed, and the lab stays ready', async () => {
    const school = await aSchool();
    await school.pass(60);
    const engine = school.engines.machine(school.id, 'LINUXtips-01');
    const [service] = await engine.services();
    await engine.removeService(service?.ID ?? '');
    await school.pass(60);
    expect(await engine.services()).toEqual([]);
    expect(await school.phase()).toBe('ready');
  });

  test('rebuilds a lost worker under its old name, once in the swarm', async () => {
    const school = await aSchool();
    await school.pass(60);
    school.driver.vanish(school.id, 'LINUXtips-03');
    await school.pass(120);
    expect(await school.phase()).toBe('ready');
    const nodes = (await school.load()).status.swarm?.nodes ?? [];
    expect(nodes.map(({ hostname, state }) => `${hostname} ${state}`)).toEqual([
      'LINUXtips-01 ready',
      'LINUXtips-02 ready',
      'LINUXtips-03 ready',
    ]);
  });

  test('rebuilds a lost manager where the others are a majority', async () => {
    const machines = ['m1', 'm2', 'm3'].map((name) => aMachine(name, { role: 'manager' }));
    const school = await aSchool({ machines });
    await school.pass(60);
    school.driver.vanish(school.id, 'm1');
    await school.pass(120);
    expect(await school.phase()).toBe('ready');
    expect((await school.load()).status.swarm?.nodes).toHaveLength(3);
  });

  test('says that the majority is lost, and what to do, when one of two managers is lost for good', async () => {
    const school = await aSchool();
    await school.pass(60);
    school.driver.vanish(school.id, 'LINUXtips-02');
    await school.pass(120);
    expect(await school.phase()).toBe('degraded');
    expect((await school.load()).status.conditions.SwarmReady).toMatchObject({
      status: 'False',
      reason: 'QuorumLost',
    });
  });

  test('is whole again after all three were stopped and came back under other addresses', async () => {
    const school = await aSchool();
    await school.pass(60);
    await school.change((spec) => ({ ...spec, power: 'off' }));
    await school.pass(30);
    expect(await school.phase()).toBe('stopped');
    await school.change((spec) => ({ ...spec, power: 'on' }));
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
  });

  test('is degraded with words when its stack has left the catalogue: its machines are as good as before', async () => {
    const school = await aSchool({ stacks: [{ name: 'x', from: 'not-there' }] });
    await school.pass(400);
    expect(await school.phase()).toBe('degraded');
    expect((await school.load()).status.conditions.StacksConverged.message).toMatch(
      /no stack not-there any more/,
    );
  });

  test('is degraded with the reason when its stack does not converge in time, and ready once it does', async () => {
    const school = await aSchool();
    school.engines.missingImages.add('nginx:latest');
    await school.pass(290);
    expect(await school.phase()).toBe('provisioning');
    await school.pass(20);
    expect(await school.phase()).toBe('degraded');
    expect((await school.load()).status.conditions.StacksConverged.message).toMatch(
      /webserver_web 0\/5 .*image/,
    );
    expect(school.world.machines).toHaveLength(3);
    school.engines.missingImages.clear();
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
  });
});
