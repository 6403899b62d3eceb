import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { dockerOf, fetchCertificates } from '../support/docker-cli.ts';
import { eventually } from '../support/eventually.ts';
import { expectNothingLeft } from '../support/leftovers.ts';
import { type LabAnswer, type LiveServer, readyLab, startLiveServer } from '../support/live-server.ts';

const run = promisify(execFile);

describe('the machines of a live lab', () => {
  let server: LiveServer;
  let student: ApiClient;
  let lab: LabAnswer;
  const path = (rest: string) => `/labs/${lab.id}${rest}`;
  const load = () => student.json<LabAnswer>('GET', path(''));
  const post = (rest: string, body?: object) =>
    student.json<{ name: string }>('POST', path(rest), body ?? undefined);
  const nodes = async () => {
    const { items } = await student.json<{ items: Record<string, string>[] }>('GET', path('/nodes'));
    return items.map(({ hostname, role, state }) => `${hostname} ${role} ${state}`);
  };
  const message = async (type: string) => {
    const { items } = await student.json<{ items: { type: string; message: string }[] }>(
      'GET',
      path('/events'),
    );
    return items.filter((event) => event.type === type).at(-1)?.message;
  };
  const ready = async (wanted: string[]) => {
    const from = Date.now();
    await eventually(async () => {
      const { phase, machines } = await load();
      if (phase !== 'ready' || machines.length !== wanted.length) return false;
      return JSON.stringify(await nodes().catch(() => [])) === JSON.stringify(wanted);
    });
    return ((Date.now() - from) / 1000).toFixed(1);
  };

  beforeAll(async () => {
    server = await startLiveServer();
    student = await server.student('ana');
    lab = await readyLab(student, { template: 'swarm', stacks: [], machines: { managers: 1, workers: 1 } });
  });
  afterAll(async () => {
    await server.close();
    await expectNothingLeft(server.deployment);
  });

  test('grow by one that joins in its role', async () => {
    expect((await post('/machines', { role: 'manager' })).name).toBe('LINUXtips-03');
    const seconds = await ready([
      'LINUXtips-01 manager ready',
      'LINUXtips-02 worker ready',
      'LINUXtips-03 manager ready',
    ]);
    console.log(`a manager added and in the swarm: ${seconds} s`);
    expect(await message('MachinesAdded')).toBe('launching LINUXtips-03');
  });

  test('shrink by the manager that formed the swarm: drained, demoted, gone', async () => {
    await student.json('DELETE', path('/machines/LINUXtips-01'));
    const seconds = await ready(['LINUXtips-02 worker ready', 'LINUXtips-03 manager ready']);
    console.log(`a manager, the leader, removed: ${seconds} s`);
    expect(await message('MachineRemoved')).toBe('Successfully removed LINUXtips-01');
  });

  test('are made anew in place, one by one', async () => {
    const shell = await dockerOf(student, lab.id, 'LINUXtips-02');
    const before = await shell('info', '--format', '{{.ID}} {{.Swarm.NodeID}}');
    await post('/machines/LINUXtips-02/rebuild');
    await eventually(async () => (await message('MachineRebuilt')) !== undefined);
    const seconds = await ready(['LINUXtips-02 worker ready', 'LINUXtips-03 manager ready']);
    console.log(`a worker made anew: ${seconds} s`);
    // Another machine, perhaps at another address: its env is asked for again.
    const anew = await dockerOf(student, lab.id, 'LINUXtips-02');
    const after = await anew('info', '--format', '{{.ID}} {{.Swarm.NodeID}}');
    expect(after.split(' ')[0]).not.toBe(before.split(' ')[0]);
    expect(after.split(' ')[1]).not.toBe(before.split(' ')[1]);
  });

  test('get a new server certificate while the student’s own goes on', async () => {
    const shell = await dockerOf(student, lab.id, 'LINUXtips-02');
    const before = await serialOf(student, lab.id, 'LINUXtips-02');
    for (const verb of ['regenerate-certs', 'provision']) {
      const from = Date.now();
      await post(`/machines/LINUXtips-02/${verb}`);
      const type = verb === 'provision' ? 'Provisioned' : 'CertificateRegenerated';
      await eventually(async () => (await message(type)) !== undefined);
      console.log(`${await message(type)} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
    }
    expect(await serialOf(student, lab.id, 'LINUXtips-02')).not.toBe(before);
    expect(await shell('info', '--format', '{{.Name}}')).toBe('LINUXtips-02');
    await ready(['LINUXtips-02 worker ready', 'LINUXtips-03 manager ready']);
  });

  test('have their engine upgraded to what the package source has, or say why not', {
    timeout: 200_000,
  }, async () => {
    await post('/machines/LINUXtips-02/upgrade');
    await eventually(
      async () => ((await message('EngineUpgraded')) ?? (await message('ChoreFailed'))) !== undefined,
      180,
    );
    const words = (await message('EngineUpgraded')) ?? (await message('ChoreFailed'));
    console.log(words);
    expect(words).toMatch(
      /^LINUXtips-02: upgrade (done: the engine (is at|went from) \d|failed: .*; the engine stays at \d)/,
    );
    await ready(['LINUXtips-02 worker ready', 'LINUXtips-03 manager ready']);
  });

  test('are reached by ssh, scp and sftp with the lab’s key, as inspect says', async () => {
    const { privateKey } = await student.json<{ privateKey: string }>('GET', path('/ssh-key'));
    const folder = await mkdtemp(join(tmpdir(), 'slipway-ssh-'));
    const key = join(folder, 'id');
    await writeFile(key, privateKey, { mode: 0o600 });
    const { Driver } = await student.json<{
      Driver: { IPAddress: string; SSHUser: string; SSHPort: number };
    }>('GET', path('/machines/LINUXtips-02'));
    // docker-machine's own options; docker-facts.md, section 3.
    const options = [
      ...['ConnectionAttempts=3', 'ConnectTimeout=10', 'LogLevel=quiet', 'PasswordAuthentication=no'],
      ...['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes'],
    ].flatMap((option) => ['-o', option]);
    const common = ['-F', '/dev/null', ...options, '-i', key];
    const host = `${Driver.SSHUser}@${Driver.IPAddress}`;
    const port = String(Driver.SSHPort);
    const ssh = await run('ssh', [...common, '-p', port, host, 'docker info --format {{.Name}}']);
    expect(ssh.stdout.trim()).toBe('LINUXtips-02');
    await writeFile(join(folder, 'up'), 'by scp');
    await run('scp', [...common, '-P', port, '-r', join(folder, 'up'), `${host}:/root/up`]);
    await run('scp', [...common, '-P', port, `${host}:/root/up`, join(folder, 'down')]);
    expect(await readFile(join(folder, 'down'), 'utf8')).toBe('by scp');
    // What sshfs, docker-machine's mount, speaks.
    const batch = join(folder, 'batch');
    await writeFile(batch, 'ls /root\n');
    expect((await run('sftp', [...common, '-P', port, '-b', batch, host])).stdout).toContain('/root/up');
  });
});

/** Of the certificate that the machine's engine shows. */
async function serialOf(api: ApiClient, labId: string, machine: string): Promise<string> {
  const folder = await fetchCertificates(api, labId);
  const [ca, cert, key] = await Promise.all(
    ['ca', 'cert', 'key'].map((name) => readFile(join(folder, `${name}.pem`))),
  );
  const url = new URL((await api.text(`/labs/${labId}/machines/${machine}/url`)).trim());
  return await new Promise((resolve, reject) => {
    const options = { host: url.hostname, port: Number(url.port), ca, cert, key, servername: machine };
    const socket = connect(options as object, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.on('error', reject);
  });
}
