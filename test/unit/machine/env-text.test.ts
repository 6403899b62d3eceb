import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSlipwayError } from '../../../shared/core/errors.ts';
import { envText, unsetText } from '../../../shared/machine/env-text.ts';
import { SHELLS, type Shell } from '../../../shared/machine/shell.ts';

const m1 = {
  url: 'tcp://203.0.113.10:2376',
  certPath: '/home/u/.docker/machine/machines/m1',
  machine: 'm1',
};

describe('env, in docker-machine’s exact words', () => {
  test('for bash, zsh and sh', () => {
    expect(envText({ ...m1, shell: 'bash', command: 'docker-machine env m1' })).toBe(
      [
        'export DOCKER_TLS_VERIFY="1"',
        'export DOCKER_HOST="tcp://203.0.113.10:2376"',
        'export DOCKER_CERT_PATH="/home/u/.docker/machine/machines/m1"',
        'export DOCKER_MACHINE_NAME="m1"',
        '# Run this command to configure your shell: ',
        '# eval $(docker-machine env m1)',
        '',
      ].join('\n'),
    );
  });

  test.each<[Shell, string[]]>([
    [
      'fish',
      [
        'set -gx DOCKER_TLS_VERIFY "1";',
        'set -gx DOCKER_HOST "tcp://203.0.113.10:2376";',
        'set -gx DOCKER_CERT_PATH "/home/u/.docker/machine/machines/m1";',
        'set -gx DOCKER_MACHINE_NAME "m1";',
        '# Run this command to configure your shell: ',
        '# eval (docker-machine env --shell fish m1)',
      ],
    ],
    [
      'powershell',
      [
        '$Env:DOCKER_TLS_VERIFY = "1"',
        '$Env:DOCKER_HOST = "tcp://203.0.113.10:2376"',
        '$Env:DOCKER_CERT_PATH = "/home/u/.docker/machine/machines/m1"',
        '$Env:DOCKER_MACHINE_NAME = "m1"',
        '# Run this command to configure your shell: ',
        '# & docker-machine env --shell powershell m1 | Invoke-Expression',
      ],
    ],
    [
      'cmd',
      [
        'SET DOCKER_TLS_VERIFY=1',
        'SET DOCKER_HOST=tcp://203.0.113.10:2376',
        'SET DOCKER_CERT_PATH=/home/u/.docker/machine/machines/m1',
        'SET DOCKER_MACHINE_NAME=m1',
        'REM Run this command to configure your shell: ',
        'REM \t@FOR /f "tokens=*" %i IN (\'docker-machine env --shell cmd m1\') DO @%i',
      ],
    ],
    [
      'tcsh',
      [
        'setenv DOCKER_TLS_VERIFY "1";',
        'setenv DOCKER_HOST "tcp://203.0.113.10:2376";',
        'setenv DOCKER_CERT_PATH "/home/u/.docker/machine/machines/m1";',
        'setenv DOCKER_MACHINE_NAME "m1";',
        ': Run this command to configure your shell: ',
        ': eval `docker-machine env --shell tcsh m1`',
      ],
    ],
    [
      'emacs',
      [
        '(setenv "DOCKER_TLS_VERIFY" "1")',
        '(setenv "DOCKER_HOST" "tcp://203.0.113.10:2376")',
        '(setenv "DOCKER_CERT_PATH" "/home/u/.docker/machine/machines/m1")',
        '(setenv "DOCKER_MACHINE_NAME" "m1")',
        ';; Run this command to configure your shell: ',
        ';; (with-temp-buffer (shell-command "docker-machine env --shell emacs m1" (current-buffer)) (eval-buffer))',
      ],
    ],
  ])('for %s', (shell, lines) => {
    const command = `docker-machine env --shell ${shell} m1`;
    expect(envText({ ...m1, shell, command })).toBe(`${lines.join('\n')}\n`);
  });

  test.each<[Shell, string]>([
    ['bash', 'unset X'],
    ['fish', 'set -e X;'],
    ['powershell', 'Remove-Item Env:\\\\X'],
    ['cmd', 'SET X='],
    ['tcsh', 'unsetenv X;'],
    ['emacs', '(setenv "X" nil)'],
  ])('takes everything back in %s', (shell, form) => {
    const lines = unsetText(shell).split('\n');
    const names = ['DOCKER_TLS_VERIFY', 'DOCKER_HOST', 'DOCKER_CERT_PATH', 'DOCKER_MACHINE_NAME'];
    expect(lines.slice(0, 4)).toEqual(names.map((name) => form.replace('X', name)));
    expect(lines[5]).toContain(shell === 'bash' ? 'slipway env -u' : `slipway env --shell ${shell} -u`);
    expect(lines).toHaveLength(7);
  });

  test('the hint names our command where none is given', () => {
    expect(envText({ ...m1, shell: 'bash' })).toContain('\n# eval $(slipway env m1)\n');
    expect(envText({ ...m1, shell: 'fish' })).toContain('\n# eval (slipway env --shell fish m1)\n');
  });

  test.each([
    [{}, 'export NO_PROXY="203.0.113.10"'],
    [
      { variable: 'no_proxy' as const, current: 'localhost,10.0.0.1' },
      'export no_proxy="localhost,10.0.0.1,203.0.113.10"',
    ],
    [{ current: 'a,203.0.113.10,b' }, 'export NO_PROXY="a,203.0.113.10,b"'],
  ])('--no-proxy adds the address once: %j', (noProxy, line) => {
    const lines = envText({ ...m1, shell: 'bash', noProxy }).split('\n');
    expect(lines[4]).toBe(line);
    expect(lines).toHaveLength(8);
  });
});

