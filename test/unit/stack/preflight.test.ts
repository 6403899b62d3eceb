import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../../shared/catalogue/load-catalogue.ts';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import type { PortConfig, Service, Task } from '../../../shared/ports/engine.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { convertStack } from '../../../shared/stack/convert/convert-stack.ts';
import { type Finding, findingAt, inOrder } from '../../../shared/stack/preflight/finding.ts';
import { preflight } from '../../../shared/stack/preflight/preflight.ts';
import type { PreflightInput } from '../../../shared/stack/preflight/preflight-input.ts';
import type { SwarmPicture } from '../../../shared/stack/preflight/swarm-picture.ts';
import { aNetwork, aService, aSwarmNode, aTask } from '../../support/swarm-builders.ts';

/** Three managers, so that nothing is to be said of them. */
const NODES = ['n1', 'n2', 'n3'].map((id) => aSwarmNode(id, { Role: 'manager' }));
const FACTS = { hostsAreContainers: true, managers: 3, machines: 3 };

function aPicture(overrides: Partial<SwarmPicture> = {}): SwarmPicture {
  return {
    services: [],
    networks: [],
    secrets: [],
    configs: [],
    nodes: NODES,
    tasks: [],
    images: new Map(),
    ...overrides,
  };
}

type More = Partial<Pick<PreflightInput, 'others' | 'facts' | 'stack'>>;

/** What the pre-flight of these lines finds in that swarm; none: the lab is not up yet. */
function findings(lines: string, swarm?: SwarmPicture, { stack = 'shop', ...more }: More = {}): Finding[] {
  const read = readCompose(composeOnly(lines));
  return preflight({
    stack,
    read,
    objects: convertStack(stack, read),
    others: [],
    facts: FACTS,
    ...(swarm === undefined ? {} : { swarm }),
    ...more,
  });
}

const told = (found: Finding[]) =>
  found.map(({ level, code, place }) => `${level} ${code} at line ${place?.line}`);

/** One service, `web`, whose own lines begin at line 4. */
const web = (...lines: string[]) =>
  ['services:', '  web:', '    image: nginx', ...lines.map((line) => `    ${line}`)].join('\n');

function publishing(
  Name: string,
  port: number,
  { mode = 'ingress' as PortConfig['PublishMode'], stack = '' } = {},
): Service {
  return aService(
    { Name, Labels: stack === '' ? {} : { 'com.docker.stack.namespace': stack } },
    {
      ID: `id-of-${Name}`,
      Endpoint: {
        Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: port, PublishMode: mode }],
        VirtualIPs: [],
      },
    },
  );
}

test('of a stack that is fine there is nothing to say, lab up or not', () => {
  const fine = web('ports: ["8080:80"]', 'deploy: { replicas: 3 }');
  expect(findings(fine, aPicture())).toEqual([]);
  expect(findings(fine)).toEqual([]);
});

