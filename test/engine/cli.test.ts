import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { ground } from '../support/ground.ts';

/** The packed command, installed elsewhere, against a server started with `npm start`: as a student has it. */

const run = promisify(execFile);
const STARTED_SECONDS = 120;

let folder = '';
let server: ChildProcess | undefined;
let environment: NodeJS.ProcessEnv = {};
const said: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-packed-'));
  const [bin] = await Promise.all([installPacked(), startServer()]);
  environment = {
    ...process.env,
    HOME: join(folder, 'home'),
    PATH: `${bin}:${process.env.PATH}`,
    SHELL: '/bin/bash',
  };
  for (const name of ['DOCKER_HOST', 'DOCKER_CERT_PATH', 'SLIPWAY_SERVER', 'SLIPWAY_TOKEN', 'SLIPWAY_LAB']) {
    delete environment[name];
  }
});

afterAll(async () => {
  await shell('slipway lab rm -y').catch(() => undefined);
  if (server?.pid !== undefined && server.exitCode === null) {
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    // npm and what it started.
    process.kill(-server.pid, 'SIGTERM');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

async function installPacked(): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string }];
  const elsewhere = join(folder, 'elsewhere');
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, 'package.json'), '{"private":true,"type":"module"}');
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', join(folder, filename)], {
    cwd: elsewhere,
  });
  const bin = join(elsewhere, 'node_modules/.bin');
  await symlink(join(bin, 'slipway'), join(bin, 'docker-machine'));
  return bin;
}

