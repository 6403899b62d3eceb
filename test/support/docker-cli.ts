import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ApiClient } from './api-client.ts';
import { groundGiven } from './ground.ts';

const run = promisify(execFile);

/** The real docker command. @returns its output; throws with stderr in the message. */
export type DockerCli = (...command: string[]) => Promise<string>;

/** A folder with the student's certificate for a lab, as `docker` wants it. */
export async function fetchCertificates(api: ApiClient, labId: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-cert-'));
  const files = await api.json<Record<'ca' | 'cert' | 'key', string>>('POST', `/labs/${labId}/certificates`);
  for (const name of ['ca', 'cert', 'key'] as const) {
    await writeFile(join(folder, `${name}.pem`), files[name], { mode: 0o600 });
  }
  return folder;
}

/** What `eval "$(… env MACHINE)"` puts into a student's shell. */
export async function dockerEnvironment(
  api: ApiClient,
  labId: string,
  machine: string,
): Promise<Record<string, string>> {
  const certificates = await fetchCertificates(api, labId);
  const path = `/labs/${labId}/machines/${machine}/env?shell=bash&certPath=${encodeURIComponent(certificates)}`;
  return Object.fromEntries(
    [...(await api.text(path)).matchAll(/^export (\w+)="(.*)"$/gm)].map((match) => [match[1], match[2]]),
  );
}

/** The docker command in such a shell. */
export async function dockerOf(api: ApiClient, labId: string, machine: string): Promise<DockerCli> {
  const env = await dockerEnvironment(api, labId, machine);
  return (...command) => docker(command, env);
}

/** The engine that the hosts run on, as the operator sees it. */
export const outerDocker: DockerCli = (...command) =>
  docker(command, { DOCKER_HOST: groundGiven()?.dockerHost });

export async function docker(command: string[], env: Record<string, string | undefined>): Promise<string> {
  const { DOCKER_HOST: _, ...environment } = process.env;
  return (await run('docker', command, { env: { ...environment, ...env }, timeout: 60_000 })).stdout.trim();
}
