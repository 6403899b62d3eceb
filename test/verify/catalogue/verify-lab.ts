import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageArchive } from '../../../scripts/registry-pull.ts';
import { messageOf } from '../../../shared/core/errors.ts';
import type { StackSource } from '../../../shared/lab/stack-source.ts';
import { type ApiClient, createApiClient } from '../../support/api-client.ts';
import { type DockerCli, dockerOf } from '../../support/docker-cli.ts';
import { ground } from '../../support/ground.ts';
import { type LabAnswer, type LiveServer, readyLab } from '../../support/live-server.ts';

/** A student's lab of three machines, reached as the student reaches it: by the API, and by docker on each machine. */
export interface VerifyLab {
  api: ApiClient;
  id: string;
  /** The first manager's, which stands in the files for `{{address}}`. */
  address: string;
  /** By machine, managers first. */
  machines: { name: string; docker: DockerCli }[];
  /** docker on the first manager. */
  docker: DockerCli;
  /** Asks for a stack of a file of one's own, with the files that it refers to. */
  putSource(name: string, source: StackSource): Promise<void>;
  removeStack(name: string): Promise<void>;
}

const LABEL = 'com.docker.swarm.service.name';
const CALL_SECONDS = 40;

export async function openLab(server: LiveServer): Promise<VerifyLab> {
  const body = { role: 'student', subject: 'ana', expiresIn: 'PT2H' };
  const { token } = await server.operator.json<{ token: string }>('POST', '/tokens', body);
  const api = createApiClient(server.url, token);
  const lab = await readyLab(api, { template: 'swarm', stacks: [] });
  const names = lab.machines.map(({ name }) => name).sort();
  const machines = await Promise.all(
    names.map(async (name) => ({ name, docker: await dockerOf(api, lab.id, name) })),
  );
  const [first] = machines;
  if (first === undefined) throw new Error('a lab without machines');
  const call = async (method: string, name: string, body?: FormData) => {
    const response = await fetch(`${server.url}/v1/labs/${lab.id}/stacks/${name}`, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      body: body ?? null,
      signal: AbortSignal.timeout(CALL_SECONDS * 1000),
    });
    if (!response.ok) throw new Error(`${method} ${name}: ${response.status} ${await response.text()}`);
  };
  return {
    api,
    id: lab.id,
    address: addressOf(lab, first.name),
    machines,
    docker: first.docker,
    putSource: (name, source) => call('PUT', name, formOf(source)),
    removeStack: (name) => call('DELETE', name),
  };
}

function addressOf(lab: LabAnswer, name: string): string {
  const url = lab.machines.find((machine) => machine.name === name)?.url ?? '';
  return /^tcp:\/\/(.*):\d+$/.exec(url)?.[1] ?? '';
}

function formOf(source: StackSource): FormData {
  const form = new FormData();
  form.set('compose', new Blob([source.compose]), 'compose.yml');
  const variables = Object.entries(source.variables).map(([name, value]) => `${name}=${value}`);
  if (variables.length > 0) form.set('variables', new Blob([variables.join('\n')]), 'variables');
  for (const [path, data] of Object.entries(source.files)) {
    form.set(path, new Blob([Buffer.from(data, 'base64')]), path);
  }
  return form;
}

/** Gives every machine's engine images that no mirror is asked for, as a student would: by `docker load`. */
export async function loadImages(lab: Pick<VerifyLab, 'machines'>, references: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-images-'));
  try {
    for (const [index, reference] of references.entries()) {
      const file = join(folder, `${index}.tar`);
      await writeFile(file, await imageArchive(`http://127.0.0.1:${ground().mirrorPort}`, reference));
      await Promise.all(lab.machines.map(({ docker }) => docker('load', '-q', '-i', file)));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs a program in one of a service's tasks, on whichever machine it is. */
export async function inTask(lab: VerifyLab, service: string, ...command: string[]): Promise<string> {
  for (const { docker } of lab.machines) {
    const filters = ['--filter', `label=${LABEL}=${service}`, '--filter', 'status=running'];
    const [container = ''] = (await docker('ps', '-q', ...filters)).split('\n');
    if (container !== '') return docker('exec', container, ...command);
  }
  throw new Error(`${service} has no running task`);
}

export interface WebAsk {
  service: string;
  /** Of the container, and as published. */
  ports: [number, number];
  path: string;
  /** Posts it. */
  form?: string;
  /** `user:password` */
  as?: string;
}

/** With IPVS, the routing mesh answers on the published port; without, one of the tasks is asked by itself. */
export const hasRoutingMesh = existsSync('/proc/net/ip_vs');

/** A page of a service, as a user sees it. @throws with the status where it is an error. */
export async function askWeb(lab: VerifyLab, { service, ports, path, form, as }: WebAsk): Promise<string> {
  const authorization = as === undefined ? undefined : `Basic ${Buffer.from(as).toString('base64')}`;
  if (!hasRoutingMesh) {
    return inTask(
      lab,
      service,
      ...['timeout', '5', 'wget', '-q', '-O', '-'],
      ...[
        ...(form === undefined ? [] : ['--post-data', form]),
        ...(authorization === undefined ? [] : ['--header', `Authorization: ${authorization}`]),
        `http://127.0.0.1:${ports[0]}${path}`,
      ],
    );
  }
  const response = await fetch(`http://${lab.address}:${ports[1]}${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    headers: {
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
    },
    body: form ?? null,
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`${service} ${path}: ${response.status}`);
  return response.text();
}

/** Asks again until the answer is right. @throws with the last answer, or what was thrown, once the time is up. */
export async function eventually(
  what: string,
  withinSeconds: number,
  ask: () => Promise<string>,
  isRight: (answer: string) => boolean,
): Promise<string> {
  const deadline = Date.now() + withinSeconds * 1000;
  for (;;) {
    let last = '';
    try {
      last = await ask();
      if (isRight(last)) return last;
    } catch (error) {
      last = `failed: ${messageOf(error)}`;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${withinSeconds} s; last: ${last.slice(0, 600)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