describe('a path that no shell’s text can carry', () => {
  test.each(['', 'a\nb', 'a\u0000b', 'a\u001bb', 'a\u2028b', `/${'x'.repeat(1024)}`])(
    'is refused whatever the shell: %j',
    (certPath) => {
      for (const shell of SHELLS)
        expect(() => envText({ ...m1, shell, certPath })).toThrow(
          expect.objectContaining({
            code: 'invalid_input',
            issues: [{ pointer: '/certPath', message: expect.any(String) }],
          }),
        );
    },
  );

  test('is in cmd one with what it has no escape for; what it needs quotes for gets them', () => {
    for (const certPath of ['C:\\a%PATH%', 'C:\\a"b', 'C:\\a^b'])
      expect(() => envText({ ...m1, shell: 'cmd', certPath })).toThrow(/cmd/);
    const text = envText({ ...m1, shell: 'cmd', certPath: 'C:\\Users\\Ana & Co\\certs' });
    expect(text).toContain('\nSET "DOCKER_CERT_PATH=C:\\Users\\Ana & Co\\certs"\n');
  });

  test('can be no machine name or URL either', () => {
    expect(() => envText({ ...m1, shell: 'bash', machine: 'm1\nrm' })).toThrow();
  });
});

describe('a path under $HOME', () => {
  test.each<[Shell, string]>([
    ['bash', 'export DOCKER_CERT_PATH="$HOME/.slipway/\\$HOME"'],
    ['fish', 'set -gx DOCKER_CERT_PATH "$HOME/.slipway/\\$HOME";'],
    ['powershell', '$Env:DOCKER_CERT_PATH = "$HOME/.slipway/`$HOME"'],
    ['cmd', 'CALL SET "DOCKER_CERT_PATH=%USERPROFILE%/.slipway/$HOME"'],
    ['tcsh', `setenv DOCKER_CERT_PATH "$HOME/.slipway/"'$'"HOME";`],
    ['emacs', '(setenv "DOCKER_CERT_PATH" (concat (getenv "HOME") "/.slipway/$HOME"))'],
  ])('is filled in by %s, and only at its beginning', (shell, line) => {
    const text = envText({ ...m1, shell, certPath: '$HOME/.slipway/$HOME' });
    expect(text.split('\n')[2]).toBe(line);
  });

  test('is not one that merely begins like it', () => {
    const text = envText({ ...m1, shell: 'bash', certPath: '$HOMEWORK/certs' });
    expect(text).toContain('"\\$HOMEWORK/certs"');
  });
});

