import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import color from 'picocolors';
import { type Client, createClient } from '../client/client.ts';
import type { Lab } from '../client/operations.ts';
import { prepareGround } from '../scripts/ground.ts';
import { interruption } from '../scripts/interruption.ts';
import { messageOf } from '../shared/core/errors.ts';
import { LocalConfig } from '../shared/core/local-config.ts';
import { drawProgress } from './lab-progress.ts';
import { leftBehind, listHoldings } from './leftovers.ts';
import { createLocal } from './local-deps.ts';
import { type Server, serve } from './server.ts';

/** `npm run demo`: a student's lab from the request to the proof that nothing is left of it. */

const READY_SECONDS = 300;
const GONE_SECONDS = 60;

/** Ctrl-C at any moment: what was made is torn down, and the proof is printed. */
const interrupted = interruption();

const say = (line: string) => console.log(line);
const heading = (text: string) => say(`\n${color.bold(text)}`);

async function demo(): Promise<void> {
  heading('The ground');
  const ground = await prepareGround({ say: (line) => say(`  ${line}`), signal: interrupted });
  say(`  Docker Engine at ${ground.dockerHost}`);
  say(`  hosts from ${ground.hostImage}`);
  say(
    `  images from ${ground.mirrorPort === undefined ? 'Docker Hub' : `a mirror on port ${ground.mirrorPort}`}`,
  );
  const folder = await mkdtemp(join(tmpdir(), 'slipway-demo-'));
  try {
    const before = await listHoldings(ground.dockerHost);
    const settings = {
      SLIPWAY_PORT: '0',
      SLIPWAY_DATA: join(folder, 'data'),
      SLIPWAY_DEPLOYMENT: `demo-${process.pid}`,
      SLIPWAY_LOG_LEVEL: 'error',
    };
    const local = await createLocal(LocalConfig.parse(settings), ground);
    const server = await serve(local);
    try {
      await followLab(server, folder);
    } finally {
      await server.stop();
    }
    heading('Nothing is left');
    const left = leftBehind(before, await listHoldings(ground.dockerHost));
    for (const [kind, names] of Object.entries(left)) say(`  ${kind.padEnd(10)} ${names.length}`);
    const total = Object.values(left).flat();
    if (total.length > 0) throw new Error(`left behind: ${total.join(', ')}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await ground.close();
  }
}

async function followLab(server: Server, folder: string): Promise<void> {
  heading(`The API listens on ${server.url}`);
  const operator = createClient({ server: server.url, token: server.operatorToken });
  const { token } = await operator.createToken({
    body: { role: 'student', subject: 'student@example.org', expiresIn: 'PT1H' },
  });
  const student = createClient({ server: server.url, token });
  heading('A student asks for a swarm: POST /v1/labs {"template":"swarm"}');
  const { id } = await student.createLab({ body: { template: 'swarm' } });
  try {
    const lab = await untilReady(student, id);
    await show(student, lab, folder);
    await holdAtTerminal();
  } finally {
    heading(`The tear-down: DELETE /v1/labs/${id}`);
    await student.deleteLab({ lab: id });
    await untilGone(student, id);
    say('  gone');
  }
}

async function untilReady(student: Client, id: string): Promise<Lab> {
  const progress = drawProgress(process.stdout);
  const deadline = Date.now() + READY_SECONDS * 1000;
  let after = 0;
  try {
    for (;;) {
      const lab = await student.getLab({ lab: id });
      progress.draw(lab);
      if (lab.phase === 'ready') return lab;
      if (interrupted.aborted) throw new Error('interrupted');
      if (lab.phase === 'failed' || Date.now() > deadline) {
        throw new Error(`the lab is ${lab.phase}: ${JSON.stringify(lab.conditions)}`);
      }
      const events = await student.listEvents({ lab: id, query: { after, wait: 1 } });
      after = events.items.at(-1)?.sequence ?? after;
    }
  } finally {
    progress.end();
  }
}

async function show(student: Client, lab: Lab, folder: string): Promise<void> {
  const machine = lab.machines[0]?.name ?? '';
  heading('Its machines, as docker-machine ls shows them');
  say(indent(await student.text('listMachines', { lab: lab.id })));

  const certificates = join(folder, 'certificates');
  await mkdir(certificates, { mode: 0o700 });
  const files = await student.createCertificate({ lab: lab.id });
  for (const name of ['ca', 'cert', 'key'] as const) {
    await writeFile(join(certificates, `${name}.pem`), files[name], { mode: 0o600 });
  }
  const env = await student.machineEnv({
    lab: lab.id,
    machine,
    query: { shell: 'bash', certPath: certificates },
  });
  const docker = createDocker(env);
  heading('docker node ls');
  say(indent(await docker(['node', 'ls'])));
  heading('docker service ls');
  say(indent(await docker(['service', 'ls'])));
  heading('docker run --rm busybox echo "LINUXTIPS, VAIIII"');
  say(indent(await docker(['run', '--rm', 'busybox', 'echo', 'LINUXTIPS, VAIIII'])));
  await showPage(lab, docker);
  heading('To use it from another terminal, copy this line');
  say(`  ${exportsOf(env)}`);
}

type Docker = (command: string[]) => Promise<string>;

/** The real docker command with the environment that `env` printed: TLS, by the student's certificate. */
function createDocker(env: string): Docker {
  const variables = Object.fromEntries(
    [...env.matchAll(/^export (\w+)="(.*)"$/gm)].map((match) => [match[1], match[2]]),
  );
  const { DOCKER_CONTEXT: _, ...environment } = process.env;
  return async (command) => {
    const options = { env: { ...environment, ...variables }, timeout: 60_000 };
    return (await promisify(execFile)('docker', command, options)).stdout;
  };
}

async function showPage(lab: Lab, docker: Docker): Promise<void> {
  const link = lab.links[0];
  if (link !== undefined && existsSync('/proc/net/ip_vs')) {
    heading(`${link.label}: ${link.url}`);
    const page = await (await fetch(link.url, { signal: AbortSignal.timeout(10_000) })).text();
    say(indent(/<title>.*<\/title>/.exec(page)?.[0] ?? page.slice(0, 80)));
    return;
  }
  heading(
    'This kernel has no IPVS: the routing mesh cannot answer here. The page, asked of a task by its address',
  );
  const container =
    (await docker(['ps', '-q', '--filter', 'label=com.docker.stack.namespace'])).split('\n')[0] ?? '';
  const get = 'curl -fsS http://127.0.0.1 2>/dev/null || busybox wget -qO- http://127.0.0.1';
  const page = await docker(['exec', container, 'sh', '-c', get]);
  say(indent(/<title>.*<\/title>/.exec(page)?.[0] ?? page.slice(0, 80)));
}

function exportsOf(env: string): string {
  return [...env.matchAll(/^export .*$/gm)].map(([line]) => line).join('; ');
}

async function holdAtTerminal(): Promise<void> {
  if (!process.stdout.isTTY || !process.stdin.isTTY || interrupted.aborted) return;
  say(color.dim('\n  Ctrl-C tears it down.'));
  await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
}

async function untilGone(student: Client, id: string): Promise<void> {
  const deadline = Date.now() + GONE_SECONDS * 1000;
  for (;;) {
    const { phase, conditions } = await student.getLab({ lab: id });
    if (phase === 'deleted') return;
    if (Date.now() > deadline)
      throw new Error(`still ${phase} after ${GONE_SECONDS} s: ${JSON.stringify(conditions)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '  ');
}

try {
  await demo();
  say(color.green('\nAll of it held.'));
} catch (error) {
  console.error(color.red(`\nThe demo did not hold: ${messageOf(error)}`));
  process.exitCode = 1;
}