async function startServer(): Promise<void> {
  const port = await freePort();
  server = spawn('npm', ['start'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      SLIPWAY_GROUND: JSON.stringify(ground()),
      SLIPWAY_PORT: String(port),
      SLIPWAY_DATA: join(folder, 'data'),
      SLIPWAY_DEPLOYMENT: `cli-${process.pid}`,
      SLIPWAY_LOG_LEVEL: 'warn',
    },
  });
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (data) => said.push(String(data)));
  url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + STARTED_SECONDS * 1000;
  while (
    !(await fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (Date.now() > deadline || server.exitCode !== null) throw new Error(`no server\n${said.join('')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
let url = '';

/** What is printed by a line in a real shell. @throws with both outputs where it fails */
async function shell(line: string, program = 'bash'): Promise<string> {
  const { stdout } = await run(program, ['-c', line], { env: environment, timeout: 150_000 });
  return stdout;
}

describe('the packed command', () => {
  test('logs in, and makes a swarm in docker-machine’s lines', async () => {
    expect(await shell(`slipway login ${url} --token-file ${folder}/data/operator-token`)).toContain(
      'as operator',
    );
    const out = await shell('slipway create swarm --name friday');
    expect(out.split('\n').slice(0, 6)).toEqual([
      'Running pre-create checks...',
      'Creating machine...',
      '(LINUXtips-01) Launching instance...',
      '(LINUXtips-02) Launching instance...',
      '(LINUXtips-03) Launching instance...',
      'Waiting for machine to be running, this may take a few minutes...',
    ]);
    expect(out).toMatch(
      /\nChecking connection to Docker\.\.\.\n(.*\n)*Docker is up and running!\nTo see how .*: slipway env LINUXtips-01\n$/,
    );
    expect(await shell('slipway ls -q')).toBe('LINUXtips-01\nLINUXtips-02\nLINUXtips-03\n');
  });

  test('points the real docker at a machine, in bash', async () => {
    const out = await shell(
      'eval "$(slipway env LINUXtips-02)"; docker info --format "{{.Name}}"; slipway active; slipway ls',
    );
    expect(out).toMatch(/^LINUXtips-02\nLINUXtips-02\nNAME /);
    expect(out).toMatch(/^LINUXtips-02 {3}\* /m);
    expect(await shell('docker $(slipway config LINUXtips-03) info --format "{{.Name}}" | tr -d \'"\'')).toBe(
      'LINUXtips-03\n',
    );
    expect(
      await shell('eval "$(slipway env LINUXtips-02)"; eval "$(slipway env -u)"; echo "[$DOCKER_HOST]"'),
    ).toBe('[]\n');
  });

  test('and in fish', async () => {
    if ((await run('fish', ['--version']).catch(() => undefined)) === undefined) {
      console.warn('fish is not installed here: its text is tested, its eval is not');
      return;
    }
    const line =
      'eval (slipway env --shell fish LINUXtips-02); docker info --format "{{.Name}}"; eval (slipway env -u --shell fish); echo "[$DOCKER_HOST]"';
    expect(await shell(line, 'fish')).toBe('LINUXtips-02\n[]\n');
  });

  test('opens a shell on a machine, and copies to it and between two', async () => {
    await writeFile(join(folder, 'oi.txt'), 'oi\n');
    expect(await shell('slipway ssh LINUXtips-01 hostname')).toBe('LINUXtips-01\n');
    await shell(
      `slipway scp -q ${folder}/oi.txt LINUXtips-01:/root/ && slipway scp -q LINUXtips-01:/root/oi.txt LINUXtips-03:/root/`,
    );
    expect(
      await shell('slipway ssh LINUXtips-03 cat /root/oi.txt; slipway exec LINUXtips-03 cat /root/oi.txt'),
    ).toBe('oi\noi\n');
    await expect(shell('slipway ssh LINUXtips-01 exit 7')).rejects.toMatchObject({ code: 7 });
  });

  test('stops a worker and starts it, and keeps the swarm’s majority', async () => {
    expect(await shell('slipway stop LINUXtips-03; slipway status LINUXtips-03')).toBe(
      'Stopping "LINUXtips-03"...\nMachine "LINUXtips-03" was stopped.\nStopped\n',
    );
    expect(await shell('slipway start LINUXtips-03; slipway status LINUXtips-03')).toMatch(
      /^Starting "LINUXtips-03"\.\.\.\nMachine "LINUXtips-03" was started\.\n.*\nRunning\n$/,
    );
    await expect(shell('slipway stop LINUXtips-02')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--force'),
    });
  });

  test('sees the swarm as docker does', async () => {
    const ours = await shell('slipway node ls');
    const docker = await shell(
      'eval "$(slipway env LINUXtips-01)"; docker node ls --format "{{.Hostname}} {{.ManagerStatus}}"',
    );
    for (const line of docker.trim().split('\n')) {
      const [hostname = '', manager = ''] = line.split(' ');
      expect(ours).toMatch(new RegExp(`${hostname} +\\w+ +Active +${manager}`));
    }
    await shell(
      'printf \'services: { web: { image: busybox, command: sleep 600 } }\\nversion: "3.8"\' | slipway stack deploy -c - primeiro',
    );
    expect(await shell('slipway stack services primeiro')).toMatch(/primeiro_web +replicated +1\/1/);
    await shell('slipway stack rm primeiro');
  });

  test('under docker-machine’s name adds a machine and removes it', async () => {
    const out = await shell('docker-machine create --driver virtualbox --virtualbox-memory 2048 linuxtips');
    expect(out).toMatch(
      /^Running pre-create checks\.\.\.\nCreating machine\.\.\.\n\(linuxtips\) Launching instance\.\.\.\n/,
    );
    expect(out).toMatch(/run: docker-machine env linuxtips\n$/);
    expect(await shell('docker-machine ls -q')).toBe('linuxtips\nLINUXtips-01\nLINUXtips-02\nLINUXtips-03\n');
    expect(await shell('docker-machine rm -y linuxtips')).toMatch(/\nSuccessfully removed linuxtips\n$/);
  });

  test('tears the lab down, and then there is none', async () => {
    expect(await shell('slipway rm -y LINUXtips-01 LINUXtips-02 LINUXtips-03')).toMatch(
      /(Successfully removed LINUXtips-0[123]\n){3}$/,
    );
    expect(await shell('slipway ls -q')).toBe('');
  });
});
