import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aMachineStatus } from '../../support/builders.ts';
import { createWorld } from '../../support/world.ts';
import { type DeskOptions, keepLabWithKeys, loggedIn, openDesk } from './call-command.ts';

const MACHINE = 'LINUXtips-01';
const URL = 'tcp://100.64.0.2:2376';

async function ready(options: DeskOptions = {}) {
  const world = createWorld();
  const lab = await keepLabWithKeys(world);
  const desk = await loggedIn(world, options);
  const folder = join(desk.home, '.slipway/labs', lab.id, 'machines', MACHINE);
  return { world, lab, desk, folder };
}

describe('env', () => {
  test('is docker-machine’s text in bash, with our command in the hint', async () => {
    const { desk, folder } = await ready();
    expect((await desk.call('env', MACHINE)).out).toBe(
      [
        'export DOCKER_TLS_VERIFY="1"\n',
        `export DOCKER_HOST="${URL}"\n`,
        `export DOCKER_CERT_PATH="${folder}"\n`,
        `export DOCKER_MACHINE_NAME="${MACHINE}"\n`,
        '# Run this command to configure your shell: \n',
        `# eval $(slipway env ${MACHINE})\n`,
      ].join(''),
    );
  });

  test.each([
    ['fish', '# eval (slipway env --shell fish LINUXtips-01)\n'],
    ['powershell', '# & slipway env --shell powershell LINUXtips-01 | Invoke-Expression\n'],
    ['cmd', `REM \t@FOR /f "tokens=*" %i IN ('slipway env --shell cmd LINUXtips-01') DO @%i\n`],
    ['tcsh', ': eval `slipway env --shell tcsh LINUXtips-01`\n'],
    ['zsh', '# eval $(slipway env --shell zsh LINUXtips-01)\n'],
    [
      'emacs',
      ';; (with-temp-buffer (shell-command "slipway env --shell emacs LINUXtips-01" (current-buffer)) (eval-buffer))\n',
    ],
  ])('for %s ends with the command line as it was typed', async (shell, hint) => {
    const { desk } = await ready();
    const { out } = await desk.call('env', '--shell', shell, MACHINE);
    expect(out.endsWith(hint)).toBe(true);
    expect(out).toContain(URL);
  });

  test('under docker-machine’s name has that in its hint', async () => {
    const { desk } = await ready({ program: 'docker-machine' });
    expect((await desk.call('env', MACHINE)).out).toContain(`\n# eval $(docker-machine env ${MACHINE})\n`);
    const as = (await (await ready()).desk.call('--as', 'docker-machine', 'env', MACHINE)).out;
    expect(as).toContain(`\n# eval $(docker-machine env ${MACHINE})\n`);
  });

  test('of a lab that was named says so in its hint', async () => {
    const { desk, lab } = await ready();
    expect((await desk.call('--lab', lab.name, 'env', MACHINE)).out).toContain(
      `# eval $(slipway --lab ${lab.id} env ${MACHINE})\n`,
    );
  });

  test('-u takes it all back, in the shell it is for, and asks nobody', async () => {
    const desk = await openDesk(undefined);
    expect(await desk.call('env', '-u')).toEqual({
      code: 0,
      out: [
        'unset DOCKER_TLS_VERIFY\nunset DOCKER_HOST\nunset DOCKER_CERT_PATH\nunset DOCKER_MACHINE_NAME\n',
        '# Run this command to configure your shell: \n# eval $(slipway env -u)\n',
      ].join(''),
      err: '',
    });
    expect((await desk.call('env', '-u', '--shell', 'fish')).out).toContain('set -e DOCKER_HOST;\n');
    expect((await desk.call('env', '-u', MACHINE)).code).toBe(2);
  });

  test.each([
    [{}, 'export NO_PROXY="100.64.0.2"\n'],
    [{ NO_PROXY: 'a,b' }, 'export NO_PROXY="a,b,100.64.0.2"\n'],
    [{ no_proxy: 'a', NO_PROXY: 'b' }, 'export no_proxy="a,100.64.0.2"\n'],
    [{ NO_PROXY: '100.64.0.2' }, 'export NO_PROXY="100.64.0.2"\n'],
  ])('--no-proxy with %j adds the address once', async (env, line) => {
    const { desk } = await ready({ env });
    expect((await desk.call('env', '--no-proxy', MACHINE)).out).toContain(line);
  });

  test('of a machine that does not run prints nothing to evaluate', async () => {
    const world = createWorld();
    await keepLabWithKeys(world, {
      status: { machines: [aMachineStatus(MACHINE, { state: 'Stopped' })] },
    } as Parameters<typeof world.keep>[0]);
    const { code, out, err } = await (await loggedIn(world)).call('env', MACHINE);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('Host is not running');
  });
});

describe('the shell is', () => {
  test.each([
    [{ SHELL: '/usr/bin/fish' }, 'linux', 'set -gx'],
    [{ SHELL: '/bin/bash', __fish_bin_dir: '/usr/bin' }, 'linux', 'set -gx'],
    [{ SHELL: '/bin/zsh' }, 'linux', 'export'],
    [{ SHELL: '/bin/tcsh' }, 'linux', 'setenv'],
    [{ SHELL: '/opt/odd' }, 'linux', 'export'],
    [{ SHELL: undefined }, 'linux', 'export'],
    [{ SHELL: undefined }, 'win32', '$Env:'],
    [{ SHELL: undefined, PROMPT: '$P$G' }, 'win32', 'SET '],
  ] as const)('found out from %j on %s', async (env, platform, beginning) => {
    const { desk } = await ready({ env, platform });
    expect((await desk.call('env', MACHINE)).out.startsWith(beginning)).toBe(true);
  });
});

describe('the client certificate', () => {
  test('is fetched once, into a folder and files for their owner alone', async () => {
    const { desk, folder } = await ready();
    await desk.call('env', MACHINE);
    const before = await readFile(join(folder, 'cert.pem'), 'utf8');
    await desk.call('env', MACHINE);
    await desk.call('config', MACHINE);
    expect(await readFile(join(folder, 'cert.pem'), 'utf8')).toBe(before);
    expect((await readdir(folder)).sort()).toEqual(['ca.pem', 'cert.pem', 'key.pem']);
    for (const name of ['ca.pem', 'cert.pem', 'key.pem']) {
      expect(((await stat(join(folder, name))).mode & 0o777).toString(8)).toBe('600');
    }
    expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('700');
  });

  test.each(['ca.pem', 'cert.pem', 'key.pem'])(
    'is fetched anew where %s is missing or broken',
    async (name) => {
      const { desk, folder } = await ready();
      await desk.call('env', MACHINE);
      const before = await readFile(join(folder, 'cert.pem'), 'utf8');
      await writeFile(join(folder, 'cert.pem'), name === 'cert.pem' ? 'broken' : before);
      if (name !== 'cert.pem') await writeFile(join(folder, name), '');
      await desk.call('env', MACHINE);
      expect(await readFile(join(folder, 'cert.pem'), 'utf8')).not.toBe(before);
    },
  );

  test('and the SSH key are where inspect says', async () => {
    const { desk, folder } = await ready();
    await desk.call('env', MACHINE);
    await desk.call('ssh', MACHINE, 'true');
    const { out } = await desk.call('inspect', '-f', '{{.Driver.SSHKeyPath}} {{.Driver.StorePath}}', MACHINE);
    expect(out).toBe(`${folder}/id_ecdsa ${folder}\n`);
    expect(((await stat(`${folder}/id_ecdsa`)).mode & 0o777).toString(8)).toBe('600');
  });
});
