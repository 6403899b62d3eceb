import { type ExecFileException, execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** The real docker command's answer to `docker stack deploy`. */
export interface OracleAnswer {
  /** Absent where it gave none in time. */
  exitCode: number | undefined;
  stderr: string;
}

export interface Oracle {
  deploy(file: string, stack: string, variables: Record<string, string>): Promise<OracleAnswer>;
  close(): void;
}

/** 200 services take it two seconds. */
const DEADLINE_SECONDS = 60;
const MOST_OUTPUT = 16 * 1024 * 1024;

/**
 * The real `docker stack deploy` against an engine, with the given variables for its whole environment: nothing of this
 * machine's can slip into a file.
 */
export function openOracle(dockerHost: string): Oracle {
  const program = findDocker();
  const settings = mkdtempSync(join(tmpdir(), `slipway-verify-${process.pid}-docker-`));
  return {
    deploy: (file, stack, variables) =>
      new Promise((resolve) => {
        const command = ['--config', settings, '-H', dockerHost, 'stack', 'deploy'];
        const options = { env: variables, cwd: dirname(file), timeout: DEADLINE_SECONDS * 1000 };
        execFile(
          program,
          [...command, '--resolve-image', 'never', '-d', '-c', file, stack],
          { ...options, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT },
          (error: ExecFileException | null, _stdout, stderr) =>
            resolve({ exitCode: exitCodeOf(error), stderr: stderr.trim() }),
        );
      }),
    close: () => rmSync(settings, { recursive: true, force: true }),
  };
}

function exitCodeOf(error: ExecFileException | null): number | undefined {
  if (error === null) return 0;
  return typeof error.code === 'number' ? error.code : undefined;
}

/** By its full path, since the environment it gets has none to look in. */
function findDocker(): string {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'docker'))
    .find((path) => existsSync(path));
  if (found === undefined)
    throw new Error('the docker command is not installed, and it is what ours is compared with');
  return found;
}
