import { all, anId, contains, holds, lacks, prints, rows, says } from '../checks.ts';
import type { Chapter } from '../step.ts';

const on = 'docker-host';
/** Ctrl-P, Ctrl-Q: out of a container that goes on. */
const DETACH = '\u0010\u0011';
const status = (name: string, words: string) => says(new RegExp(`${words}.* ${name}$`, 'm'));

/** Ch. 4 to 6: containers and their limits. */
export const containers: Chapter = {
  name: 'containers',
  title: 'containers and limits (ch. 4-6)',
  template: 'containers',
  steps: [
    { on, command: 'docker container ls', check: rows(0) },
    { on, command: 'docker container run busybox echo oi', check: says(/^oi$/m) },
    {
      on,
      command: 'docker container run -ti busybox',
      isInteractive: true,
      input: 'hostname\nexit\n',
      check: says(/^[0-9a-f]{12}\r?$/m),
    },
    { on, command: 'docker container ls -a', check: all(rows(2), says(/Exited \(0\)/)) },
    { on, command: 'docker container run -d -p 8080:80 --name web nginx', check: anId },
    { on, command: 'docker container ls', check: all(rows(1), status('web', 'Up ')) },
    {
      command: `curl -s --max-time 5 "$(docker-machine ip ${on}):8080"`,
      withinSeconds: 10,
      check: says('Welcome to nginx!'),
    },
    { on, command: 'docker container logs -f web', followSeconds: 3, check: contains(/"GET \/ HTTP/) },
    { on, command: 'docker container port web', check: says('80/tcp -> 0.0.0.0:8080') },
    { on, command: 'docker container top web', check: says(/nginx: master process/) },
    { on, command: 'docker container stats', followSeconds: 5, check: contains(/CPU %/, / web /) },
    { on, command: 'docker container stats --no-stream web', check: says(/MEM USAGE/, / web /) },
    { on, command: 'docker container pause web', check: prints('web') },
    { on, command: 'docker container ls', check: status('web', '\\(Paused\\)') },
    { on, command: 'docker container unpause web', check: prints('web') },
    { on, command: 'docker container stop web', check: prints('web') },
    { on, command: 'docker container ls -a', check: status('web', 'Exited') },
    { on, command: 'docker container start web', check: prints('web') },
    { on, command: 'docker container restart web', check: prints('web') },
    { on, command: 'docker container ls', check: status('web', 'Up ') },
    {
      on,
      command: 'docker container inspect web',
      check: holds({
        '0.Name': '/web',
        '0.State.Status': 'running',
        '0.HostConfig.PortBindings.80/tcp.0.HostPort': '8080',
      }),
    },
    {
      on,
      command: 'docker container exec -ti web ls /usr/share/nginx/html',
      isInteractive: true,
      check: says('index.html'),
    },
    { on, command: 'docker container exec web touch /tmp/oi', check: prints('') },
    { on, command: 'docker container diff web', check: says(/^A \/tmp\/oi$/m) },
    {
      on,
      command: 'docker container commit -m "com oi" web meu_web:1.0',
      check: says(/^sha256:[0-9a-f]{64}/),
    },
    { on, command: 'docker image ls', check: says(/^meu_web +1\.0 /m) },
    { on, command: 'docker container run --rm meu_web:1.0 ls /tmp', check: says(/^oi$/m) },
    { on, command: 'docker container run -d -m 512M --cpus=0.5 --name limitado nginx', check: anId },
    {
      on,
      command: 'docker container inspect limitado',
      check: holds({ '0.HostConfig.Memory': 536_870_912, '0.HostConfig.NanoCpus': 500_000_000 }),
    },
    { on, command: 'docker container update -m 256m --cpus=1 limitado', check: says(/^limitado$/m) },
    {
      on,
      command: 'docker container inspect limitado',
      check: holds({ '0.HostConfig.Memory': 268_435_456, '0.HostConfig.NanoCpus': 1_000_000_000 }),
    },
    { on, command: 'docker container stats --no-stream limitado', check: says('/ 256MiB') },
    { on, command: 'docker container create -ti --name criado busybox', check: anId },
    { on, command: 'docker container ls -a', check: status('criado', 'Created') },
    { on, command: 'docker container start criado', check: prints('criado') },
    {
      on,
      command: 'docker container attach criado',
      isInteractive: true,
      input: 'hostname\n',
      endedBy: DETACH,
      check: contains(/[0-9a-f]{12}/),
    },
    { on, command: 'docker container ls', check: status('criado', 'Up ') },
    { on, command: 'docker container rm -f criado limitado web', check: says('criado', 'limitado', 'web') },
    { on, command: 'docker container ls -a', check: lacks(/ (web|criado|limitado)$/m) },
    { on, command: 'docker container prune -f', check: says('Total reclaimed space') },
    { on, command: 'docker container ls -a', check: rows(0) },
  ],
};
