// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Compose writes its variables
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { isMapping } from '../../verify/differences.ts';
import { findFiles, type VerifyFile } from '../../verify/find-files.ts';

/** Section 4 of docker-facts.md, key by key; `*` stands for any name, and lists are looked into. */
const KEYS = [
  ...['version', 'services', 'networks', 'volumes', 'configs', 'secrets', 'x-*'],
  ...service(
    ...['image', 'command', 'entrypoint', 'environment', 'env_file', 'labels', 'ports', 'hostname', 'user'],
    ...[
      'working_dir',
      'read_only',
      'tty',
      'stdin_open',
      'init',
      'isolation',
      'stop_signal',
      'stop_grace_period',
    ],
    ...[
      'dns',
      'dns_search',
      'extra_hosts',
      'cap_add',
      'cap_drop',
      'sysctls',
      'ulimits',
      'secrets',
      'configs',
    ],
    ...[
      'volumes',
      'networks',
      'x-*',
      'credential_spec.config',
      'credential_spec.file',
      'credential_spec.registry',
    ],
    ...['healthcheck.test', 'healthcheck.interval', 'healthcheck.timeout', 'healthcheck.retries'],
    ...['healthcheck.start_period', 'healthcheck.disable', 'logging.driver', 'logging.options'],
    ...['ulimits.*.soft', 'ulimits.*.hard', 'networks.*.aliases', 'networks.*.driver_opts'],
    ...['networks.*.ipv4_address', 'ports.target', 'ports.published', 'ports.protocol', 'ports.mode'],
    ...['secrets', 'configs'].flatMap((kind) =>
      ['source', 'target', 'uid', 'gid', 'mode'].map((key) => `${kind}.${key}`),
    ),
    ...['volumes.type', 'volumes.source', 'volumes.target', 'volumes.read_only', 'volumes.consistency'],
    ...['volumes.bind.propagation', 'volumes.volume.nocopy', 'volumes.tmpfs.size'],
    ...['mode', 'replicas', 'labels', 'endpoint_mode'].map((key) => `deploy.${key}`),
    ...['cpus', 'memory', 'pids'].map((key) => `deploy.resources.limits.${key}`),
    ...['cpus', 'memory', 'generic_resources'].map((key) => `deploy.resources.reservations.${key}`),
    ...['condition', 'delay', 'max_attempts', 'window'].map((key) => `deploy.restart_policy.${key}`),
    ...['constraints', 'preferences.spread', 'max_replicas_per_node'].map((key) => `deploy.placement.${key}`),
    ...['update_config', 'rollback_config'].flatMap((config) =>
      ['parallelism', 'delay', 'failure_action', 'monitor', 'max_failure_ratio', 'order'].map(
        (key) => `deploy.${config}.${key}`,
      ),
    ),
    // Passed over with a warning.
    ...['build', 'container_name', 'depends_on', 'links', 'restart', 'cgroup_parent', 'devices'],
    ...['network_mode', 'security_opt', 'tmpfs', 'userns_mode', 'expose'],
  ),
  ...['name', 'driver', 'driver_opts', 'external', 'external.name', 'internal', 'attachable', 'labels'].map(
    (key) => `networks.*.${key}`,
  ),
  ...['networks.*.ipam.driver', 'networks.*.ipam.config.subnet'],
  ...['name', 'driver', 'driver_opts', 'external', 'labels'].map((key) => `volumes.*.${key}`),
  ...['configs', 'secrets'].flatMap((kind) =>
    ['file', 'external', 'name', 'labels', 'template_driver'].map((key) => `${kind}.*.${key}`),
  ),
];

