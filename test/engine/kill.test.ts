import { afterAll, describe, expect, test } from 'vitest';
import type { Lab } from '../../shared/lab/lab.ts';
import type { KillPoint } from '../support/kill-points.ts';
import { expectNothingLeft } from '../support/leftovers.ts';
import { startServerProcess } from '../support/server-process.ts';
import { untilPhase } from '../support/until-phase.ts';

/**
 * kill -9 before and after a port call of every step, up, off and down. The server is a process of its own; the lab
 * is one manager and one worker, so that joining is among what is cut short. Here a few
 * of them, before or after in turn; `npm run verify:kill` takes all.
 */
const ALL = process.env.SLIPWAY_KILL_POINTS === 'all';
const UP: [step: string, point: KillPoint][] = [
  ['createLab', 'labs.create:before'],
  ['createLab', 'labs.create:after'],
  ['ensureNetwork', 'driver.createNetwork:before'],
  ['ensureNetwork', 'driver.createNetwork:after'],
  ['launchMachines (intent)', 'labs.saveStatus:before'],
  ['launchMachines (intent)', 'labs.saveStatus:after'],
  ['launchMachines', 'driver.create:before'],
  ['launchMachines', 'driver.create:after'],
  ['awaitEngines (enrolment)', 'labs.saveEnrolment:before'],
  ['awaitEngines (enrolment)', 'labs.saveEnrolment:after'],
  ['awaitEngines', 'engine.info:before'],
  ['awaitEngines', 'engine.info:after'],
  ['formSwarm', 'engine.initSwarm:before'],
  ['formSwarm', 'engine.initSwarm:after'],
  ['formSwarm', 'engine.joinSwarm:before'],
  ['formSwarm', 'engine.joinSwarm:after'],
  ['deployStacks', 'engine.createNetwork:before'],
  ['deployStacks', 'engine.createNetwork:after'],
  ['deployStacks', 'engine.createService:before'],
  ['deployStacks', 'engine.createService:after'],
  ['checkHealth', 'engine.tasks:before'],
  ['checkHealth', 'engine.tasks:after'],
];
const OFF: [step: string, point: KillPoint][] = [
  ['stopMachines', 'driver.stop:before'],
  ['stopMachines', 'driver.stop:after'],
  ['powerMachines', 'driver.start:before'],
  ['powerMachines', 'driver.start:after'],
];
const DOWN: [step: string, point: KillPoint][] = [
  ['terminateMachines', 'driver.remove:before'],
  ['terminateMachines', 'driver.remove:after'],
  ['removeNetwork', 'driver.removeNetwork:before'],
  ['removeNetwork', 'driver.removeNetwork:after'],
  ['forget', 'secrets.remove:before'],
  ['forget', 'secrets.remove:after'],
  ['forget', 'requests.freeSlot:before'],
  ['forget', 'requests.freeSlot:after'],
];
const taken = <Point>(points: Point[]): Point[] =>
  ALL ? points : points.filter((_, index) => index % 9 === 1);
const REQUEST = { template: 'swarm', machines: { managers: 1, workers: 1 } };
const killed: string[] = [];

describe('kill -9 of the server', { concurrent: true }, () => {
  test.each(taken(UP))(
    'on the way up, in %s at %s: started again, the lab is ready, then gone',
    async (_, point) => {
      const doomed = await startServerProcess({ point });
      // The request itself may be cut short; asked again with the same key it is the same lab.
      const ask = (server: typeof doomed) =>
        server.api.json<{ id: string }>('POST', '/labs', REQUEST, 'the-key');
      const asked = ask(doomed).catch(() => undefined);
      expect(await doomed.exit()).toBe('SIGKILL');
      await asked;
      for (const lab of await doomed.recordedLabs()) expect(isUp(lab), `${point} came too late`).toBe(false);

      const server = await doomed.again();
      const { id } = await ask(server);
      await untilPhase(server.api, id, 'ready');
      expect(await server.api.json('GET', '/labs')).toMatchObject({ items: [{ id }] });
      await endLab(server, id);
      killed.push(point);
    },
  );

  test.each(taken(OFF))(
    'while switched off and on, in %s at %s: started again, the lab is ready',
    async (_, point) => {
      const doomed = await startServerProcess({ point });
      const { id } = await doomed.api.json<{ id: string }>('POST', '/labs', REQUEST);
      await untilPhase(doomed.api, id, 'ready');
      await doomed.api.json('PATCH', `/labs/${id}`, { power: 'off' });
      if (point.startsWith('driver.start')) {
        await untilPhase(doomed.api, id, 'stopped');
        await doomed.api.json('PATCH', `/labs/${id}`, { power: 'on' });
      }
      expect(await doomed.exit()).toBe('SIGKILL');
      const [record] = await doomed.recordedLabs();
      expect(record?.status.poweredOffAt === undefined || !isUp(record)).toBe(true);

      const server = await doomed.again();
      if (!point.startsWith('driver.start')) {
        await untilPhase(server.api, id, 'stopped');
        await server.api.json('PATCH', `/labs/${id}`, { power: 'on' });
      }
      await untilPhase(server.api, id, 'ready');
      await endLab(server, id);
      killed.push(point);
    },
  );

  test.each(taken(DOWN))('on the way down, in %s at %s: started again, the lab is gone', async (_, point) => {
    const doomed = await startServerProcess({ point });
    const { id } = await doomed.api.json<{ id: string }>('POST', '/labs', {
      ...REQUEST,
      template: 'docker-host',
      machines: undefined,
    });
    await untilPhase(doomed.api, id, 'ready');
    await doomed.api.json('DELETE', `/labs/${id}`);
    expect(await doomed.exit()).toBe('SIGKILL');
    const [record] = await doomed.recordedLabs();
    expect(record?.status.deletedAt, `${point} came too late`).toBeUndefined();

    const server = await doomed.again();
    await untilPhase(server.api, id, 'deleted');
    await endLab(server, id);
    killed.push(point);
  });
});

afterAll(() => {
  const points = UP.length + OFF.length + DOWN.length;
  console.log(
    `killed and healed at ${killed.length} of ${points} points${ALL ? '' : '; npm run verify:kill takes them all'}`,
  );
});

function isUp(lab: Lab): boolean {
  return Object.values(lab.status.conditions).every(({ status }) => status === 'True');
}

async function endLab(server: Awaited<ReturnType<typeof startServerProcess>>, id: string): Promise<void> {
  const { phase } = await server.api.json<{ phase: string }>('GET', `/labs/${id}`);
  if (phase !== 'deleted') await server.api.json('DELETE', `/labs/${id}`);
  await untilPhase(server.api, id, 'deleted');
  await server.close();
  await expectNothingLeft(server.deployment);
}
