import { describe, expect, test } from 'vitest';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { publishedPortsByService } from '../../../shared/stack/published-ports.ts';

const remarksOf = (lines: string, rest = '') =>
  readCompose(composeOnly(`services:\n  web:\n    image: app\n    ${lines}\n${rest}`)).remarks;

describe('what a file says and a swarm does not do', () => {
  test.each([
    ['build: .', /build has no effect: .* push it/],
    ['cgroup_parent: x', /cgroup_parent has no effect/],
    ['container_name: x', /container_name has no effect: a swarm names its tasks itself/],
    ['depends_on: [db]', /depends_on has no effect: a swarm starts all services at once/],
    ['devices: [/dev/x]', /devices has no effect/],
    ['expose: [80]', /expose has no effect/],
    ['external_links: [x]', /external_links has no effect/],
    ['links: [db]', /links has no effect: services on the same network find each other/],
    ['network_mode: host', /network_mode has no effect: name an external network called host/],
    ['privileged: true', /privileged has no effect/],
    ['security_opt: [x]', /security_opt has no effect/],
    ['tmpfs: /x', /tmpfs has no effect: write it under volumes/],
    ['userns_mode: host', /userns_mode has no effect/],
    ['restart: always', /restart is the old way/],
    ['oom_score_adj: 5', /newer than the Engine API/],
    ['ports: ["127.0.0.1:80:80"]', /the address has no effect/],
    ['ports: [{ target: 80, protocol: tpc }]', /takes this for tcp/],
    ['ports: [{ target: 80, mode: direct }]', /takes this for ingress/],
    ['ports: [{ target: 80, published: 70000 }]', /no port past 65535/],
    ['volumes: ["d:/data"]', /taken for a Windows drive/],
    [
      'volumes: [{ type: bind, source: /a, target: /b, bind: { create_host_path: true } }]',
      /create_host_path has no effect/,
    ],
  ])('%s is told with its line', (line, words) => {
    expect(remarksOf(line)).toMatchObject([
      {
        pointer: expect.stringMatching(/^\/services\/web\//),
        place: { file: 'compose.yml', line: 4 },
        message: expect.stringMatching(words),
      },
    ]);
  });

  test.each([
    'restart: always\n    deploy: { restart_policy: {} }',
    'healthcheck: { test: x, start_interval: 1s }',
    'networks: { default: { ipv4_address: 1.2.3.4 } }',
  ])('%j is told once', (lines) => {
    expect(remarksOf(lines)).toHaveLength(1);
  });

  test('is told of other documents and of volumes that no engine makes', () => {
    expect(remarksOf('tty: true', 'volumes: { v: { name: a b } }\n---\nmore: true')).toMatchObject([
      { pointer: '/volumes/v/name', message: expect.stringMatching(/no engine makes/) },
      { pointer: '', message: expect.stringMatching(/the first alone is read/) },
    ]);
  });

  test('is told nothing of where there is nothing', () => {
    expect(remarksOf('ports: ["80:80", "0.0.0.0:81:81"]\n    labels: { a: b }')).toEqual([]);
  });
});

test('ports are told by service, with protocol, mode and pointer', () => {
  const read = readCompose(
    composeOnly(
      'services: { a: { image: b, ports: ["53:53/udp", 80, { target: 1, published: 9, mode: host }] } }',
    ),
  );
  expect(publishedPortsByService(read)).toEqual([
    { service: 'a', port: 9, protocol: 'tcp', mode: 'host', pointer: '/services/a/ports' },
    { service: 'a', port: 53, protocol: 'udp', mode: 'ingress', pointer: '/services/a/ports' },
  ]);
});
