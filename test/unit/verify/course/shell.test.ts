import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { wrap } from '../../../verify/course/run-chapter.ts';
import { Shell } from '../../../verify/course/shell.ts';

let folder = '';
let shell: Shell;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-shell-'));
  const environment = { PATH: process.env.PATH, HOME: folder };
  shell = await Shell.open({ folder: join(folder, 'files'), workFolder: folder, environment });
});
afterEach(async () => {
  await shell.close();
  await rm(folder, { recursive: true, force: true });
});
const run = (command: string, input?: string) =>
  shell.run(command, { deadlineSeconds: 10, ...(input === undefined ? {} : { input }) });

test('a shell stays open: what one command sets, the next one has', async () => {
  await run('eval "$(echo export DOCKER_HOST=tcp://a:2376)"; cd /');
  expect(await run('echo "$DOCKER_HOST" $PWD')).toMatchObject({ stdout: 'tcp://a:2376 /\n', exitCode: 0 });
});

test('each command has its own exit code, stdout and stderr', async () => {
  expect(await run('echo out; echo err >&2; (exit 3)')).toEqual({
    exitCode: 3,
    stdout: 'out\n',
    stderr: 'err\n',
    isLate: false,
  });
  expect(await run('true')).toEqual({ exitCode: 0, stdout: '', stderr: '', isLate: false });
});

test('a command is read letter for letter, over several lines too', async () => {
  const text = `cat <<'END'\n$HOME "a" 'b' \\n é\nEND\necho "it's"`;
  expect((await run(text)).stdout).toBe(`$HOME "a" 'b' \\n é\nit's\n`);
});

test('a command reads what is typed, and never the lines of the next one', async () => {
  expect((await run('cat', 'hostname\nexit\n')).stdout).toBe('hostname\nexit\n');
  expect((await run('cat')).stdout).toBe('');
});

test('a command past its deadline is killed with all that it started, and what it said until then is told', async () => {
  const late = await shell.run('echo begun; sleep 60 & echo $!; sleep 60', { deadlineSeconds: 0.5 });
  expect(late).toMatchObject({ isLate: true, exitCode: 137 });
  const [begun, pid] = late.stdout.trim().split('\n');
  expect(begun).toBe('begun');
  // Gone, or dead and not yet collected by whoever inherited it.
  const state = () => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  await eventually(async () => /\) [ZX]/.test(await state()), 5);
  expect(shell.isOpen).toBe(false);
});

test('a command that ends the shell is told with its exit code', async () => {
  expect(await run('exit 7')).toMatchObject({ exitCode: 7, isLate: false });
  expect(shell.isOpen).toBe(false);
});

test('a folder is for one command alone, whose exit code is kept', async () => {
  const step = { command: '', check: () => undefined, folder: '/usr' };
  expect(await run(wrap(step, 'pwd; (exit 4)'))).toMatchObject({ stdout: '/usr\n', exitCode: 4 });
  expect((await run('pwd')).stdout).toBe(`${folder}\n`);
});

test('what follows on and on is interrupted, and its output kept', async () => {
  const step = { command: '', check: () => undefined, followSeconds: 1 };
  const answer = await run(wrap(step, `bash -c 'echo line; exec sleep 30'`));
  expect(answer).toMatchObject({ stdout: 'line\n', exitCode: 124, isLate: false });
});

test('what wants a terminal has one, and is typed to', async () => {
  const step = { command: '', check: () => undefined, isInteractive: true as const };
  const answer = await run(wrap(step, `bash -c '[ -t 0 ] && read line && echo "got $line"'`), 'oi\n');
  expect(answer).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('got oi') });
});
