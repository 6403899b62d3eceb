import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { type DockerCli, dockerOf } from '../support/docker-cli.ts';
import { eventually } from '../support/eventually.ts';
import { expectNothingLeft } from '../support/leftovers.ts';
import { type LiveServer, readyLab, startLiveServer } from '../support/live-server.ts';

/** The course's chapter 14, by the student's own command and by the API on one lab, the one seeing what the other did. */

let server: LiveServer;
let student: ApiClient;
let labId: string;
let machine: string;
let docker: DockerCli;

beforeAll(async () => {
  server = await startLiveServer();
  student = await server.student('ana');
  const lab = await readyLab(student, {
    template: 'swarm',
    stacks: [],
    machines: { managers: 1, workers: 0 },
  });
  labId = lab.id;
  machine = lab.machines[0]?.name ?? '';
  docker = await dockerOf(student, labId, machine);
  // The course builds it; what is in it does not matter here.
  await docker('pull', '-q', 'busybox');
  await docker('tag', 'busybox', 'minha_app:1.0');
});
afterAll(async () => {
  await server.close();
  await expectNothingLeft(server.deployment);
});

const api = <Answer = Record<string, unknown>>(method: string, rest: string, body?: unknown) =>
  student.json<Answer>(method, `/labs/${labId}${rest}`, body);
const onMachine = async (command: string) =>
  await api<{ exitCode: number; stdout: string; stderr: string }>('POST', `/machines/${machine}/exec`, {
    command,
  });

/** Looks into the service's newest container, from the machine itself. */
async function inContainer(service: string, command: string): Promise<string> {
  const container = `$(docker ps -q --filter label=com.docker.swarm.service.name=${service} | head -1)`;
  const { exitCode, stdout, stderr } = await onMachine(`docker exec ${container} ${command}`);
  if (exitCode !== 0) throw new Error(`${command}: ${exitCode} ${stderr}`);
  return stdout;
}
const holds = (service: string, file: string, value: string) =>
  eventually(async () => (await inContainer(service, `cat /run/secrets/${file}`).catch(() => '')) === value);
async function create(name: string, value: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'slipway-secret-')), 'value');
  await writeFile(file, value);
  return await docker('secret', 'create', name, file);
}
/** Ends when it is told to: a shell alone would take its ten seconds of grace. */
const SLEEP = ['sh', '-c', 'trap "exit 0" TERM; sleep 100000 & wait'];

describe('the chapter on secrets', () => {
  test('by docker: create, inspect, ls, rm; the API shows the same, and never the value', async () => {
    const id = await create('minha_secret', 'minha secret\n');
    const secret = await api('GET', '/secrets/minha_secret');
    expect(secret).toMatchObject({ id, name: 'minha_secret' });
    expect(JSON.stringify(secret)).not.toContain(Buffer.from('minha secret').toString('base64').slice(0, 12));
    expect(await docker('secret', 'inspect', 'minha_secret', '--format', '{{.Spec.Name}}')).toBe(
      'minha_secret',
    );
    await docker('secret', 'rm', 'minha_secret');
    await expect(api('GET', '/secrets/minha_secret')).rejects.toThrow('404');
  });

  test('by the API: create, ls; docker lists it', async () => {
    await api('POST', '/secrets', { name: 'db_pass', text: 'senha_do_banco' });
    expect(await docker('secret', 'ls', '--format', '{{.Name}}')).toBe('db_pass');
  });

  test('a service of docker’s finds it in memory, under its name', async () => {
    await docker(
      'service',
      'create',
      '--name',
      'app',
      '--detach=false',
      '--secret',
      'db_pass',
      'minha_app:1.0',
      ...SLEEP,
    );
    expect(await inContainer('app', 'cat /run/secrets/db_pass')).toBe('senha_do_banco');
    expect(await inContainer('app', 'grep /run/secrets /proc/mounts')).toMatch(/^tmpfs /);
    expect(await api('GET', '/secrets/db_pass')).toMatchObject({ usedBy: ['app'] });
    await docker('service', 'rm', 'app');
  });

  test('a service of the API’s finds it under the file, owner and mode of the long form', async () => {
    await api('POST', '/services', {
      name: 'app',
      image: 'minha_app:1.0',
      command: SLEEP,
      secrets: ['source=db_pass,target=password,uid=2000,gid=3000,mode=0400'],
    });
    await holds('app', 'password', 'senha_do_banco');
    expect(await inContainer('app', 'ls -ln /run/secrets/password')).toMatch(
      /^-r-------- +1 2000 +3000 .*password/,
    );
  });

  test('by docker it is rotated on the API’s service', async () => {
    await create('db_pass_1', 'nova_senha');
    await docker(
      ...['service', 'update', '--secret-rm', 'db_pass', '--detach=false'],
      ...['--secret-add', 'source=db_pass_1,target=password', 'app'],
    );
    await holds('app', 'password', 'nova_senha');
    await docker('secret', 'rm', 'db_pass');
    expect(await docker('secret', 'ls', '--format', '{{.Name}}')).toBe('db_pass_1');
  });

  test('by the API it is rotated in one call, at the same path', async () => {
    const before = await inContainer('app', 'ls -ln /run/secrets/password');
    const first = await api<{ name: string; updated: string[]; kept: { name: string }[] }>(
      'POST',
      '/secrets/db_pass_1/rotate',
      { text: 'terceira' },
    );
    expect(first).toMatchObject({ updated: ['app'], removed: [], kept: [{ name: 'db_pass_1' }] });
    await holds('app', 'password', 'terceira');
    expect((await inContainer('app', 'ls -ln /run/secrets/password')).split(/ +/).slice(0, 4)).toEqual(
      before.split(/ +/).slice(0, 4),
    );
    const format = '{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{.SecretName}} {{.File.Name}}{{end}}';
    expect(await docker('service', 'inspect', 'app', '--format', format)).toBe(`${first.name} password`);
    const second = await api('POST', '/secrets/db_pass_1/rotate', { text: 'quarta' });
    expect(second).toMatchObject({ updated: ['app'], removed: ['db_pass_1'], kept: [{ name: first.name }] });
    await holds('app', 'password', 'quarta');
  });

  test('and back, by a rollback that still finds the value of before', async () => {
    await api('POST', '/services/app/rollback');
    await holds('app', 'password', 'terceira');
  });
});