describe('a published port', () => {
  const file = web('ports:', '  - "8080:80"');

  test('that a running service publishes stops it, by name, stack and line', () => {
    const [finding, ...more] = findings(
      file,
      aPicture({ services: [publishing('first_web', 8080, { stack: 'first' })] }),
    );
    expect(more).toEqual([]);
    expect(finding).toEqual({
      level: 'error',
      code: 'port_taken',
      pointer: '/services/web/ports',
      place: { file: 'compose.yml', line: 4, column: 5 },
      message:
        'web publishes port 8080, which first_web of stack first publishes: publish another, or remove that stack first',
    });
    const student = findings(file, aPicture({ services: [publishing('webserver', 8080)] }));
    expect(student[0]?.message).toContain(
      'which webserver publishes: publish another, or remove that service',
    );
  });

  test('clashes across modes, and on the nodes themselves only where no node is free', () => {
    const host = web('ports: [{ target: 80, published: 8080, mode: host }]');
    const ingress = aPicture({ services: [publishing('o_web', 8080)] });
    expect(told(findings(host, ingress))).toEqual(['error port_taken at line 4']);
    const onNodes = publishing('o_web', 8080, { mode: 'host' });
    const on = (...nodes: string[]) =>
      aPicture({
        services: [onNodes],
        tasks: nodes.map((NodeID) => aTask('running', { NodeID, ServiceID: onNodes.ID })),
      });
    expect(told(findings(file, on('n1')))).toEqual(['error port_taken at line 4']);
    expect(findings(host, on('n1', 'n2'))).toEqual([]);
    const full = findings(host, on('n1', 'n2', 'n3'));
    expect(told(full)).toEqual(['error host_port_full at line 4']);
    const two = web('ports: [{ target: 80, published: 8080, mode: host }]', 'deploy: { replicas: 2 }');
    expect(findings(two, on('n1', 'n2'))[0]).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('1 of 2 tasks find a node; on host-n1 and host-n2 it is taken'),
    });
  });

  test('of another protocol, of its own earlier version or chosen by the swarm is no clash', () => {
    const udp = web('ports: ["8080:80/udp"]');
    expect(findings(udp, aPicture({ services: [publishing('o_web', 8080)] }))).toEqual([]);
    const own = aPicture({ services: [publishing('shop_web', 8080, { stack: 'shop' })] });
    expect(findings(file, own)).toEqual([]);
    expect(findings(web('ports: ["80"]'), aPicture({ services: [publishing('o_web', 80)] }))).toEqual([]);
  });

  test('that another service of the same stack has: is it still in the file?', () => {
    const gone = aPicture({ services: [publishing('shop_old', 8080, { stack: 'shop' })] });
    expect(findings(file, gone)[0]).toMatchObject({
      level: 'error',
      code: 'port_taken',
      message: expect.stringContaining('docker service rm shop_old first'),
    });
    const moved = `${file}\n  old: { image: nginx }`;
    expect(told(findings(moved, gone))).toEqual(['warning port_moves at line 4']);
  });

  test('that two services of the file publish is told at the second', () => {
    const twice = `${file}\n  api:\n    image: nginx\n    ports: ["8080:3000"]`;
    expect(findings(twice)[0]).toMatchObject({
      level: 'error',
      code: 'port_twice',
      place: { line: 8 },
      message: 'api publishes port 8080, and so does web: give one of them another',
    });
  });

  test('that another stack of the lab is to publish, before either runs', () => {
    const others = [{ stack: 'voting-app', ports: [{ port: 8080, protocol: 'tcp' as const }] }];
    const [finding] = findings(file, undefined, { others });
    expect(finding).toMatchObject({
      level: 'error',
      code: 'port_claimed',
      message: expect.stringContaining('stack voting-app of this lab is to publish'),
    });
    // Once it runs, what it publishes then counts.
    const runs = aPicture({ services: [publishing('voting-app_vote', 8090, { stack: 'voting-app' })] });
    expect(findings(file, runs, { others })).toEqual([]);
    const host = [{ stack: 'o', ports: [{ port: 8080, protocol: 'tcp' as const, mode: 'host' as const }] }];
    expect(
      findings(web('ports: [{ target: 80, published: 8080, mode: host }]'), undefined, { others: host }),
    ).toEqual([]);
  });

  test.each([22, 2376, 2377])('%i is every machine’s own', (port) => {
    expect(findings(web(`ports: ["${port}:80"]`))[0]).toMatchObject({
      level: 'error',
      code: 'port_of_machine',
    });
  });
});

