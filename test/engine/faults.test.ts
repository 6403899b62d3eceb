import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { dockerOf, outerDocker } from '../support/docker-cli.ts';
import { eventually } from '../support/eventually.ts';
import { expectNothingLeft } from '../support/leftovers.ts';
import {
  endLab,
  type LabAnswer,
  type LiveServer,
  readyLab,
  startLiveServer,
} from '../support/live-server.ts';
import { startServerProcess } from '../support/server-process.ts';
import { untilPhase } from '../support/until-phase.ts';

const run = promisify(execFile);

describe('what breaks under a lab', () => {
  let server: LiveServer;
  let student: ApiClient;
  let lab: LabAnswer;

  beforeAll(async () => {
    server = await startLiveServer();
    student = await server.student('ana');
    // One manager: with two, the course's own layout, every loss of a manager is a loss of the swarm.
    lab = await readyLab(student, { template: 'swarm', machines: { managers: 1, workers: 2 } });
  });
  afterAll(async () => {
    await server.close();
    await expectNothingLeft(server.deployment);
  });

  const hostOf = (machine: string) => `slipway-${server.deployment}-${lab.id}-${machine}`;
  const eventTypes = async () => {
    const { items } = await student.json<{ items: { type: string }[] }>(
      'GET',
      `/labs/${lab.id}/events?limit=100`,
    );
    return items.map(({ type }) => type);
  };

  test('a worker’s host removed by hand is made again, joins, and takes its tasks', async () => {
    await outerDocker('rm', '-fv', hostOf('LINUXtips-03'));
    await untilPhase(student, lab.id, 'degraded');
    await untilPhase(student, lab.id, 'ready');
    const shell = await dockerOf(student, lab.id, 'LINUXtips-01');
    const nodes = (await shell('node', 'ls', '--format', '{{.Hostname}} {{.Status}}')).split('\n').sort();
    expect(nodes).toEqual(['LINUXtips-01 Ready', 'LINUXtips-02 Ready', 'LINUXtips-03 Ready']);
    expect(await eventTypes()).toContain('MachinesLost');
  });

  test('a Docker Engine that hangs is told by name, and the lab is ready once it goes on', async () => {
    await outerDocker('exec', hostOf('LINUXtips-02'), 'systemctl', 'kill', '--signal=STOP', 'docker');
    const seen = await untilReason(student, lab.id, 'EnginesStarting');
    expect(seen.conditions.EnginesReady?.message).toContain('LINUXtips-02');
    expect(seen.phase).toBe('degraded');
    await outerDocker('exec', hostOf('LINUXtips-02'), 'systemctl', 'kill', '--signal=CONT', 'docker');
    await untilPhase(student, lab.id, 'ready');
  });

  test('a Docker Engine killed in its host comes back by itself, with all tasks running and the lab ready', async () => {
    const host = hostOf('LINUXtips-03');
    const shell = await dockerOf(student, lab.id, 'LINUXtips-01');
    const pid = () =>
      outerDocker('exec', host, 'systemctl', 'show', '--property=MainPID', '--value', 'docker');
    const before = await pid();
    await outerDocker('exec', host, 'systemctl', 'kill', '--signal=KILL', 'docker');
    await eventually(async () => !['0', before].includes(await pid()), 60);
    await eventually(async () =>
      (await shell('service', 'ls', '--format', '{{.Replicas}}')).startsWith('5/5'),
    );
    await untilPhase(student, lab.id, 'ready');
  });

  test('the only manager’s host removed by hand: the lab says in words what was lost and what to do', async () => {
    await outerDocker('rm', '-fv', hostOf('LINUXtips-01'));
    const seen = await untilReason(student, lab.id, 'QuorumLost');
    expect(seen.conditions.SwarmReady?.message).toMatch(/delete this lab and ask for a new one/);
    await endLab(student, lab.id);
  });
});

test('a machine that refuses to lose the majority says so, and does it when forced', async () => {
  const server = await startLiveServer();
  try {
    const student = await server.student('ana');
    const lab = await readyLab(student, { template: 'swarm' });
    const path = `/labs/${lab.id}/machines/LINUXtips-02`;
    await expect(student.json('POST', `${path}/stop`)).rejects.toThrow(/409.*2 of 2 needed/s);
    await student.json('POST', `${path}/kill?force=true`);
    await untilReason(student, lab.id, 'QuorumLost');
    await student.json('POST', `${path}/start`);
    await untilPhase(student, lab.id, 'ready');
    await endLab(student, lab.id);
  } finally {
    await server.close();
  }
  await expectNothingLeft(server.deployment);
});

test('the records’ disk turned read-only: requests say why, and the lab goes on once it can be written', async () => {
  const server = await startServerProcess();
  const { id } = await readyLab(server.api, { template: 'docker-host' });
  await run('mount', ['--bind', server.folder, server.folder]);
  try {
    await run('mount', ['-o', 'remount,ro,bind', server.folder]);
    await expect(server.api.json('DELETE', `/labs/${id}`)).rejects.toThrow(/503.*read-only|503.*writable/s);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(503);
    await run('mount', ['-o', 'remount,rw,bind', server.folder]);
    await endLab(server.api, id);
  } finally {
    await run('umount', ['--lazy', server.folder]);
  }
  await server.close();
  await expectNothingLeft(server.deployment);
});

test('the server killed with kill -9 while a lab is ready: expired meanwhile, it is gone soon after the next start', async () => {
  const server = await startServerProcess();
  const { id } = await readyLab(server.api, { template: 'docker-host' });
  await server.api.json('PATCH', `/labs/${id}`, { expiresAt: new Date(Date.now() + 1_500).toISOString() });
  server.process.kill('SIGKILL');
  expect(await server.exit()).toBe('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const next = await server.again();
  await untilPhase(next.api, id, 'deleted');
  await next.close();
  await expectNothingLeft(server.deployment);
});

async function untilReason(api: ApiClient, labId: string, reason: string): Promise<LabAnswer> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; ) {
    const lab = await api.json<LabAnswer>('GET', `/labs/${labId}`);
    if (Object.values(lab.conditions).some((condition) => condition.reason === reason)) return lab;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`never ${reason}: ${JSON.stringify(await api.json('GET', `/labs/${labId}`))}`);
}
