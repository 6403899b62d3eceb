import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiClient, createApiClient } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { expectNothingLeft } from '../support/leftovers.ts';
import { type LiveServer, startLiveServer } from '../support/live-server.ts';

interface Progress {
  student: string;
  lab?: string;
  phase: string;
  problem?: string;
  readyAt?: string;
}

interface Link {
  email: string;
  code: string;
  link: string;
}

const SESSION_SECONDS = 60;
/** Seventeen hosts at once on a machine of two cores that does other things too. */
const READY_SECONDS = { reckoned: '65', spare: '25' };
/** Before the first bell: the lead, and what it takes to make the class and its roster. */
const LEAST_AHEAD_SECONDS = 95;
/** From a class's making to its labs, and from there to their end: a bell rings at a full minute alone. */
const ROOM_SECONDS = LEAST_AHEAD_SECONDS + 60 + SESSION_SECONDS + 50;

const run = promisify(execFile);

/** The next full minute that is far enough away to be made ready for. */
function nextBell(leastSeconds: number): number {
  return Math.ceil((Date.now() + leastSeconds * 1000) / 60_000) * 60_000;
}

function rosterOf(count: number, school: string): string {
  const lines = Array.from({ length: count }, (_, index) => `student ${index + 1};s${index + 1}@${school}`);
  return `\uFEFFName;E-Mail\r\n${lines.join('\r\n')}\r\n`;
}

describe('a class, from its roster to the end of its session', () => {
  let server: LiveServer;
  let folder = '';
  beforeAll(async () => {
    const { reckoned, spare } = READY_SECONDS;
    server = await startLiveServer({ SLIPWAY_READY_SECONDS: reckoned, SLIPWAY_SPARE_SECONDS: spare });
    folder = await mkdtemp(join(tmpdir(), 'slipway-class-'));
    await mkdir(join(folder, 'bin'));
    const command = `exec ${process.execPath} --import tsx ${resolve('cli/main.ts')} "$@"`;
    await writeFile(join(folder, 'bin/slipway'), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  });
  afterAll(async () => {
    await server.close();
    await expectNothingLeft(server.deployment);
    await rm(folder, { recursive: true, force: true });
  });

  /** What a line prints in a student's shell, with the command installed and a home of their own; as in cron, no SHELL. */
  async function shell(student: string, line: string): Promise<string> {
    const unset = {
      DOCKER_HOST: undefined,
      DOCKER_CERT_PATH: undefined,
      SLIPWAY_TOKEN: undefined,
      SHELL: undefined,
    };
    const own = { HOME: join(folder, student), PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
    const env = { ...process.env, ...unset, ...own };
    await mkdir(env.HOME, { recursive: true });
    return (await run('bash', ['-c', line], { env, timeout: 60_000 })).stdout;
  }

  async function anInstructor(): Promise<ApiClient & { token: string }> {
    const body = { role: 'instructor', subject: 'ines@school.example', expiresIn: 'PT1H' };
    const { token } = await server.operator.json<{ token: string }>('POST', '/tokens', body);
    return { ...createApiClient(server.url, token), token };
  }

  /** Everybody's progress once it is so. */
  async function progress(
    instructor: ApiClient,
    name: string,
    isSo: (items: Progress[]) => boolean,
    withinSeconds: number,
  ): Promise<Progress[]> {
    let items: Progress[] = [];
    await eventually(async () => {
      items = (await instructor.json<{ items: Progress[] }>('GET', `/classes/${name}/labs`)).items;
      return isSo(items);
    }, withinSeconds).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(items)}`);
    });
    return items;
  }

  async function teach(name: string, students: number, template: string): Promise<string> {
    const instructor = await anInstructor();
    const bell = nextBell(LEAST_AHEAD_SECONDS);
    const definition = {
      name,
      template,
      roster: [{ email: `first@${name}.example` }],
      timeZone: 'UTC',
      sessions: [{ start: new Date(bell).toISOString().slice(0, 16), duration: `PT${SESSION_SECONDS}S` }],
      grace: 'PT0S',
    };
    const plan = await instructor.json<{ labs: { create: number } }>(
      'POST',
      '/classes?plan=true',
      definition,
    );
    expect(plan.labs.create).toBe(1);
    await instructor.json('POST', '/classes', definition);
    const put = await fetch(`${server.url}/v1/classes/${name}/roster`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${instructor.token}`, 'Content-Type': 'text/csv' },
      body: rosterOf(students, `${name}.example`),
    });
    expect(await put.json()).toMatchObject({ added: students, removed: 1 });
    expect(put.status).toBe(202);

    const { items: links } = await instructor.json<{ items: Link[] }>(
      'POST',
      `/classes/${name}/roster/links`,
      {},
    );
    expect(links.map(({ email }) => email).sort()).toEqual(
      Array.from({ length: students }, (_, index) => `s${index + 1}@${name}.example`).sort(),
    );

    const ready = await progress(
      instructor,
      name,
      (items) => items.filter(({ phase }) => phase === 'ready').length === students,
      ROOM_SECONDS,
    );
    const late = Math.max(...ready.map(({ readyAt = '' }) => Date.parse(readyAt))) - bell;
    expect(late, 'ready by the bell, in milliseconds after it').toBeLessThanOrEqual(0);

    const [link] = links;
    if (link === undefined) throw new Error('no link was made');
    expect(await shell(link.email, `slipway login --code '${link.link}'`)).toContain(
      `as ${link.email} (student of class ${name})`,
    );
    const machines = (await shell(link.email, 'slipway ls -q')).trim().split('\n');
    expect(machines).toHaveLength(template === 'swarm' ? 3 : 1);
    const line = `eval "$(slipway env ${machines[0]})"; docker info --format '{{.Name}}'`;
    expect((await shell(link.email, line)).trim()).toBe(machines[0]);

    const gone = await progress(
      instructor,
      name,
      (items) => items.every(({ phase }) => phase === 'absent' || phase === 'deleted'),
      ROOM_SECONDS,
    );
    expect(gone).toHaveLength(students);
    const goneSeconds = (Date.now() - bell) / 1000 - SESSION_SECONDS;
    const records = await instructor.json<{ items: { student: string }[] }>(
      'GET',
      `/classes/${name}/records`,
    );
    // The first roster's only student may have had a lab on record by then.
    const had = records.items.map(({ student }) => student).filter((email) => !email.startsWith('first@'));
    expect(had.sort()).toEqual(links.map(({ email }) => email).sort());
    await instructor.json('DELETE', `/classes/${name}`);
    return `${name}: ${students} labs ready ${(-late / 1000).toFixed(1)} s before the bell, gone ${goneSeconds.toFixed(1)} s after the end`;
  }

  test(
    'eight labs of one machine, and three of three machines at the same time',
    async () => {
      const told = await Promise.all([
        teach('docker-one', 8, 'docker-host'),
        teach('swarm-three', 3, 'swarm'),
      ]);
      for (const line of told) console.log(line);
    },
    2 * ROOM_SECONDS * 1000,
  );
});
