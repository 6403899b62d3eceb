// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Compose writes its variables
import { describe, expect, test } from 'vitest';
import { isSlipwayError, type SlipwayError } from '../../../shared/core/errors.ts';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { measureCpu } from '../../support/measure-cpu.ts';

const read = (text: string) => readCompose(composeOnly(text)).file;

function refusalOf(text: string): SlipwayError {
  try {
    read(text);
  } catch (error) {
    if (isSlipwayError(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

function many(head: string, line: (index: number) => string, count = 10_000): string {
  return [head, ...Array.from({ length: count }, (_, index) => line(index))].join('\n');
}
/** So many uses of the anchor before, or so many keys. */
function times(count: number, level = 0, leaf = ''): string {
  const one = (index: number) => (leaf === '' ? `k${index}: 1` : level === 0 ? leaf : `*a${level - 1}`);
  return Array.from({ length: count }, (_, index) => one(index)).join(', ');
}

describe('a Compose file', () => {
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
        '    tty: true',
        '    secrets: [pw]',
        '    env_file: app.env',
        'volume: {}',
      ].join('\n'),
    );
    expect(
      issues.map(({ pointer, message, place }) => [pointer, `${place?.line}:${place?.column}`, message]),
    ).toEqual([
      ['/volume', '15:1', 'volume: unknown key: did you mean "volumes"?'],
      ['/services/web/imagee', '4:5', 'services.web.imagee: unknown key: did you mean "image"?'],
      ['/services/web/image', '3:3', 'services.web.image: is missing'],
      ['/services/web/deploy/replicas', '6:7', expect.stringMatching(/must be a number, not text/)],
      [
        '/services/web/deploy/resources/limits/cpus',
        '9:11',
        expect.stringMatching(/must be text, not a number: put it in quotes, "0.5"/),
      ],
      ['/services/web/ports/0', '11:9', expect.stringMatching(/must be a port such as/)],
      ['/services/web/secrets/0', '13:15', expect.stringMatching(/names the secret pw, which/)],
      ['/services/web/env_file', '14:5', expect.stringMatching(/in a part named app.env/)],
    ]);
  });

  test.each([
    ['version: "2.4"\nservices: { a: { image: b } }', /version: is "2.4"; .*version: "3.8"/],
    ['version: 3.8\nservices: { a: { image: b } }', /put it in quotes, "3.8"/],
    ['services: { a: { image: b, mem_limit: 5m } }', /use deploy\.resources\.limits\.memory/],
    ['services: { a: { image: b, volumes: ["./x:/x"] } }', /a path on your own disk/],
    ['services: { a: { image: b, volumes: ["~/x:/x"] } }', /a path on your own disk/],
    ['services: { a: { image: b, volumes: ["aa:/b:cc:d"] } }', /too many colons/],
    ['services: { a: { image: b, volumes: ["aa::ro"] } }', /nothing between two colons/],
    ['services: { a: { image: b, environment: { DEBUG: yes, A: true } } }', /put it in quotes, "true"/],
    ['services: { a: { image: b, networks: [x] } }', /names the network x, which .* do not declare/],
    ['services: { a: { image: b, volumes: ["vv:/v"] } }', /names the volume vv, which .* do not declare/],
    ['services: { a: { image: b, command: "echo \\"x" } }', /a quote \("\) that is not closed/],
    ['services: { a: { image: b, command: "x \\\\" } }', /ends with a backslash/],
    ['services: { a: { image: "b:${X:?which}" } }', /needs the variable X: which/],
    ['services: { a: { image: "b:${}" } }', /\$ that begins no variable/],
    ['services: { a: { image: Upper } }', /a repository is in lower case/],
    ['services: { a: { image: "a b" } }', /write name, name:tag or name@sha256:digest/],
    ['services: { a: { image: b, deploy: { replicas: -1 } } }', /must not be negative/],
    ['services: { a: { image: b, deploy: { replicas: 1.5 } } }', /must be a whole number/],
    ['services: { "a b": { image: b } }', /a name is letters, digits/],
    ['services: { a: { image: b, deploy: { mode: sometimes } } }', /must be replicated or global or/],
    ['services: { a: { image: b, deploy: { mode: global-job, replicas: 1 } } }', /one task on each node/],
    [
      'services: { a: { image: b, deploy: { mode: replicated-job, update_config: {} } } }',
      /a job is not updated/,
    ],
    ['services: { a: { image: b, restart: sometimes } }', /must be no, always, on-failure or unless-stopped/],
    ['services: { a: { image: b, ports: [80, 80] } }', /80 is there twice/],
    ['services: { a: { image: b, ports: [80.0] } }', /must be a port such as/],
    ['services: { a: { image: b, ports: ["80:80", "80:81"] } }', /publishes 80\/tcp twice/],
    ['services: { a: { image: b, ports: ["1-1001:1-1001"] } }', /1000 in a range at most/],
    [
      'services: { a: { image: b, ports: ["1-1000:1-1000", "1001-1002:1-2"] } }',
      /are 1002, and 1000 is the most/,
    ],
    ['services: { a: { image: b, ports: [80], deploy: { endpoint_mode: dnsrr } } }', /with mode: host/],
    ['services: { a: { image: b, volumes: [/x, /x] } }', /another is at \/x already/],
    [
      'services: { a: { image: b, volumes: [{ type: cluster, target: /x }] } }',
      /a storage driver that no lab has/,
    ],
    ['services: { a: { image: b, healthcheck: { interval: 10us } } }', /must be 1ms at least/],
    ['services: { a: { image: b, deploy: { update_config: { delay: "-1s" } } } }', /must not be negative/],
    ['services: { a: { image: b, deploy: { update_config: { max_failure_ratio: 2 } } } }', /a part of one/],
    ['services: { a: { image: b, deploy: { resources: { limits: { memory: 3m } } } } }', /4M at least/],
    [
      'services: { a: { image: b, deploy: { resources: { limits: { cpus: "0.0001" } } } } }',
      /0.001 of a processor/,
    ],
    [
      'services: { a: { image: b, deploy: { placement: { constraints: [node.role = x] } } } }',
      /node.role == manager/,
    ],
    [
      'services: { a: { image: b, deploy: { placement: { constraints: ["== x"] } } } }',
      /nothing that a node has/,
    ],
    [
      'services: { a: { image: b, deploy: { placement: { constraints: ["node.role == a!"] } } } }',
      /no swarm compares/,
    ],
    ['services: { a: { image: b, ulimits: { nofile: 5.0 } } }', /without a point/],
    ['services: { a: { image: b, environment: { "": x } } }', /a name must not be empty/],
    ['services: { a: { image: b, hostname: 2001-01-01 } }', /must be text, not a date: put it in quotes/],
    ['services: { a: { image: b, constructor: x } }', /constructor: unknown key/],
    ['services: { a: { image: b, environment: { __proto__: x } } }', /the key __proto__ cannot be/],
    ['services: { a: { image: b, environment: { 1: x } } }', /the key 1 cannot be: write it as text/],
    [
      'services: { a: { image: b, tty: "${X:-maybe}" } }',
      /must be true or false, and its variable makes it "maybe"/,
    ],
    [
      'services: { a: { image: b, deploy: { replicas: "${X:-few}" } } }',
      /must be a whole number, and its variable/,
    ],
    [
      'services: { a: { image: b } }\nnetworks: { n: { driver: bridge } }',
      /one node's own: leave the driver out/,
    ],
    [
      'services: { a: { image: b } }\nnetworks: { n: { ipam: { config: [{ subnet: 10.0.0.1 }] } } }',
      /10.9.0.0\/24/,
    ],
    ['services: { a: { image: b } }\nvolumes: { v: { x-cluster-spec: { group: 5 } } }', /must be text/],
    ['x-a: .inf\nservices: { a: { image: b } }', /no number is without end/],
    ['x-a: !!int x\nservices: { a: { image: b } }', /is not what its tag says/],
    ['services: { a: { image: *no } }', /stands for no anchor/],
    ['services: { a: &a { image: b, deploy: *a } }', /stands for no anchor/],
    ['services: { a: { image: b, <<: text } }', /<< takes mappings alone/],
    ['services: { a: { image: b, <<: { tty: true }, <<: { init: true } } }', /the key << is there twice/],
    ['%YAML 1.2\n---\nservices: { a: { image: b } }', /no directive but %YAML 1.1/],
    ['services: { a: { image: "b\u0000" } }', /a control character \(U\+0000\)/],
    ['version:\nservices: { a: { image: b } }', /version: must be text, not empty/],
    ['services: []', /services: must be a mapping, not a list/],
    ['services: { a: { image: b, healthcheck: { interval: 5 } } }', /must be text, not a number/],
    ['services: { a: { image: b, healthcheck: { interval: 5x } } }', /must be a duration such as 10s/],
    ['services: { a: { image: b, dns: { a: b } } }', /must be text or a list, not a mapping/],
    ['services: { a: { image: b, ports: [70000] } }', /must be a port such as/],
    [
      'services: { a: { image: b, isolatio: x } }\nnetworks: { n: { external: { name: y }, name: z } }',
      /keep name/,
    ],
    ['version: "3.99"\nservices: { a: { image: b } }', /is "3.99"; the newest is "3.13"/],
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
    ['text', /must be a mapping, not text/],
    ['', /is empty: it must be a mapping with services/],
    ['---', /must be a mapping, not empty/],
    ['a: [', /line \d+, column \d+/],
    ['services: { a: { image: b } }\nservices: {}', /line 2, column 1: the key services is there twice/],
    ['services:\n\ta: {}', /line 2, column 1/],
  ])('%j is refused in words', (text, words) => {
    expect(refusalOf(text)).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(words) });
  });

  test.each([
    ['of 2 MiB', '#'.repeat(2 * 1024 * 1024), 'too_large', /256 is the most/],
    [
      'of ten thousand services',
      many('services:', (n) => `  s${n}: { image: a }`),
      'too_large',
      /lines and marks/,
    ],
    [
      'of a thousand services',
      many('services:', (n) => `  s${n}: { image: a }`, 1000),
      'invalid_input',
      /most is 200/,
    ],
    ['of as many unknown keys', many('services: {}', (n) => `k${n}: 1`), 'invalid_input', /and 9950 more/],
    [
      'of nested anchors',
      many('', (n) => `x-${n}: &a${n} [${times(10, n, 'x')}]`, 12),
      'invalid_input',
      /aliases/,
    ],
    [
      'of a chain of anchors',
      many('', (n) => `x-${n}: &a${n} [${times(1, n, 'x')}]`, 3000),
      'invalid_input',
      /levels/,
    ],
    [
      'of merges of much',
      many(`x-0: &a0 { ${times(2000)} }`, (n) => `x-m${n}: { <<: *a0 }`, 2000),
      'invalid_input',
      /<< put in more than/,
    ],
    [
      'of a deep nesting',
      `x-a: ${'['.repeat(5000)}${']'.repeat(5000)}`,
      'invalid_input',
      /nested too deeply/,
    ],
    ['of noise', 'stars: *a '.repeat(13_000), 'invalid_input', /Nested mappings/],
    [
      'of one long text',
      `services: { a: { image: "${'a-'.repeat(39_000)}/B" } }`,
      'invalid_input',
      /is no image/,
    ],
    [
      'that is binary',
      Buffer.from(Array.from({ length: 90_000 }, (_, n) => n % 256)).toString('latin1'),
      'invalid_input',
      /U\+0000/,
    ],
  ])('%s is refused in a moment, in few words', async (_, text, code, words) => {
    const { result: refusal, milliseconds } = await measureCpu(() => refusalOf(text));
    expect(milliseconds).toBeLessThan(1500);
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(words) });
    expect(refusal.message.length).toBeLessThan(60_000);
    expect(refusal.issues.length).toBeLessThanOrEqual(50);
  });

  test('takes variables from its caller alone', () => {
    const image = (variables: Record<string, string>) =>
      readCompose({ compose: 'services: { a: { image: "app:${HOME:-none}${B-x}" } }', files: {}, variables })
        .file.services.a?.image.sent;
    expect(image({})).toBe('app:nonex');
    expect(image({ HOME: '', B: '' })).toBe('app:none');
    expect(image({ HOME: '1', B: '2' })).toBe('app:12');
  });

  test('may give numbers and truth values by variables', () => {
    const { file } = readCompose({
      compose:
        'services: { a: { image: b, tty: "$T", read_only: "${R:-no}", deploy: { replicas: "${N}", update_config: { max_failure_ratio: "$F" } } } }',
      files: {},
      variables: { T: 'yes', N: '4', F: '.5' },
    });
    expect(file.services.a).toMatchObject({
      tty: true,
      read_only: false,
      deploy: { replicas: 4, update_config: { max_failure_ratio: 0.5 } },
    });
    // As with the docker command, a name with a point in it is two.
    expect(() =>
      readCompose({
        compose: 'services: { a.b: { image: b, tty: "$T" } }',
        files: {},
        variables: { T: 'yes' },
      }),
    ).toThrow(/must be true or false/);
  });

  test('may merge mappings: its own keys first, then those of the first named', () => {
    const { services } = read(`
x-one: &one { image: one, user: one, tty: true }
x-two: &two { <<: { image: zero, hostname: zero }, user: two }
services:
  a: { <<: [*two, *one], tty: false }
  b: { <<: *one, deploy: &d { replicas: 2 } }
  c: { image: c, deploy: *d }
`);
    expect(services).toMatchObject({
      a: { image: { written: 'zero' }, user: 'two', hostname: 'zero', tty: false },
      b: { image: { written: 'one' }, tty: true },
      c: { deploy: { replicas: 2 } },
    });
  });

  test.each([
    ['services: {}', 0],
    ['version: "3"', 0],
    [
      'services: { a: { image: b, deploy: , pid: , networks: , volumes: [] } }'.replace(', networks: ', ''),
      1,
    ],
    ['\ufeffservices: { a: { image: b } }', 1],
    ['services:\r\n  a: { image: b }\r\n', 1],
    ['services: { a: { image: b } }\n---\nnot: [read', 1],
    ['%YAML 1.1\n---\nservices: { a: { image: b, command: ["x"#c\n ] } }', 1],
    ['{"services": {"a": {"image": "b"}}}', 1],
    [
      'x-a: [1, { b: x }]\nservices: { a: { image: b, x-c: , command: [a, a] } }\nnetworks: { "any name": }',
      1,
    ],
  ])('%j is read', (text, services) => {
    expect(Object.keys(read(text).services)).toHaveLength(services);
  });

  test('tells where each thing in it is, through merges too', () => {
    const { placeOf } = readCompose(
      composeOnly(
        'x-a: &a\n  tty: true\nservices:\n  web:\n    <<: *a\n    image: b\n    ports:\n      - 80\n',
      ),
    );
    const at = (...path: PropertyKey[]) => [placeOf(path)?.line, placeOf(path)?.column];
    expect(at('services', 'web', 'ports', 0)).toEqual([8, 9]);
    expect(at('services', 'web', 'tty')).toEqual([2, 3]);
    // The nearest thing around it that is there.
    expect(at('services', 'web', 'deploy', 'mode')).toEqual([4, 3]);
    expect(placeOf(['nothing'])).toBeUndefined();
  });
});

describe('what was read', () => {
  const source = () => ({
    ...composeOnly('services: { web: { image: "a:$TAG" } }'),
    variables: { TAG: '1' },
  });

  test('is the same for the same source, and equal for one with the same in it', () => {
    const given = source();
    const first = readCompose(given);
    expect(readCompose(given)).toBe(first);
    expect(readCompose(source())).not.toBe(first);
    expect(readCompose(source()).file).toEqual(first.file);
  });

  test('is another for other variables, and for other files', () => {
    const first = readCompose(source());
    expect(readCompose({ ...source(), variables: { TAG: '2' } }).file.services.web?.image).toMatchObject({
      sent: 'a:2',
    });
    expect(readCompose({ ...source(), files: { a: '' } })).not.toBe(first);
  });

  test('cannot be changed by who has it', () => {
    const { services } = readCompose(source()).file;
    expect(() => Object.assign(services, { db: {} })).toThrow(TypeError);
    expect(() => Object.assign(services.web ?? {}, { image: 'b' })).toThrow(TypeError);
  });
});