/** Ways to write a thing, found in the text. */
const SYNTAXES: Record<string, RegExp> = {
  'port, number': /ports: \[6379\]/,
  'port, published': /"18080:80"/,
  'port, range': /"13000-13002:3000-3002"/,
  'port, range to one': /"18090-18092:90"/,
  'port, udp': /53\/udp/,
  'port, sctp': /54\/sctp/,
  'port, address': /"127\.0\.0\.1:18081:81"/,
  'port, unquoted': /- 5000:80/,
  'environment, list': /environment: \[/,
  'environment, mapping': /environment: \{/,
  'environment, bare in a list': /environment: \[FROM_SHELL/,
  'environment, bare in a mapping': /BARE: \}/,
  'env_file, one': /env_file: conf\/app\.env/,
  'env_file, list': /env_file: \[\.\/conf/,
  'command, split as a shell would': /command: "echo 'single/,
  'command, list': /command: \[/,
  'command, folded': /command: >/,
  'duration, compound': /1h2m3s4ms5us6ns/,
  'memory, units': /memory: 50MiB/,
  'memory, bytes': /memory: "6291456"/,
  'cpus, part': /cpus: "0\.1"/,
  'healthcheck, text': /test: "curl/,
  'healthcheck, CMD': /test: \[CMD,/,
  'healthcheck, CMD-SHELL': /CMD-SHELL/,
  'healthcheck, NONE': /test: \[NONE\]/,
  'hostname, template': /\{\{\.Node\.ID\}\}/,
  'labels, list': /labels: \[on\.container=yes, empty=, bare\]/,
  'labels, of the container and of the service':
    /labels: \{ on\.container[^\n]*\n\s+deploy: \{ labels: \{ on\.service/,
  'mode, global': /mode: global\b/,
  'mode, replicated-job': /mode: replicated-job/,
  'mode, global-job': /mode: global-job/,
  'endpoint, dnsrr': /endpoint_mode: dnsrr/,
  'secrets, short': /secrets: \[password, token\]/,
  'configs, short': /configs: \[app, other\]/,
  'mode, octal': /mode: 0440/,
  'secret, external with a name': /external: true, name: an-external-secret/,
  'secret, the old external name': /external: \{ name: an-old-external-secret/,
  'volume, named': /- data:\/data\n/,
  'volume, read-only': /:ro\b/,
  'volume, nocopy': /:nocopy\b/,
  'volume, anonymous': /- \/anonymous\n/,
  'volume, bind': /\/var\/run\/docker\.sock:\/var\/run\/docker\.sock/,
  'volume, bind of the caller’s disk': /\.\/conf\/app\.conf:\//,
  'volume, tmpfs': /type: tmpfs, target/,
  'network, list': /networks: \[front, back\]/,
  'network, null': /\bback: \}/,
  'the default network': /^ {2}default: /m,
  'x- at top': /^x-base:/m,
  'anchor and merge': /<<: \*base/,
  'merge of several': /<<: \[\*one, \*two\]/,
  $NAME: /\$NAME\b/,
  '${NAME}': /\$\{TAG\}/,
  '${NAME:-default}': /\$\{USER_ID:-1000\}/,
  '${NAME-default}': /\$\{DIR-\/unset\}/,
  '${NAME:?error}': /\$\{REQUIRED:\?must/,
  '${NAME?error}': /\$\{EMPTY\?may/,
  $$: /\$\$NAME/,
};

function service(...keys: string[]): string[] {
  return keys.map((key) => `services.*.${key}`);
}

/** Keys under which anything may be named. */
const NAMING = /^(services|networks|volumes|configs|secrets)$|^services\.\*\.(networks|ulimits)$/;

function keysOf(data: unknown, path = ''): string[] {
  if (Array.isArray(data)) return data.flatMap((item) => keysOf(item, path));
  if (!isMapping(data)) return [];
  return Object.entries(data).flatMap(([key, inner]) => {
    const name = NAMING.test(path) ? '*' : key.replace(/^x-.*/, 'x-*');
    const here = path === '' ? name : `${path}.${name}`;
    return [here, ...keysOf(inner, here)];
  });
}

describe('the files that verify:stacks ships with', () => {
  let accepted: VerifyFile[];
  let refused: VerifyFile[];
  beforeAll(async () => {
    const { files, passedOver } = await findFiles(
      fileURLToPath(new URL('../../verify/files', import.meta.url)),
    );
    accepted = files.filter(({ name }) => name.startsWith('files/accepted/'));
    refused = files.filter(({ name }) => name.startsWith('files/refused/'));
    expect(files).toHaveLength(accepted.length + refused.length);
    // What the Compose files bring along is all that is passed over.
    for (const { name } of passedOver) expect(name).toMatch(/\/(conf|giropops)\//);
  });

  test('are sixty at least to accept, and forty to refuse', () => {
    expect(accepted.length).toBeGreaterThanOrEqual(60);
    expect(refused.length).toBeGreaterThanOrEqual(40);
  });

  test('have each key of section 4 in at least one', () => {
    const there = new Set(accepted.flatMap(({ data }) => keysOf(data)));
    expect(KEYS.filter((key) => !there.has(key))).toEqual([]);
  });

  test('have each way to write it in at least one', () => {
    const text = accepted.map(({ source }) => source.compose).join('\n');
    expect(Object.keys(SYNTAXES).filter((name) => !SYNTAXES[name]?.test(text))).toEqual([]);
  });

  test('have the stacks of the course', () => {
    const course = accepted.flatMap(({ name }) => /\/course\/(.+)\.yml$/.exec(name)?.[1] ?? []);
    expect(course).toEqual(
      expect.arrayContaining([
        ...[
          'webserver',
          'wordpress',
          'visualizer',
          'voting-app-classic',
          'voting-app',
          'giropops-monitoring',
        ],
        ...['giropops-lite', 'alura-books', 'static-site', 'registry', 'email-workers'],
      ]),
    );
  });
});
