import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { ensureLabSecrets } from '../../../shared/engine/lab-secrets.ts';
import { swarmNodes } from '../../../shared/engine/swarm.ts';
import type { LabSpec } from '../../../shared/lab/lab.ts';
import { aMachine } from '../../support/builders.ts';
import { aSchool } from '../../support/school.ts';

type School = Awaited<ReturnType<typeof aSchool>>;

async function aReadySchool(): Promise<School> {
  const school = await aSchool();
  await school.pass(60);
  expect(await school.phase()).toBe('ready');
  return school;
}

const nodesOf = async (school: School, through = 'LINUXtips-01') =>
  (await swarmNodes(school.engines.machine(school.id, through))).map(
    ({ hostname, role, state }) => `${hostname} ${role} ${state}`,
  );
const told = async (school: School) => (await school.load()).status.events.map(({ type }) => type);
const without = (spec: LabSpec, name: string, force = false): LabSpec => ({
  ...spec,
  machines: spec.machines.filter((machine) => machine.name !== name),
  leaving: [...(spec.leaving ?? []), { name, force }],
});
const names = (school: School) => school.world.machines.map(({ name }) => name).sort();

describe('a machine that is added', () => {
  test('is launched, told as added and not as lost, and joins in its role', async () => {
    const school = await aReadySchool();
    await school.change((spec) => ({
      ...spec,
      machines: [
        ...spec.machines,
        aMachine('LINUXtips-04', { role: 'manager', askedAt: iso(school.deps.clock.now()) }),
      ],
    }));
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
    expect(await nodesOf(school)).toContain('LINUXtips-04 manager ready');
    expect(await told(school)).toContain('MachinesAdded');
    expect(await told(school)).not.toContain('MachinesLost');
  });

  test('waits for no pause that lost machines have', async () => {
    const school = await aReadySchool();
    for (const name of ['LINUXtips-04', 'LINUXtips-05', 'LINUXtips-06']) {
      await school.change((spec) => ({
        ...spec,
        machines: [
          ...spec.machines,
          aMachine(name, { role: 'worker', askedAt: iso(school.deps.clock.now()) }),
        ],
      }));
      await school.pass(5);
      expect(names(school)).toContain(name);
    }
  });
});

describe('a machine that is removed', () => {
  test.each(['LINUXtips-03', 'LINUXtips-02', 'LINUXtips-01'])(
    '%s is drained, demoted, left and forgotten before it is destroyed',
    async (name) => {
      const school = await aReadySchool();
      school.engines.calls.length = 0;
      await school.change((spec) => without(spec, name));
      await school.pass(120);
      const through = name === 'LINUXtips-01' ? 'LINUXtips-02' : 'LINUXtips-01';
      expect(await nodesOf(school, through)).toHaveLength(2);
      expect(names(school)).not.toContain(name);
      expect(school.engines.calls).toContain(`${name} leaveSwarm`);
      expect(await school.phase()).toBe('ready');
      const { status } = await school.load();
      expect(status.leaving).toMatchObject([{ name, goneAt: expect.any(String) }]);
      expect((await told(school)).filter((type) => type === 'MachineRemoved')).toHaveLength(1);
    },
  );

  test('stays, and says so once, while nobody can let it go; by force it goes', async () => {
    const school = await aReadySchool();
    for (const machine of school.world.machines) if (machine.name === 'LINUXtips-02') machine.power = 'off';
    await school.change((spec) => ({
      ...without(spec, 'LINUXtips-01'),
      machines: spec.machines
        .filter(({ name }) => name !== 'LINUXtips-01')
        .map((one) => (one.name === 'LINUXtips-02' ? { ...one, power: 'killed' as const } : one)),
    }));
    await school.pass(120);
    expect(names(school)).toContain('LINUXtips-01');
    expect((await told(school)).filter((type) => type === 'MachineStays')).toHaveLength(1);
    await school.change((spec) => ({ ...spec, leaving: [{ name: 'LINUXtips-01', force: true }] }));
    await school.pass(30);
    expect(names(school)).not.toContain('LINUXtips-01');
  });

  test('is gone whatever fails on the way, each once', async () => {
    for (const call of ['nodes', 'updateNode', 'leaveSwarm', 'removeNode', 'tasks'] as const) {
      for (const when of ['before', 'after'] as const) {
        const school = await aReadySchool();
        await school.change((spec) => without(spec, 'LINUXtips-02'));
        school.engines.failOnce(call, when);
        school.driver.failOnce('remove', when);
        await school.pass(120);
        expect([call, when, names(school)]).toEqual([call, when, ['LINUXtips-01', 'LINUXtips-03']]);
        expect(await nodesOf(school)).toEqual(['LINUXtips-01 manager ready', 'LINUXtips-03 worker ready']);
      }
    }
  });
});

