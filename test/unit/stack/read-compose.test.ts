// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Compose writes its variables
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isSlipwayError, type SlipwayError } from '../../../shared/core/errors.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';

const CORPUS = new URL('../../engine/stacks/', import.meta.url);
const corpus = (folder: string) =>
  readdirSync(new URL(folder, CORPUS)).map((name): [string, string] => [
    name,
    readFileSync(new URL(`${folder}/${name}`, CORPUS), 'utf8'),
  ]);

function refusalOf(text: string): SlipwayError {
  try {
    readCompose(text);
  } catch (error) {
    if (isSlipwayError(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a Compose file', () => {
  test.each(corpus('accepted'))('%s, which the docker command takes, is read', (_, text) => {
    expect(Object.keys(readCompose(text).services).length).toBeGreaterThan(0);
  });

  test('is refused with every error at once, each with its place and the cure', () => {
    const { issues } = refusalOf(
      [
        'version: "3.8"',
        'services:',
        '  web:',
        '    imagee: nginx',
        '    deploy:',
        '      replicas: many',
        '      resources:',
        '        limits:',
        '          cpus: 0.5',
        '    ports:',
        '      - "eighty:80"',
        'volume: {}',
      ].join('\n'),
    );
    expect(issues).toEqual([
      { pointer: '/volume', message: 'line 12, column 1: volume: unknown key: did you mean "volumes"?' },
      {
        pointer: '/services/web/imagee',
        message: 'line 4, column 5: services.web.imagee: unknown key: did you mean "image"?',
      },
      { pointer: '/services/web/image', message: 'line 3, column 3: services.web.image: is missing' },
      {
        pointer: '/services/web/deploy/replicas',
        message: 'line 6, column 7: services.web.deploy.replicas: must be a number, not text',
      },
      {
        pointer: '/services/web/deploy/resources/limits/cpus',
        message:
          'line 9, column 11: services.web.deploy.resources.limits.cpus: must be text, not a number: put it in quotes, "0.5"',
      },
      {
        pointer: '/services/web/ports/0',
        message: expect.stringContaining('line 11, column 9: services.web.ports.0: must be a port such as'),
      },
    ]);
  });

  test.each([
    [
      'version: "2.4"\nservices: { a: { image: b } }',
      /line 1, column 1: version: is "2.4"; .*version: "3.8"/,
    ],
    ['version: 3.8\nservices: { a: { image: b } }', /put it in quotes, "3.8"/],
    ['services: { a: { image: b, env_file: x } }', /env_file: is not supported yet: write the variables/],
    ['services: { a: { image: b, mem_limit: 5m } }', /use deploy\.resources\.limits\.memory/],
    ['services: { a: { image: b, volumes: ["./x:/x"] } }', /a path on your own disk/],
    ['services: { a: { image: b, volumes: ["~/x:/x"] } }', /a path on your own disk/],
    ['services: { a: { image: b, volumes: ["a:/b:c:d"] } }', /too many colons/],
    ['services: { a: { image: b, volumes: ["a::ro"] } }', /nothing between two colons/],
    ['services: { a: { image: b, environment: { DEBUG: yes, A: true } } }', /put it in quotes, "true"/],
    ['services: { a: { image: b, environment: { N: 12345678901234567890 } } }', /too large a number/],
    ['services: { a: { image: b, networks: [x] } }', /names the network x, which .* do not declare/],
    ['services: { a: { image: b, volumes: ["v:/v"] } }', /names the volume v, which .* do not declare/],
    ['services: { a: { image: b, command: "echo \\"x" } }', /a quote \("\) that is not closed/],
    ['services: { a: { image: b, command: "x \\\\" } }', /ends with a backslash/],
    ['services: { a: { image: "b:${X:?which}" } }', /needs the variable X: which/],
    ['services: { a: { image: "b:${}" } }', /\$ that begins no variable/],
    ['services: { a: { image: Upper } }', /a repository is in lower case/],
    ['services: { a: { image: "a b" } }', /write name, name:tag or name@sha256:digest/],
    ['services: { a: { image: b, deploy: { mode: replicated-job } } }', /jobs are not supported yet/],
    ['services: { a: { image: b, deploy: { replicas: -1 } } }', /must not be negative/],
    ['services: { a: { image: b, deploy: { replicas: 1.5 } } }', /must be a whole number/],
    ['services: { "a b": { image: b } }', /a name is letters, digits/],
    ['services: []', /services: must be a mapping, not a list/],
    ['services: { a: { image: b, healthcheck: { interval: 5 } } }', /must be text, not a number/],
    ['services: { a: { image: b, healthcheck: { interval: 5x } } }', /must be a duration such as 10s/],
    ['services: { a: { image: b, stop_grace_period: 3000h } }', /at most 2500h/],
    ['services: { a: { image: b, dns: { a: b } } }', /must be text or a list, not a mapping/],
    ['services: { a: { image: b, ports: [70000] } }', /must be a port such as/],
    ['services: { a: { image: b, ports: [{ target: 70000 }] } }', /must be a port, 0 to 65535/],
    [
      'services: { a: { image: b, isolatio: x } }\nnetworks: { n: { external: { name: y }, name: z } }',
      /keep name/,
    ],
    ['version: "3.99"\nservices: { a: { image: b } }', /is "3.99"; the newest is "3.13"/],
    [
      'services: { a: { image: b, deploy: { resources: { limits: { cpus: "1/2" } } } } }',
      /a number of processors/,
    ],
    [
      'services: { a: { image: b, deploy: { resources: { limits: { memory: lots } } } } }',
      /must be a size such as 50M/,
    ],
    ['services: { a: { image: b, deploy: { mode: global, replicas: 2 } } }', /one task on each node/],
    [
      'services: { a: { image: b, deploy: { update_config: { order: any } } } }',
      /must be start-first or stop-first, not "any"/,
    ],
    ['services: { a: { image: b, healthcheck: { disable: true, test: x } } }', /exclude each other/],
    [
      'services: { a: { image: b, volumes: [{ type: nfs, target: /x }] } }',
      /must be volume, bind or tmpfs, not "nfs"/,
    ],
    ['services: { a: { image: b, volumes: [{ type: bind, target: /x }] } }', /a bind needs a source/],
    [
      'services: { a: { image: b, volumes: [{ type: tmpfs, source: x, target: /x }] } }',
      /a tmpfs has no source/,
    ],
    [
      'services: { a: { image: b, volumes: [{ type: volume, target: /x, bind: {} }] } }',
      /options of a bind, and is a volume/,
    ],
    [
      'services: { a: { image: b } }\nvolumes: { v: { external: true, driver: x } }',
      /made elsewhere: leave it out/,
    ],
    ['services: { a: { image: b } }\nvolumes: { v: { external: { name: x }, name: y } }', /keep name/],
    ['services: { a: { image: b, networks: [n, n] } }\nnetworks: { n: }', /"n" is there twice/],
    ['services: { a: { image: b, logging: { options: { a: } } } }', /must be text or a number, not empty/],
    ['text', /must be a mapping, not text/],
    ['', /must be a mapping, not empty/],
    ['a: [', /line \d+, column \d+/],
    ['services: { a: { image: b } }\nservices: {}', /line 2, column 1: the key services is there twice/],
    ['services:\n\ta: {}', /line 2, column 1/],
  ])('%j is refused in words', (text, words) => {
    expect(refusalOf(text)).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(words) });
  });

  test('of 2 MiB or of nested anchors is refused in a moment', () => {
    expect(refusalOf('#'.repeat(2 * 1024 * 1024 + 1)).code).toBe('too_large');
    const levels = Array.from({ length: 12 }, (_, level) => {
      const inner =
        level === 0
          ? '[x]'
          : `[${Array(10)
              .fill(`*a${level - 1}`)
              .join(', ')}]`;
      return `x-${level}: &a${level} ${inner}`;
    });
    const start = Date.now();
    expect(refusalOf([...levels, 'services: { a: { image: b } }'].join('\n')).message).toMatch(/alias/i);
    expect(Date.now() - start).toBeLessThan(1000);
  });

  test('of ten thousand services, or as many unknown keys, is refused in a moment', () => {
    const many = (line: (index: number) => string) =>
      Array.from({ length: 10_000 }, (_, index) => line(index));
    const start = Date.now();
    const services = ['services:', ...many((index) => `  s${index}: { image: app }`)].join('\n');
    expect(refusalOf(services).message).toMatch(/has 10000 entries; the most is 200/);
    const keys = refusalOf(['services: { a: { image: b } }', ...many((index) => `k${index}: 1`)].join('\n'));
    expect(keys.issues).toHaveLength(50);
    expect(keys.message).toMatch(/and 9950 more/);
    expect(Date.now() - start).toBeLessThan(3000);
  });

  test('takes variables from its caller alone', () => {
    const image = (variables: Record<string, string>) =>
      readCompose('services: { a: { image: "app:${HOME:-none}${B-x}" } }', variables).services.a?.image.sent;
    expect(image({})).toBe('app:nonex');
    expect(image({ HOME: '', B: '' })).toBe('app:none');
    expect(image({ HOME: '1', B: '2' })).toBe('app:12');
  });

  test('may give numbers and truth values by variables', () => {
    const { services } = readCompose(
      'services: { a: { image: b, tty: "$T", read_only: "${R:-no}", deploy: { replicas: "${N}" } } }',
      { T: 'yes', N: '4' },
    );
    expect(services.a).toMatchObject({ tty: true, read_only: false, deploy: { replicas: 4 } });
  });
});