describe('what is declared external', () => {
  const file = `
services:
  web:
    image: nginx
    networks: [edge]
    secrets: [pass]
    configs: [site]
networks:
  edge: { external: true }
secrets:
  pass: { external: true, name: db_pass }
configs:
  site: { external: true }
`;

  test('and absent stops the stack, with the command that makes it', () => {
    const found = findings(file, aPicture({ secrets: ['db_pas'] }));
    expect(told(found)).toEqual([
      'error network_absent at line 9',
      'error secret_absent at line 11',
      'error config_absent at line 13',
    ]);
    expect(found.map(({ message }) => message)).toEqual([
      'the network edge is declared external and is not there: create it first with docker network create --driver overlay --attachable edge, or leave external out',
      'the secret db_pass is declared external and is not there: did you mean "db_pas"? create it first with printf %s VALUE | docker secret create db_pass -',
      'the config site is declared external and is not there: create it first with docker config create site FILE',
    ]);
  });

  test('and there is no finding; nor is there one before there is a swarm', () => {
    const there = aPicture({ networks: [aNetwork('edge')], secrets: ['db_pass'], configs: ['site'] });
    expect(findings(file, there)).toEqual([]);
    expect(findings(file)).toEqual([]);
  });

  test('must be a network of the swarm', () => {
    const local = aPicture({
      networks: [aNetwork('edge', { Scope: 'local', Driver: 'bridge' })],
      secrets: ['db_pass'],
      configs: ['site'],
    });
    expect(findings(file, local)[0]).toMatchObject({ level: 'error', code: 'network_local' });
  });
});

test('names that others have stop the stack before anything is made', () => {
  const file = `${web('networks: [front]')}\nnetworks:\n  front: {}`;
  const taken = aPicture({ services: [aService({ Name: 'shop_web' })], networks: [aNetwork('shop_front')] });
  expect(told(findings(file, taken))).toEqual(['error name_taken at line 2', 'error name_taken at line 6']);
  const own = { 'com.docker.stack.namespace': 'shop' };
  const before = aPicture({
    services: [aService({ Name: 'shop_web', Labels: own })],
    networks: [aNetwork('shop_front', { Labels: own })],
  });
  expect(findings(file, before)).toEqual([]);
});

describe('an image', () => {
  const file = web();

  test('that its registry has not stops the stack; silence does not', () => {
    const image = (finding: 'there' | 'missing' | 'unknown') =>
      findings(file, aPicture({ images: new Map([['nginx:latest', finding]]) }));
    expect(image('missing')[0]).toMatchObject({
      level: 'warning',
      code: 'image_missing',
      place: { line: 3 },
    });
    expect(image('there')).toEqual([]);
    expect(image('unknown')).toEqual([]);
  });

  test('that some task already runs is somewhere, whatever digest the docker command gave it', () => {
    const pinned = aTask('running', {
      Spec: { ContainerSpec: { Image: `nginx:latest@sha256:${'0'.repeat(64)}` } },
    });
    const missing = new Map([['nginx:latest', 'missing' as const]]);
    expect(findings(file, aPicture({ images: missing, tasks: [pinned] }))).toEqual([]);
  });

  test('that runs as it is written is there too', () => {
    const images = new Map([['nginx:latest', 'missing' as const]]);
    expect(findings(file, aPicture({ images, tasks: [aTask('running')] }))).toEqual([]);
  });
});