describe('a machine that is made anew', () => {
  test.each(['LINUXtips-01', 'LINUXtips-03'])('%s is another, under its name and role', async (name) => {
    const school = await aReadySchool();
    const before = school.world.machines.find((machine) => machine.name === name);
    await school.change((spec) => ({
      ...spec,
      machines: spec.machines.map((one) =>
        one.name === name ? { ...one, rebuilds: 1, askedAt: iso(school.deps.clock.now()) } : one,
      ),
    }));
    await school.pass(180);
    const after = school.world.machines.find((machine) => machine.name === name);
    expect(after?.id).not.toBe(before?.id);
    const role = name === 'LINUXtips-03' ? 'worker' : 'manager';
    const through = name === 'LINUXtips-01' ? 'LINUXtips-02' : 'LINUXtips-01';
    expect(await nodesOf(school, through)).toContain(`${name} ${role} ready`);
    expect(await nodesOf(school, through)).toHaveLength(3);
    expect(await school.phase()).toBe('ready');
    await school.pass(60);
    expect(school.world.machines.find((machine) => machine.name === name)?.id).toBe(after?.id);
  });
});

describe('a swarm that lost its majority', () => {
  test('goes on with one manager; the other joins anew once its machine runs', async () => {
    const school = await aReadySchool();
    const off = (name: string, power: 'on' | 'killed') =>
      school.change((spec) => ({
        ...spec,
        machines: spec.machines.map((one) => (one.name === name ? { ...one, power } : one)),
      }));
    await off('LINUXtips-01', 'killed');
    await school.pass(20);
    const { conditions } = (await school.load()).status;
    expect(conditions.SwarmReady).toMatchObject({ status: 'False', reason: 'QuorumLost' });
    expect(conditions.SwarmReady.message).toContain('2 of 2 needed, 1 answers');
    await school.change((spec) => ({ ...spec, recovery: { manager: 'LINUXtips-02', count: 1 } }));
    await school.pass(30);
    expect(await nodesOf(school, 'LINUXtips-02')).toEqual([
      'LINUXtips-02 manager ready',
      'LINUXtips-03 worker ready',
    ]);
    expect((await school.load()).status.recovery?.rejoin).toEqual(['LINUXtips-01']);
    await off('LINUXtips-01', 'on');
    await school.pass(60);
    expect(await nodesOf(school, 'LINUXtips-02')).toContain('LINUXtips-01 manager ready');
    expect(await school.phase()).toBe('ready');
    expect((await told(school)).filter((type) => type === 'SwarmRecovered')).toHaveLength(1);
  });
});

describe('a chore', () => {
  test.each([
    ['0\nthe engine is at 20.10.24\n', 'EngineUpgraded', 'upgrade done: the engine is at 20.10.24'],
    [
      '1\nits package source\tdoes not answer\n',
      'ChoreFailed',
      'upgrade failed: its package source does not answer',
    ],
  ])('is begun once, and told when it ends', async (result, type, words) => {
    const school = await aReadySchool();
    await ensureLabSecrets(school.deps, school.id, school.deps.clock.now());
    const begun: string[] = [];
    let ended = false;
    school.engines.hostPrograms = ({ command, stdin }) => {
      if (command[0] === 'cat') return ended ? { stdout: result } : { exitCode: 1 };
      begun.push(Buffer.from(stdin ?? []).toString());
      return {};
    };
    await school.change((spec) => ({
      ...spec,
      machines: spec.machines.map((one) =>
        one.name === 'LINUXtips-03' ? { ...one, chore: { verb: 'upgrade' as const, count: 1 } } : one,
      ),
    }));
    await school.pass(10);
    ended = true;
    await school.pass(30);
    expect(begun).toHaveLength(1);
    expect(begun[0]).toContain('--unit=slipway-chore-1-1');
    const events = (await school.load()).status.events.filter((event) => event.type === type);
    expect(events.map(({ message }) => message)).toEqual([`LINUXtips-03: ${words}`]);
    expect(await school.phase()).toBe('ready');
    // One that is made anew since is not asked to do it again.
    await school.change((spec) => ({
      ...spec,
      machines: spec.machines.map((one) =>
        one.name === 'LINUXtips-03' ? { ...one, rebuilds: 1, askedAt: iso(school.deps.clock.now()) } : one,
      ),
    }));
    await school.pass(120);
    expect(await told(school)).toContain('MachineRebuilt');
    expect(begun).toHaveLength(1);
  });
});
