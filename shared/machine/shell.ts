import { type CertPath, refusedPath } from './cert-path.ts';

/** How one shell is told things by a text that it evaluates: docker-machine's own forms, with values made safe. */
export interface ShellSyntax {
  set(name: string, value: CertPath): string;
  unset(name: string): string;
  comment: string;
  /** The line that evaluates a command's output. */
  evaluate(command: string): string;
}

/** zsh and sh read bash's. */
export const SHELLS = ['bash', 'fish', 'powershell', 'cmd', 'tcsh', 'emacs'] as const;
export type Shell = (typeof SHELLS)[number];

export const SHELL_SYNTAX: Record<Shell, ShellSyntax> = {
  bash: {
    set: (name, value) => `export ${name}="${home(value, '$HOME')}${inBash(value.rest)}"`,
    unset: (name) => `unset ${name}`,
    comment: '#',
    evaluate: (command) => `eval $(${command})`,
  },
  fish: {
    set: (name, value) =>
      `set -gx ${name} "${home(value, '$HOME')}${value.rest.replaceAll(/["\\$]/g, '\\$&')}";`,
    unset: (name) => `set -e ${name};`,
    comment: '#',
    evaluate: (command) => `eval (${command})`,
  },
  powershell: {
    // Typographic double quotes end a string there too.
    set: (name, value) =>
      `$Env:${name} = "${home(value, '$HOME')}${value.rest.replaceAll(/[`"$\u201c\u201d\u201e]/g, '`$&')}"`,
    unset: (name) => `Remove-Item Env:\\\\${name}`,
    comment: '#',
    evaluate: (command) => `& ${command} | Invoke-Expression`,
  },
  cmd: {
    set: (name, value) => setInCmd(name, value),
    unset: (name) => `SET ${name}=`,
    comment: 'REM',
    evaluate: (command) => `\t@FOR /f "tokens=*" %i IN ('${command}') DO @%i`,
  },
  tcsh: {
    set: (name, value) => `setenv ${name} "${home(value, '$HOME')}${inTcsh(value.rest)}";`,
    unset: (name) => `unsetenv ${name};`,
    comment: ':',
    evaluate: (command) => `eval \`${command}\``,
  },
  emacs: {
    set: (name, value) => {
      const text = `"${value.rest.replaceAll(/["\\]/g, '\\$&')}"`;
      return `(setenv "${name}" ${value.underHome ? `(concat (getenv "HOME") ${text})` : text})`;
    },
    unset: (name) => `(setenv "${name}" nil)`,
    comment: ';;',
    evaluate: (command) => `(with-temp-buffer (shell-command "${command}" (current-buffer)) (eval-buffer))`,
  },
};

function home(value: CertPath, variable: string): string {
  return value.underHome ? variable : '';
}

/** Within double quotes; `!` leaves them, since a line that is pasted at a prompt goes through the history. */
function inBash(text: string): string {
  return text.replaceAll(/["\\$`]/g, '\\$&').replaceAll('!', `"'!'"`);
}

/** tcsh knows no escape within double quotes: what it would read there is put in single ones, `!` in none. */
function inTcsh(text: string): string {
  return text.replaceAll(/["\\$`]/g, `"'$&'"`).replaceAll('!', '"\\!"');
}

/** cmd has no escape for these at all; the quotes that guard the others are left away where docker-machine has none. */
function setInCmd(name: string, value: CertPath): string {
  if (/["%^]/.test(value.rest)) throw refusedPath('must not hold ", % or ^ in cmd; choose another folder');
  // CALL reads the line once more: a variable is not filled in within FOR's own.
  const call = value.underHome ? 'CALL ' : '';
  const assignment = `${name}=${home(value, '%USERPROFILE%')}${value.rest}`;
  return /[\s&|<>()!]/.test(assignment) || value.underHome
    ? `${call}SET "${assignment}"`
    : `SET ${assignment}`;
}
