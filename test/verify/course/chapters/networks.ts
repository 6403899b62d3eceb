import { all, anId, holds, lacks, prints, refuses, rows, says, works } from '../checks.ts';
import type { Chapter } from '../step.ts';

const on = 'docker-host';

/** Ch. 9 and 10: none, bridge, host; and the engine's own options. */
export const networks: Chapter = {
  name: 'networks',
  title: 'networks and dockerd (ch. 9-11)',
  template: 'networks',
  steps: [
    {
      on,
      command: 'docker network ls',
      check: all(rows(3), says(/ bridge +bridge /, / host +host /, / none +null /)),
    },
    {
      on,
      command: 'docker container run --rm --network none busybox ip -o addr',
      check: all(says(/ lo +inet 127\.0\.0\.1/), lacks('eth0')),
    },
    { on, command: 'docker container run --rm busybox ip -o addr', check: says(/ eth0 +inet 172\.17\./) },
    { on, command: 'docker network create --driver bridge minha-bridge', check: anId },
    { on, command: 'docker container run -dit --name web --network minha-bridge nginx', check: anId },
    {
      on,
      command: 'docker container run --rm --network minha-bridge busybox ping -c 1 web',
      withinSeconds: 10,
      check: says('1 packets received'),
    },
    {
      on,
      command: 'docker container run --rm --network minha-bridge busybox wget -qO- http://web/',
      check: says('Welcome to nginx!'),
    },
    { on, command: 'docker container run --rm busybox ping -c 1 web', check: refuses(/bad address/) },
    {
      on,
      command: 'docker network inspect minha-bridge',
      check: all(holds({ '0.Name': 'minha-bridge', '0.Driver': 'bridge' }), says('"Name": "web"')),
    },
    { on, command: 'docker container run -dit --name outro busybox', check: anId },
    { on, command: 'docker network connect minha-bridge outro', check: works },
    {
      on,
      command: 'docker container exec outro ping -c 1 web',
      withinSeconds: 10,
      check: says('1 packets received'),
    },
    { on, command: 'docker network disconnect minha-bridge outro', check: works },
    { on, command: 'docker container exec outro ping -c 1 web', check: refuses(/bad address/) },
    { on, command: 'docker container run --rm --network host busybox hostname', check: prints(on) },
    { on, command: 'docker container run -d --network host --name no-host nginx', check: anId },
    {
      command: `curl -s --max-time 5 "$(docker-machine ip ${on})"`,
      withinSeconds: 10,
      check: says('Welcome to nginx!'),
    },
    { on, command: 'docker container rm -f web outro no-host', check: says('web', 'outro', 'no-host') },
    { on, command: 'docker network rm minha-bridge', check: prints('minha-bridge') },
    { on, command: 'docker network ls', check: rows(3) },
    {
      command: `docker-machine ssh ${on} dockerd --help`,
      check: says('--registry-mirror', '--storage-driver', '--tlsverify'),
    },
    { command: `docker-machine ssh ${on} pgrep -a dockerd`, check: says(/dockerd .*--tlsverify/) },
    { on, command: 'docker system info', check: says(/Storage Driver: /, `Name: ${on}`) },
  ],
};
