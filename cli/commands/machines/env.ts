import { envText, unsetText } from '../../../shared/machine/env-text.ts';
import { keepCertificate } from '../../certificates.ts';
import { command } from '../../command.ts';
import { detectShell } from '../../detect-shell.ts';
import { Failure, UsageError } from '../../errors.ts';
import { findMachine } from '../../find-machine.ts';

export const env = command({
  name: 'env',
  takes: ['NAME?'],
  flags: {
    shell: { value: 'SHELL', says: 'bash, zsh, fish, powershell, cmd, tcsh or emacs; found out if left out' },
    unset: { short: 'u', says: 'Unset the variables instead of setting them' },
    'no-proxy': { says: 'Add the machine’s address to NO_PROXY' },
    swarm: { says: 'docker-machine’s, for a swarm of before Docker 1.12; passed over' },
  },
  summary: 'Print the lines that point docker at a machine, for your shell to evaluate',
  example: 'eval "$(slipway env LINUXtips-01)"\ndocker container ls',
  async run({ words, flags }, context) {
    const { terminal } = context;
    const shell = detectShell(terminal, flags.shell);
    if (flags.unset) {
      if (words.length > 0)
        throw new UsageError('Error: Expected no machine name when the -u flag is present');
      context.answer({ unset: VARIABLES }, () =>
        unsetText(shell, hintOf(context.program, flags.shell, ['-u'])),
      );
      return;
    }
    const lab = await context.lab();
    const machine = findMachine(context, lab, words[0]);
    const { url, name } = machine;
    if (url === undefined) throw new Failure('Error checking TLS connection: Host is not running');
    const certPath = await keepCertificate(terminal, await context.api(), { lab: lab.id, machine: name });
    const request = { shell, url, certPath, machine: name };
    const noProxy = flags['no-proxy'] ? { noProxy: proxyOf(terminal.env) } : {};
    // A lab's name may hold blanks.
    const lead = context.labFlag === undefined ? context.program : `${context.program} --lab ${lab.id}`;
    const hinted = [...(flags['no-proxy'] ? ['--no-proxy'] : []), name];
    const values = ['1', url, certPath, name];
    context.answer(Object.fromEntries(VARIABLES.map((variable, index) => [variable, values[index]])), () =>
      envText({ ...request, ...noProxy, command: hintOf(lead, flags.shell, hinted) }),
    );
  },
});

const VARIABLES = ['DOCKER_TLS_VERIFY', 'DOCKER_HOST', 'DOCKER_CERT_PATH', 'DOCKER_MACHINE_NAME'];

/** The command line again, as docker-machine's hint has it. */
function hintOf(program: string, shell: string | undefined, words: string[]): string {
  return [program, 'env', ...(shell === undefined ? [] : ['--shell', shell]), ...words].join(' ');
}

/** As docker-machine does: the variable that is there, NO_PROXY otherwise. */
function proxyOf(variables: Readonly<Record<string, string | undefined>>) {
  if (variables.no_proxy) return { variable: 'no_proxy' as const, current: variables.no_proxy };
  return { variable: 'NO_PROXY' as const, current: variables.NO_PROXY ?? '' };
}