describe('strings in the languages that are not run here', () => {
  // No PowerShell or Emacs is among the machine's packages: their two string forms are read back by their rules.
  const hostile = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && text !== '');

  test('powershell ends the string where we end it', () => {
    fc.assert(
      fc.property(hostile, (certPath) => {
        fc.pre(!certPath.startsWith('$HOME'));
        const line = envText({ ...m1, shell: 'powershell', certPath }).split('\n')[2] ?? '';
        const body = /^\$Env:DOCKER_CERT_PATH = "(.*)"$/u.exec(line)?.[1] ?? '';
        expect(body.replaceAll(/`./gu, '')).not.toMatch(/["$`\u201c\u201d\u201e]/u);
        expect(body.replaceAll(/`(.)/gu, '$1')).toBe(certPath);
      }),
    );
  });

  test('emacs reads back the same string', () => {
    fc.assert(
      fc.property(hostile, (certPath) => {
        fc.pre(!certPath.startsWith('$HOME'));
        const line = envText({ ...m1, shell: 'emacs', certPath }).split('\n')[2] ?? '';
        const body = /^\(setenv "DOCKER_CERT_PATH" "(.*)"\)$/u.exec(line)?.[1] ?? '';
        expect(body.replaceAll(/\\["\\]/gu, '')).not.toMatch(/["\\]/u);
        expect(body.replaceAll(/\\(.)/gu, '$1')).toBe(certPath);
      }),
    );
  });
});

/** Each real shell: how it reads a file of ours exactly, how its users do, and how it prints a variable. */
const real = [
  { program: 'bash', flags: ['--norc'], shell: 'bash', exact: 'eval "$(cat F)"', loose: 'eval $(cat F)' },
  { program: 'sh', flags: [], shell: 'bash', exact: 'eval "$(cat F)"', loose: 'eval $(cat F)' },
  { program: 'zsh', flags: ['-f'], shell: 'bash', exact: 'eval "$(cat F)"', loose: 'eval $(cat F)' },
  { program: 'fish', flags: ['--no-config'], shell: 'fish', exact: 'cat F | source', loose: 'eval (cat F)' },
  { program: 'tcsh', flags: ['-f'], shell: 'tcsh', exact: 'source F', loose: 'eval `cat F`' },
] as const;

function isInstalled(program: string): boolean {
  return spawnSync(program, ['-c', 'exit 0']).status === 0;
}

for (const { program, flags, shell, exact, loose } of real) {
  const installed = isInstalled(program);
  if (!installed)
    console.warn(`NOT RUN: ${program} is not installed here, so its quoting is not proved on this machine`);

  describe.runIf(installed)(`in a real ${program}`, () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'slipway-env-'));
      // tcsh runs the command in the hint's back quotes, as it does with docker-machine's own.
      writeFileSync(join(folder, 'slipway'), '#!/bin/sh\n');
      chmodSync(join(folder, 'slipway'), 0o755);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    /** Evaluates the text of each path in one run of the shell. @returns what the variable then was, each time. */
    function evaluate(form: string, certPaths: string[]): string[] {
      const script = certPaths.map((certPath, index) => {
        writeFileSync(join(folder, `${index}.env`), envText({ ...m1, shell, certPath }));
        return `${form.replace('F', `${index}.env`)}\nenv printenv DOCKER_CERT_PATH DOCKER_MACHINE_NAME\n`;
      });
      writeFileSync(join(folder, 'script'), script.join(''));
      const ran = spawnSync(program, [...flags, 'script'], {
        cwd: folder,
        env: { PATH: `${folder}:${process.env.PATH}`, HOME: '/home/ana', LC_ALL: 'C.UTF-8' },
        encoding: 'utf8',
        timeout: 15_000,
      });
      const lines = ran.stdout.split('\n');
      expect(
        lines.filter((_, index) => index % 2 === 1),
        ran.stderr,
      ).toEqual(certPaths.map(() => 'm1'));
      return lines.filter((_, index) => index % 2 === 0).slice(0, certPaths.length);
    }

    const nasty = fc.oneof(
      fc.constantFrom(...'"\'`$\\!;&|<>(){}[]*?~# %^=:,-+@é日'),
      fc.constantFrom(
        '$(touch canary)',
        '`touch canary`',
        '"; touch canary; "',
        "'; touch canary; '",
        '$HOME',
        '!!',
        '\\"',
      ),
      fc.constantFrom(...'abcXYZ019/._'),
    );
    const path = fc.array(nasty, { minLength: 1, maxLength: 12 }).map((parts) => `/${parts.join('')}`);
    const paths = fc.array(path, { minLength: 30, maxLength: 30 });
    const files = () => readdirSync(folder).filter((name) => !/^(\d+\.env|script|slipway)$/.test(name));

    test('every path arrives as it was given, and none runs anything', () => {
      fc.assert(
        fc.property(paths, (given) => {
          expect(evaluate(exact, given)).toEqual(given);
          expect(files()).toEqual([]);
        }),
        { numRuns: 8 },
      );
    });

    test('evaluated as the hint says, without quotes, none runs anything either', () => {
      fc.assert(
        fc.property(paths, (given) => {
          // A shell joins such words by one blank: paths without any arrive as they are.
          const whole = given.map((one) => one.replaceAll(' ', '_').replaceAll(/[*?[\]{}~]/g, '_'));
          expect(evaluate(loose, whole)).toEqual(whole);
          expect(files()).toEqual([]);
        }),
        { numRuns: 8 },
      );
    });

    test('$HOME is filled in', () => {
      expect(evaluate(exact, ['$HOME/.slipway/labs/x', '$HOME'])).toEqual([
        '/home/ana/.slipway/labs/x',
        '/home/ana',
      ]);
    });
  });
}

test('what is refused is a SlipwayError, never a crash, for any text at all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...SHELLS), (certPath, shell) => {
      try {
        expect(envText({ ...m1, shell, certPath }).split('\n')).toHaveLength(7);
      } catch (error) {
        expect(isSlipwayError(error, 'invalid_input'), String(error)).toBe(true);
      }
    }),
  );
});