describe('a bind', () => {
  const bind = (source: string) => web('volumes:', `  - ${source}:/data`);

  test.each([
    '/var/run/docker.sock',
    '/',
    '/proc',
    '/sys/fs/cgroup',
    '/var/lib/docker/',
    '/var/run',
    '/etc/hostname',
  ])('of %s is on every host', (source) => {
    expect(findings(bind(source))).toEqual([]);
  });

  test('of what only a machine has stops it where hosts are containers', () => {
    expect(findings(bind('/dev/disk/'))[0]).toMatchObject({
      level: 'error',
      code: 'bind_missing',
      pointer: '/services/web/volumes/0',
      place: { line: 5 },
      message: '/dev/disk/ is not on the hosts of this lab, which are containers: leave the mount out',
    });
    expect(
      findings(bind('/lib/modules'), undefined, { facts: { ...FACTS, hostsAreContainers: false } }),
    ).toEqual([]);
  });

  test.each(['/Users/ana/site', 'C:\\site'])('of %s is of another computer', (source) => {
    expect(findings(bind(source))[0]).toMatchObject({ level: 'error', code: 'bind_missing' });
  });

  test('of a Windows pipe is none of a node’s', () => {
    const pipe = web('volumes: [{ type: npipe, source: "\\\\\\\\.\\\\pipe\\\\docker", target: x }]');
    expect(told(findings(pipe))).toEqual(['error bind_missing at line 4']);
  });

  test('of anything else is to be there, which a running task with it proves', () => {
    const file = bind('/srv/../data');
    expect(findings(file)[0]).toMatchObject({
      level: 'warning',
      code: 'bind_unknown',
      message: expect.stringContaining('docker-machine ssh NODE mkdir -p /data'),
    });
    const service = aService({ Name: 'shop_web', Labels: { 'com.docker.stack.namespace': 'shop' } });
    const task = (Source: string) =>
      aTask('running', { Spec: { ContainerSpec: { Image: 'x', Mounts: [{ Type: 'bind', Source }] } } });
    const running = (source: string) => aPicture({ services: [service], tasks: [task(source)] });
    expect(findings(file, running('/srv/../data'))).toEqual([]);
    expect(told(findings(file, running('/other')))).toEqual(['warning bind_unknown at line 5']);
  });
});

describe('placement', () => {
  const constrained = (...constraints: string[]) =>
    web('deploy:', '  placement:', '    constraints:', ...constraints.map((each) => `      - ${each}`));

  test('that no node meets stops it, at that constraint’s line', () => {
    const [finding] = findings(constrained('node.role == manager', 'node.labels.disk == ssd'), aPicture());
    expect(finding).toMatchObject({
      level: 'error',
      code: 'no_suitable_node',
      pointer: '/services/web/deploy/placement/constraints/1',
      place: { line: 8 },
      message: expect.stringContaining('web finds no node: no node meets node.labels.disk == ssd'),
    });
    const apart = constrained('node.hostname == host-n1', 'node.hostname == host-n2');
    expect(findings(apart, aPicture())[0]).toMatchObject({ level: 'error', place: { line: 6 } });
  });

  test('is a warning while machines are still to join, and for a global service', () => {
    const forming = aPicture({ nodes: NODES.slice(0, 1) });
    expect(told(findings(constrained('node.role == worker'), forming))).toContain(
      'warning no_suitable_node at line 7',
    );
    const global = `${constrained('node.role == worker')}\n      mode: global`;
    expect(told(findings(global, aPicture()))).toEqual(['warning no_suitable_node at line 7']);
  });

  test('of a service that is to have no replicas waits until it has', () => {
    const idle = `${constrained('node.labels.disk == ssd')}\n      replicas: 0`;
    expect(findings(idle, aPicture())).toEqual([]);
  });

  test('on nodes that take no tasks is a warning', () => {
    const [away, ...others] = NODES;
    const drained = aSwarmNode(away?.ID ?? '', {
      Role: 'manager',
      Availability: 'drain',
      Labels: { disk: 'ssd' },
    });
    const [finding] = findings(
      constrained('node.labels.disk == ssd'),
      aPicture({ nodes: [drained, ...others] }),
    );
    expect(finding).toMatchObject({
      level: 'warning',
      code: 'nodes_away',
      message: expect.stringContaining('host-n1 alone, and that node is down, paused or drained'),
    });
  });

  test('of more replicas than max_replicas_per_node lets the nodes take says how many will run', () => {
    const file = web('deploy:', '  replicas: 7', '  placement: { max_replicas_per_node: 2 }');
    const message = expect.stringContaining('web will stay at 6 of 7 replicas');
    const expected = { level: 'warning', code: 'too_many_replicas', place: { line: 6 }, message };
    expect(findings(file)[0]).toMatchObject(expected);
    expect(findings(file, aPicture())[0]).toMatchObject(expected);
    expect(findings(file.replace('7', '6'), aPicture())).toEqual([]);
    const one = aPicture({ nodes: [aSwarmNode('n1')] });
    const facts = { ...FACTS, machines: 1 };
    expect(findings(file, one, { facts })[0]?.message).toContain(
      '2 of 7 replicas: max_replicas_per_node is 2, and 1 node takes',
    );
  });
});

