import { SlipwayError } from '../core/errors.ts';
import { readCertPath } from './cert-path.ts';
import { SHELL_SYNTAX, type Shell } from './shell.ts';

export interface EnvRequest {
  shell: Shell;
  /** Of a running machine; see `runningUrl`. */
  url: string;
  /** A folder on the user's side; may begin with `$HOME`. */
  certPath: string;
  machine: string;
  /** What the hint tells to evaluate; `slipway env m1`, with the shell where it is not bash, if not given. */
  command?: string;
  /** Adds the machine's address to the variable the user has, `NO_PROXY` if none. */
  noProxy?: { variable?: 'no_proxy' | 'NO_PROXY'; current?: string };
}

/**
 * `docker-machine env`: the text that points docker at a machine, for a shell to evaluate.
 * @throws SlipwayError `invalid_input` for a path that the shell's text cannot carry safely.
 */
export function envText(request: EnvRequest): string {
  const { shell, url, machine, noProxy } = request;
  const syntax = SHELL_SYNTAX[shell];
  const variables = [
    ['DOCKER_TLS_VERIFY', literal('1')],
    ['DOCKER_HOST', literal(url)],
    ['DOCKER_CERT_PATH', readCertPath(request.certPath)],
    ['DOCKER_MACHINE_NAME', literal(machine)],
    ...(noProxy === undefined
      ? []
      : [[noProxy.variable ?? 'NO_PROXY', literal(addTo(noProxy.current ?? '', addressOf(url)))] as const]),
  ] as const;
  const lines = variables.map(([name, value]) => syntax.set(name, value));
  return `${lines.join('\n')}\n${hint(shell, request.command ?? defaultCommand(shell, machine))}`;
}

/** `docker-machine env -u`: the text that takes it all back. The proxy variable may be the user's own: it stays. */
export function unsetText(shell: Shell, command = defaultCommand(shell, '-u')): string {
  const names = ['DOCKER_TLS_VERIFY', 'DOCKER_HOST', 'DOCKER_CERT_PATH', 'DOCKER_MACHINE_NAME'];
  return `${names.map((name) => SHELL_SYNTAX[shell].unset(name)).join('\n')}\n${hint(shell, command)}`;
}

function hint(shell: Shell, command: string): string {
  const { comment, evaluate } = SHELL_SYNTAX[shell];
  // The blank after the colon is docker-machine's own.
  return `${comment} Run this command to configure your shell: \n${comment} ${evaluate(command)}\n`;
}

function defaultCommand(shell: Shell, last: string): string {
  return shell === 'bash' ? `slipway env ${last}` : `slipway env --shell ${shell} ${last}`;
}

function literal(text: string): { underHome: false; rest: string } {
  if (/\p{Cc}/u.test(text))
    throw new SlipwayError(
      'invalid_input',
      'a value with a control character cannot be put in an environment',
    );
  return { underHome: false, rest: text };
}

function addressOf(url: string): string {
  return new URL(url).hostname.replaceAll(/[[\]]/g, '');
}

function addTo(list: string, address: string): string {
  const entries = list.split(',').filter((entry) => entry !== '');
  return entries.includes(address) ? list : [...entries, address].join(',');
}
