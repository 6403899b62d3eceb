import { expect, test } from 'vitest';
import { initSwarm, joinSwarm, swarmTokens } from '../../../shared/engine/swarm.ts';
import { viewMachines } from '../../../shared/machine/machine-view.ts';
import { aMachine } from '../../support/builders.ts';
import { aSchool } from '../../support/school.ts';

const NAMES = ['LINUXtips-01', 'LINUXtips-02', 'LINUXtips-03'];

test('a swarm that a student forms by hand is looked at: roles are shown, and the loss of its majority is told', async () => {
  const school = await aSchool({ swarm: 'none', machines: NAMES.map((name) => aMachine(name)), stacks: [] });
  await school.pass(60);
  expect(await school.phase()).toBe('ready');
  expect((await school.load()).status.ownSwarm).toBeUndefined();

  const engine = (name: string) => school.engines.machine(school.id, name);
  const addressOf = (name: string) =>
    school.world.machines.find((machine) => machine.name === name)?.privateAddress ?? '';
  await initSwarm(engine('LINUXtips-01'), addressOf('LINUXtips-01'));
  const tokens = await swarmTokens(engine('LINUXtips-01'));
  const managers = [`${addressOf('LINUXtips-01')}:2377`];
  for (const [name, role] of [
    ['LINUXtips-02', 'manager'],
    ['LINUXtips-03', 'worker'],
  ] as const) {
    await joinSwarm(engine(name), { role, advertiseAddress: addressOf(name), tokens, managers });
  }
  await school.pass(10);
  const swarms = async () => viewMachines(await school.load(), 'lagging').map(({ swarm }) => swarm);
  expect(await swarms()).toEqual(['manager (leader)', 'manager', 'worker']);

  await school.change((spec) => ({
    ...spec,
    machines: spec.machines.map((one) =>
      one.name === 'LINUXtips-01' ? { ...one, power: 'killed' as const } : one,
    ),
  }));
  await school.pass(20);
  const told = async () =>
    (await school.load()).status.events.flatMap(({ type, message }) =>
      type === 'OwnSwarm' ? [message] : [],
    );
  expect(await told()).toEqual([expect.stringContaining('2 of 2 needed, 1 answers')]);
  expect((await swarms())[0]).toBe('manager');

  await school.change((spec) => ({
    ...spec,
    machines: spec.machines.map((one) => ({ ...one, power: 'on' as const })),
  }));
  await school.pass(30);
  expect(await told()).toEqual([
    expect.stringContaining('2 of 2 needed'),
    'the swarm has its majority of managers again',
  ]);

  for (const name of NAMES) await engine(name).leaveSwarm({ force: true });
  await school.pass(10);
  expect((await school.load()).status.ownSwarm).toBeUndefined();
});
