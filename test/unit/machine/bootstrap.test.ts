import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrapFiles, type HostSettings, hostSettings } from '../../../shared/machine/bootstrap.ts';

const settings: HostSettings = {
  apiUrl: 'http://100.64.0.1:8080/',
  labId: '01JCQ0ZJ6N5T8WX3V9K2M4R7YB',
  machine: 'LINUXtips-01',
  token: 'kX3v9K2M4R7YB-_01JCQ0ZJ6N5T8WX3V9K2M4R7Y',
  address: '100.64.0.2',
  sshPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0bXk student@lab',
};
const fileOf = (files: { path: string; content: string }[], end: string) =>
  files.find(({ path }) => path.endsWith(end))?.content ?? '';

/** systemd's reading of a double-quoted EnvironmentFile value (systemd.exec(5)). */
function readEnvironment(content: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of content.trimEnd().split('\n')) {
    const [, name = '', quoted = ''] = /^([A-Z_]+)="((?:[^"\\]|\\.)*)"$/.exec(line) ?? [];
    expect(name, `a line that is one assignment: ${line}`).not.toBe('');
    values[name] = quoted.replaceAll(/\\(["\\$`])/g, '$1');
  }
  return values;
}

describe('the files every host has', () => {
  const files = bootstrapFiles();

  test('the certificate is fetched before the engine starts, and the engine does not start without it', () => {
    expect(fileOf(files, 'slipway-enrol.service')).toMatch(/^Before=docker\.service/m);
    const dropIn = fileOf(files, 'docker.service.d/slipway.conf');
    expect(dropIn).toMatch(/^Requires=slipway-enrol\.service$/m);
    expect(dropIn).toMatch(/^After=slipway-enrol\.service$/m);
  });

  test('the engine speaks mutual TLS on 2376 and takes no socket from systemd', () => {
    const dropIn = fileOf(files, 'docker.service.d/slipway.conf');
    expect(dropIn).toMatch(/^ExecStart=\n(#.*\n)?ExecStart=/m);
    expect(dropIn).toContain('-H tcp://0.0.0.0:2376 --tlsverify');
    expect(dropIn).not.toContain('fd://');
    expect(dropIn.trimEnd().endsWith('$SLIPWAY_ENGINE_FLAGS')).toBe(true);
  });

  test('the unit gives up later than the script, so that the script can say why', () => {
    const [, unitSeconds] = /^TimeoutStartSec=(\d+)$/m.exec(fileOf(files, 'slipway-enrol.service')) ?? [];
    const [, scriptSeconds] = /^end=\$\(\(now \+ (\d+)\)\)$/m.exec(fileOf(files, 'enrol')) ?? [];
    expect(Number(scriptSeconds)).toBe(60);
    expect(Number(unitSeconds)).toBeGreaterThan(Number(scriptSeconds) + 20);
  });

  test('the token is on no command line', () => {
    const commands = fileOf(files, 'lib/slipway/enrol')
      .split('\n')
      .filter((line) => line.includes('SLIPWAY_TOKEN'));
    expect(commands.length).toBeGreaterThan(0);
    for (const line of commands) expect(line.trim()).toMatch(/^(printf |case \$words in )/); // both are the shell's own
  });

  test('nothing in them differs from one machine to the next', () => {
    expect(bootstrapFiles()).toEqual(files);
    for (const { path, content } of files) {
      expect(path.startsWith('/'), path).toBe(true);
      expect(content.endsWith('\n'), path).toBe(true);
    }
  });
});

describe('the files of one host', () => {
  test('hold its values, readable by root alone', () => {
    const files = hostSettings(settings);
    expect(files.map(({ path, mode }) => [path, mode])).toEqual([
      ['/etc/slipway/settings.env', 0o600],
      ['/etc/slipway/engine.env', 0o600],
      ['/root/.ssh/authorized_keys', 0o600],
    ]);
    expect(readEnvironment(fileOf(files, 'settings.env'))).toEqual({
      SLIPWAY_API_URL: 'http://100.64.0.1:8080',
      SLIPWAY_LAB: settings.labId,
      SLIPWAY_MACHINE: 'LINUXtips-01',
      SLIPWAY_TOKEN: settings.token,
      SLIPWAY_ADDRESS: '100.64.0.2',
    });
    expect(fileOf(files, 'authorized_keys')).toBe(`${settings.sshPublicKey}\n`);
  });

  test('without an address the host asks the metadata service', () => {
    const { address: _, ...onEc2 } = settings;
    expect(readEnvironment(fileOf(hostSettings(onEc2), 'settings.env')).SLIPWAY_ADDRESS).toBe('');
  });

  test('a mirror over plain HTTP is allowed as such, one over HTTPS needs nothing more', () => {
    const flags = (mirrorUrl: string) =>
      readEnvironment(fileOf(hostSettings({ ...settings, mirrorUrl }), 'engine.env')).SLIPWAY_ENGINE_FLAGS;
    expect(flags('http://100.64.0.1:5000')).toBe(
      '--registry-mirror=http://100.64.0.1:5000 --insecure-registry=100.64.0.1:5000',
    );
    expect(flags('https://mirror.example')).toBe('--registry-mirror=https://mirror.example');
  });

  test('flags for the engine come after the mirror, one word each', () => {
    const engineFlags = ['--cgroup-parent=/slipway/here/lab/m1', '--debug'];
    const files = hostSettings({ ...settings, engineFlags });
    expect(readEnvironment(fileOf(files, 'engine.env')).SLIPWAY_ENGINE_FLAGS).toBe(engineFlags.join(' '));
  });

  const hostile = [
    'a"b',
    "a'b",
    'a\nb',
    'a\rb',
    'a\0b',
    '$(reboot)',
    '`reboot`',
    'a b',
    'a\\',
    'a;b',
    'a&b',
    '../x',
    '',
  ];
  for (const field of [
    'apiUrl',
    'labId',
    'machine',
    'token',
    'address',
    'sshPublicKey',
    'mirrorUrl',
  ] as const)
    test.each(hostile)(
      `${field} is refused where it holds %j, and the message does not repeat it`,
      (value) => {
        const prefix = { apiUrl: 'http://', mirrorUrl: 'http://', sshPublicKey: 'ssh-ed25519 AAAA\n' }[
          field as string
        ];
        const bad = value === '' ? '' : `${prefix ?? ''}${value}`;
        expect(() => hostSettings({ ...settings, [field]: bad })).toThrow(
          new RegExp(`^host setting ${field} `),
        );
        if (value.length > 3) expect(() => hostSettings({ ...settings, [field]: bad })).not.toThrow(value);
      },
    );

  test.each(['--x="y z"', '--x=a b', '-H', '--x=$(y)', "--x='y'", '--x=a\\', '--x=a\n--y', 'x', '--'])(
    'the engine flag %j is refused',
    (flag) => {
      expect(() => hostSettings({ ...settings, engineFlags: [flag] })).toThrow('host setting engineFlags');
    },
  );

  test('an SSH key with options before it or a second line is refused', () => {
    for (const key of [
      `command="sh" ${settings.sshPublicKey}`,
      `${settings.sshPublicKey}\n${settings.sshPublicKey}`,
    ])
      expect(() => hostSettings({ ...settings, sshPublicKey: key })).toThrow('sshPublicKey');
  });

  test('whatever is accepted is read back by systemd as it was given, one assignment a line', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (machine, comment) => {
        let files: ReturnType<typeof hostSettings>;
        const sshPublicKey = `ssh-ed25519 AAAA ${comment}`;
        try {
          files = hostSettings({ ...settings, machine, sshPublicKey });
        } catch {
          return;
        }
        expect(readEnvironment(fileOf(files, 'settings.env')).SLIPWAY_MACHINE).toBe(machine);
        expect(fileOf(files, 'authorized_keys').split('\n')).toHaveLength(2);
      }),
    );
  });
});
