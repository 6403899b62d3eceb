import { all, contains, holds, isNot, lacks, prints, rows, says, works } from '../checks.ts';
import type { Chapter } from '../step.ts';

const URL_COLUMN = 'tcp://[\\d.]+:2376';

/** Ch. 12: docker-machine. */
export const machines: Chapter = {
  name: 'machines',
  title: 'docker-machine (ch. 12)',
  steps: [
    { command: 'docker-machine version', check: all(says(/^docker-machine version \d+\.\d+/), rows(0)) },
    {
      command: 'docker-machine create --driver virtualbox linuxtips',
      deadlineSeconds: 180,
      check: says(
        /\nDocker is up and running!\nTo see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: docker-machine env linuxtips\n/,
        '--driver virtualbox: machines of this server are made by its driver, ',
      ),
    },
    {
      command: 'docker-machine ls',
      check: all(rows(1), says(new RegExp(`^linuxtips +- +\\w+ +Running +${URL_COLUMN} .*v\\d`, 'm'))),
    },
    {
      command: 'docker-machine env linuxtips',
      check: all(
        says(
          'export DOCKER_TLS_VERIFY="1"',
          /export DOCKER_HOST="tcp:\/\/[\d.]+:2376"/,
          /export DOCKER_CERT_PATH="\/.*"/,
          'export DOCKER_MACHINE_NAME="linuxtips"',
          '# eval $(docker-machine env linuxtips)',
        ),
      ),
    },
    { command: 'eval "$(docker-machine env linuxtips)"', check: prints('') },
    { command: 'echo "$DOCKER_HOST"', check: says(/^tcp:\/\/[\d.]+:2376\n/) },
    { command: 'docker-machine ls', check: says(/^linuxtips +\* /m) },
    { command: 'docker-machine active', check: prints('linuxtips') },
    { command: 'docker container ls', check: rows(0) },
    {
      command: 'docker container run busybox echo "LINUXTIPS, VAIIII"',
      check: says(/^LINUXTIPS, VAIIII$/m),
    },
    {
      command: 'docker-machine ip linuxtips',
      check: says(/^[\d.]+\n/),
      note: { name: 'address', from: /^([\d.]+)\n/ },
    },
    { command: '[ "$DOCKER_HOST" = "tcp://‹address›:2376" ]', check: works },
    { command: 'docker-machine url linuxtips', check: says(/^tcp:\/\/[\d.]+:2376\n$/m) },
    {
      command: 'docker-machine ssh linuxtips',
      input: 'hostname\nexit\n',
      check: prints('linuxtips'),
    },
    {
      command: 'docker-machine ssh linuxtips',
      isInteractive: true,
      input: 'hostname\nexit\n',
      check: says(/^linuxtips\r?$/m),
    },
    { command: 'docker-machine ssh linuxtips hostname', check: prints('linuxtips') },
    {
      command: 'docker-machine inspect linuxtips',
      check: holds({
        'Driver.IPAddress': /^[\d.]+$/,
        'Driver.MachineName': 'linuxtips',
        DriverName: /^\w+$/,
        'HostOptions.AuthOptions.StorePath': /./,
        Name: 'linuxtips',
      }),
    },
    { command: 'docker volume create dados', check: prints('dados') },
    {
      command: 'docker-machine stop linuxtips',
      deadlineSeconds: 90,
      check: says('Stopping "linuxtips"...', 'Machine "linuxtips" was stopped.'),
    },
    {
      command: 'docker-machine ls',
      check: says(/^linuxtips +- +\w+ +Stopped .* Unknown/m),
    },
    {
      command: 'docker-machine env linuxtips',
      check: all(
        ({ exitCode }) => (exitCode === 1 ? undefined : `exit code ${exitCode}`),
        contains('Host is not running'),
      ),
    },
    {
      command: 'docker-machine start linuxtips',
      deadlineSeconds: 120,
      check: says('Starting "linuxtips"...', 'Machine "linuxtips" was started.'),
    },
    {
      command: 'docker-machine ls',
      check: says(new RegExp(`^linuxtips +\\* +\\w+ +Running +${URL_COLUMN} .*v\\d`, 'm')),
    },
    { command: 'docker volume ls', check: says(/^local +dados$/m) },
    {
      command: 'docker-machine rm linuxtips',
      input: 'y\n',
      deadlineSeconds: 120,
      check: says('About to remove linuxtips', 'Are you sure? (y/n): ', 'Successfully removed linuxtips'),
    },
    { command: 'docker-machine ls', check: all(rows(0), lacks('linuxtips'), isNot('address')) },
  ],
};