describe('reservations', () => {
  const reserving = (what: string, replicas = 1, name = 'web') =>
    `  ${name}:\n    image: nginx\n    deploy:\n      replicas: ${replicas}\n      resources: { reservations: { ${what} } }`;
  const file = (...services: string[]) => `services:\n${services.join('\n')}`;

  test('that no node has room for stop it, with what is free', () => {
    const [finding] = findings(file(reserving('memory: 8G, cpus: "1"')), aPicture());
    expect(finding).toMatchObject({
      level: 'error',
      code: 'no_room',
      place: { line: 6 },
      message:
        'no node has room for a task of web: it reserves 1 CPU and 8 GiB, and the most that is free is 4 GiB on host-n1 and 2 CPUs on host-n1; lower the reservation, or remove what holds it',
    });
  });

  test('count beside what runs, but for what the same service held', () => {
    const other = aService({ Name: 'o_db' }, { ID: 'other' });
    const holds = (ServiceID: string): Task[] =>
      ['n1', 'n2', 'n3'].map((NodeID) =>
        aTask('running', {
          NodeID,
          ServiceID,
          Spec: { Resources: { Reservations: { MemoryBytes: 3 * 1024 ** 3 } } },
        }),
      );
    const two = file(reserving('memory: 2G'));
    const [finding] = findings(two, aPicture({ services: [other], tasks: holds('other') }));
    expect(finding).toMatchObject({ level: 'error', message: expect.stringContaining('free is 1 GiB') });
    const own = aService(
      { Name: 'shop_web', Labels: { 'com.docker.stack.namespace': 'shop' } },
      { ID: 'own' },
    );
    expect(findings(two, aPicture({ services: [own], tasks: holds('own') }))).toEqual([]);
    const ended = holds('other').map((task) => ({ ...task, DesiredState: 'shutdown' }));
    expect(findings(two, aPicture({ services: [other], tasks: ended }))).toEqual([]);
  });

  test('that fit once and not often enough say how many will run', () => {
    const some = findings(file(reserving('memory: 3G', 5)), aPicture());
    expect(some[0]).toMatchObject({
      level: 'warning',
      code: 'little_room',
      message: expect.stringContaining('3 of 5 tasks of web find room: each reserves 3 GiB'),
    });
    const together = findings(
      file(reserving('cpus: "1.5"', 2, 'api'), reserving('cpus: "1.5"', 2, 'web')),
      aPicture(),
    );
    expect(told(together)).toEqual(['warning little_room at line 11']);
  });

  test('of a global service are one on each node', () => {
    const global = `services:\n  web:\n    image: nginx\n    deploy: { mode: global, resources: { reservations: { memory: 1G } } }`;
    expect(findings(global, aPicture())).toEqual([]);
  });

  test('wait for machines that are still to join', () => {
    const forming = aPicture({ nodes: NODES.slice(0, 1) });
    const found = findings(file(reserving('memory: 8G')), forming);
    expect(told(found)).toContain('warning no_room at line 6');
  });
});

