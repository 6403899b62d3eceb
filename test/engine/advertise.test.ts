import { expect, test } from 'vitest';
import { dockerOf } from '../support/docker-cli.ts';
import { expectNothingLeft } from '../support/leftovers.ts';
import { endLab, readyLab, startLiveServer } from '../support/live-server.ts';
import { untilPhase } from '../support/until-phase.ts';

/** 127.0.0.1 stands for a classroom server's address, and is what is advertised where containers do not route. */
test('with SLIPWAY_ADVERTISE a lab is reached on that address, also at the new ports after a stop and start', async () => {
  const server = await startLiveServer({ SLIPWAY_ADVERTISE: '127.0.0.1' });
  try {
    const student = await server.student('ana');
    const lab = await readyLab(student, { template: 'swarm', machines: { managers: 1, workers: 1 } });
    expect(lab.machines[0]?.url).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    expect(lab.links[0]?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(lab).toMatchObject({ allowFromEnforced: false });
    expect(await (await dockerOf(student, lab.id, 'LINUXtips-02'))('info', '--format', '{{.Name}}')).toBe(
      'LINUXtips-02',
    );
    await student.json('PATCH', `/labs/${lab.id}`, { power: 'off' });
    await untilPhase(student, lab.id, 'stopped');
    await student.json('PATCH', `/labs/${lab.id}`, { power: 'on' });
    await untilPhase(student, lab.id, 'ready');
    expect(await (await dockerOf(student, lab.id, 'LINUXtips-01'))('node', 'ls', '-q')).toMatch(/\w+\n\w+/);
    await endLab(student, lab.id);
  } finally {
    await server.close();
  }
  await expectNothingLeft(server.deployment);
});
