import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
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
    const { Driver } = await student.json<{
      Driver: { IPAddress: string; SSHUser: string; SSHPort: number };
    }>('GET', `/labs/${lab.id}/machines/LINUXtips-02`);
    expect([Driver.IPAddress, Driver.SSHPort === 22]).toEqual(['127.0.0.1', false]);
    const ssh = await sshOf(student, lab.id);
    expect(await ssh(`${Driver.SSHUser}@${Driver.IPAddress}`, Driver.SSHPort, 'hostname')).toBe(
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

/** The real ssh, with the lab's key. */
async function sshOf(student: ApiClient, labId: string) {
  const { privateKey } = await student.json<{ privateKey: string }>('GET', `/labs/${labId}/ssh-key`);
  const key = join(await mkdtemp(join(tmpdir(), 'slipway-ssh-')), 'id');
  await writeFile(key, privateKey, { mode: 0o600 });
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=quiet'].flatMap(
    (one) => ['-o', one],
  );
  return async (host: string, port: number, command: string) => {
    const { stdout } = await promisify(execFile)(
      'ssh',
      ['-F', '/dev/null', ...options, '-i', key, '-p', String(port), host, command],
      { timeout: 20_000 },
    );
    return stdout.trim();
  };
}