describe('a volume', () => {
  const file = (more = '', volume = '{}') =>
    `${web('volumes:', '  - data:/data', more)}\nvolumes:\n  data: ${volume}`;

  test('of a service that several nodes take is to be pinned', () => {
    for (const swarm of [aPicture(), undefined]) {
      expect(findings(file(), swarm)[0]).toMatchObject({
        level: 'warning',
        code: 'volume_not_pinned',
        place: { line: 5 },
        message: expect.stringContaining('the volume data is on one node only'),
      });
    }
  });

  test('that is pinned, shared, read-only or each node’s own is fine', () => {
    const pinned = 'deploy: { placement: { constraints: [node.hostname == host-n1] } }';
    expect(findings(file(pinned), aPicture())).toEqual([]);
    expect(findings(file(pinned))).toEqual([]);
    expect(findings(file('deploy: { mode: global }'), aPicture())).toEqual([]);
    expect(findings(file('', '{ driver: rexray }'), aPicture())).toEqual([]);
    expect(findings(file('', '{ driver_opts: { type: nfs, device: ":/x" } }'), aPicture())).toEqual([]);
    expect(findings(file().replace('/data\n', '/data:ro\n'), aPicture())).toEqual([]);
    expect(findings(file(), undefined, { facts: { ...FACTS, machines: 1, managers: 1 } })).toEqual([]);
  });
});

describe('managers', () => {
  const of = (managers: number, file = web()) =>
    findings(file, undefined, { facts: { ...FACTS, managers, machines: 3 } });

  test('one is a risk, two are no better', () => {
    expect(of(1)[0]).toMatchObject({ level: 'warning', code: 'one_manager', place: { line: 1 } });
    expect(of(2)[0]).toMatchObject({ level: 'warning', code: 'two_managers' });
    expect(of(3)).toEqual([]);
    expect(findings(web(), undefined, { facts: { ...FACTS, managers: 1, machines: 1 } })).toEqual([]);
  });

  test('one, and a service that runs there alone, is told at that service', () => {
    const pinned = web('deploy:', '  placement:', '    constraints: [node.role == manager]');
    expect(of(1, pinned)[0]).toMatchObject({
      place: { line: 6 },
      message: expect.stringContaining('web runs on managers alone, and there is one'),
    });
  });

  test('are counted where the swarm is, not where it was asked for', () => {
    const nodes = [aSwarmNode('n1', { Role: 'manager' }), aSwarmNode('n2'), aSwarmNode('n3')];
    expect(told(findings(web(), aPicture({ nodes })))).toEqual(['warning one_manager at line 1']);
  });
});

test('findings come once each, in the order of the file', () => {
  const read = readCompose(composeOnly(web('ports: ["1:1"]')));
  const finding = (path: PropertyKey[], level: Finding['level'], message: string) =>
    findingAt(read, path, { level, code: 'x', message });
  const ports = finding(['services', 'web', 'ports'], 'warning', 'later');
  const image = finding(['services', 'web', 'image'], 'warning', 'same line');
  const error = finding(['services', 'web', 'image'], 'error', 'first of its line');
  expect(inOrder([ports, image, error, image])).toEqual([error, image, ports]);
});

test('a file in which everything is wrong says everything at once', () => {
  const file = `
services:
  web:
    image: nobody/has-this:1
    ports: ["8080:80"]
    secrets: [pass]
    volumes: ["/dev/disk:/d", "data:/data"]
    deploy:
      replicas: 9
      resources: { reservations: { memory: 900G } }
      placement: { constraints: ["node.labels.x == y"], max_replicas_per_node: 1 }
volumes: { data: {} }
secrets: { pass: { external: true } }
`;
  const swarm = aPicture({
    services: [publishing('o_web', 8080)],
    images: new Map([['nobody/has-this:1', 'missing' as const]]),
  });
  expect(told(findings(file, swarm))).toEqual([
    'warning image_missing at line 4',
    'error port_taken at line 5',
    'error bind_missing at line 7',
    'error no_suitable_node at line 11',
    'error secret_absent at line 13',
  ]);
});

test('nothing stops a stack of the catalogue on an empty lab of three', async () => {
  const { stacks } = await loadCatalogue();
  expect(stacks.size).toBeGreaterThan(5);
  for (const { name, source } of stacks.values()) {
    const read = readCompose(source);
    const found = preflight({
      stack: name,
      read,
      objects: convertStack(name, read),
      swarm: aPicture(),
      others: [],
      facts: FACTS,
    });
    expect(
      found.filter(({ level }) => level === 'error'),
      name,
    ).toEqual([]);
  }
});
