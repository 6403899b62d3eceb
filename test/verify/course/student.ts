import { copyFile, cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleCommand, COMMAND } from '../../../scripts/bundle-cli.ts';
import { type ApiClient, createApiClient } from '../../support/api-client.ts';
import { endLab, type LabAnswer, type LiveServer } from '../../support/live-server.ts';
import type { Run } from './run-chapter.ts';
import { quote, Shell } from './shell.ts';
import type { Chapter } from './step.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const OPEN_SECONDS = 60;
/** Variables that would point docker or our command elsewhere. */
const POINTERS = /^(DOCKER_|SLIPWAY_|MACHINE_|COMPOSE_|NO_PROXY$|no_proxy$|BASH_ENV$|ENV$)/;

/**
 * Puts our command, as it is packed, into a folder for PATH, under its own name and as docker-machine: a copy, because another
 * build would take it away in the middle of a command.
 */
export async function installCommand(folder: string): Promise<void> {
  await bundleCommand(ROOT);
  await mkdir(folder, { recursive: true });
  const program = join(folder, 'slipway.mjs');
  await copyFile(join(ROOT, COMMAND), program);
  for (const name of ['slipway', 'docker-machine']) await symlink(program, join(folder, name));
}

/** A student with a home, a login and a shell on each machine. */
export interface Student {
  run: Run;
  /** Ends the shells and what runs in them; none is opened after. */
  endShells(): Promise<void>;
  /** And the labs, and removes the home. */
  close(): Promise<void>;
}

export async function openStudent(server: LiveServer, chapter: Chapter, commands: string): Promise<Student> {
  const home = await mkdtemp(join(tmpdir(), `slipway-course-${chapter.name}-`));
  const workFolder = join(home, 'work');
  const environment = environmentOf(home, commands);
  const shells = new Map<string, Shell>();
  const opened: Shell[] = [];
  let api: ApiClient | undefined;
  let isClosed = false;

  const open = async (on: string | undefined): Promise<Shell> => {
    if (isClosed) throw new Error('interrupted');
    const folder = join(home, 'shells', `${opened.length}-${on ?? 'here'}`);
    const shell = await Shell.open({ folder, workFolder, environment });
    opened.push(shell);
    const line =
      on === undefined
        ? `[ -f ~/.slipway/config.json ] || slipway login ${server.url} --token-file ~/token`
        : `eval "$(docker-machine env ${on})" && [ "$DOCKER_MACHINE_NAME" = ${quote(on)} ]`;
    const { exitCode, stderr } = await shell.run(line, { deadlineSeconds: OPEN_SECONDS });
    if (exitCode === 0) return shell;
    await shell.close();
    throw new Error(`no shell on ${on ?? 'this machine'}: ${stderr.trim()}`);
  };
  const endShells = async () => {
    isClosed = true;
    await Promise.all(opened.map((shell) => shell.close()));
  };
  const close = async () => {
    await endShells();
    if (api !== undefined) await endLabs(api);
    await rm(home, { recursive: true, force: true });
  };

  try {
    await mkdir(workFolder);
    await putFiles(chapter, workFolder);
    const body = { role: 'student', subject: `course-${chapter.name}`, expiresIn: 'PT2H' };
    const { token } = await server.operator.json<{ token: string }>('POST', '/tokens', body);
    api = createApiClient(server.url, token);
    await writeFile(join(home, 'token'), token, { mode: 0o600 });
  } catch (error) {
    await close();
    throw error;
  }

  return {
    endShells,
    close,
    async run(on, command, given) {
      const known = shells.get(on ?? '');
      const shell = known?.isOpen === true ? known : await open(on);
      shells.set(on ?? '', shell);
      return await shell.run(command, given);
    },
  };
}

function environmentOf(home: string, commands: string): Record<string, string | undefined> {
  const rest = Object.entries(process.env).filter(([name]) => !POINTERS.test(name));
  return {
    ...Object.fromEntries(rest),
    HOME: home,
    PATH: `${commands}:${process.env.PATH}`,
    SHELL: '/bin/bash',
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
  };
}

async function putFiles({ files = {}, stacks = {} }: Chapter, folder: string): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  for (const [path, stack] of Object.entries(stacks)) {
    await cp(join(ROOT, 'shared/catalogue/stacks', stack), join(folder, path), { recursive: true });
    await rename(join(folder, path, 'compose.yml'), join(folder, path, 'docker-compose.yml'));
  }
}

async function endLabs(api: ApiClient): Promise<void> {
  const { items } = await api.json<{ items: LabAnswer[] }>('GET', '/labs?limit=100');
  const live = items.filter(({ phase }) => phase !== 'deleted');
  await Promise.all(live.map(({ id }) => endLab(api, id)));
}
