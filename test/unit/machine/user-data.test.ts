import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrapFiles, hostSettings } from '../../../shared/machine/bootstrap.ts';
import { type LaunchedHosts, renderUserData, userDataScript } from '../../../shared/machine/user-data.ts';

const hostsOf = (count: number, over: Partial<LaunchedHosts> = {}): LaunchedHosts => ({
  apiUrl: 'https://abc123.execute-api.us-east-1.amazonaws.com',
  labId: '01jcq0zj6n5t8wx3v9k2m4r7yb',
  machines: Array.from({ length: count }, (_, index) => ({
    name: `LINUXtips-${String(index + 1).padStart(2, '0')}`,
    token: `token-${index}-${Buffer.alloc(24, index).toString('base64url')}`,
  })),
  sshPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0bXk student@lab',
  ...over,
});

describe('user data', () => {
  test.each(['sh', 'dash', 'bash'])('is a script that %s can read', (shell) => {
    for (const count of [1, 3, 16]) {
      execFileSync(shell, ['-n'], {
        input: userDataScript(hostsOf(count)),
        stdio: ['pipe', 'pipe', 'inherit'],
      });
    }
  });

  test('fits for the largest lab with the longest names, plain where it can', () => {
    const plain = renderUserData(hostsOf(3));
    expect(Buffer.from(plain).toString()).toMatch(/^#!\/bin\/sh\n/);
    console.log(`user data of three machines: ${plain.length} bytes of 16384`);
    const machines = Array.from({ length: 16 }, (_, index) => ({
      name: `${index}`.padEnd(63, 'n'),
      token: Buffer.alloc(32, index * 7 + 1).toString('base64url'),
    }));
    const largest = renderUserData(hostsOf(16, { machines }));
    expect(largest.length).toBeLessThanOrEqual(16 * 1024);
    expect(gunzipSync(largest).toString()).toBe(userDataScript(hostsOf(16, { machines })));
  });

  test('that does not fit even compressed is refused, and says so', () => {
    const machines = Array.from({ length: 400 }, (_, index) => ({
      name: `m${index}`,
      token: createHash('sha256').update(`${index}`).digest('base64url'),
    }));
    expect(() => renderUserData(hostsOf(0, { machines }))).toThrow(/EC2 takes 16384: launch fewer machines/);
  });

  test('is the same for the same launch, byte by byte', () => {
    for (const count of [3, 16])
      expect(renderUserData(hostsOf(count))).toEqual(renderUserData(hostsOf(count)));
  });

  test('carries the units and settings that every host has, and each machine’s own under its launch index', () => {
    for (const count of [1, 3]) {
      const script = userDataScript(hostsOf(count));
      for (const { path, content } of bootstrapFiles()) {
        expect(script).toContain(`${path} <<'END_OF_SLIPWAY_FILE'\n${content}END_OF_SLIPWAY_FILE\n`);
      }
      const { machines, ...shared } = hostsOf(count);
      machines.forEach(({ name, token }, index) => {
        const own = hostSettings({ ...shared, machine: name, token }).find(({ path }) =>
          path.endsWith('settings.env'),
        );
        const branch = script.slice(script.indexOf(`\n${index})\n`), script.indexOf('\nesac\n. /etc'));
        expect(branch.slice(0, branch.indexOf('\n;;\n'))).toContain(own?.content);
      });
      // Nothing is written twice.
      expect(script.match(/put 600 \/root\/\.ssh\/authorized_keys/g)).toHaveLength(1);
      expect(script.match(/put 600 \/etc\/slipway\/settings\.env/g)).toHaveLength(count);
    }
  });

  test('holds no way to run anything by a value, and refuses what could', () => {
    const hostile = fc.stringMatching(/^[ -~\n]{1,40}$/);
    fc.assert(
      fc.property(hostile, hostile, (name, key) => {
        const hosts = hostsOf(1, {
          machines: [{ name, token: 'x'.repeat(43) }],
          sshPublicKey: `ssh-ed25519 AAAA ${key}`,
        });
        let script: string;
        try {
          script = userDataScript(hosts);
        } catch {
          return;
        }
        // What is let in stands in here-documents alone, which expand nothing.
        const outside = script.replaceAll(/<<'END_OF_SLIPWAY_FILE'\n[\s\S]*?\nEND_OF_SLIPWAY_FILE\n/g, '');
        expect(outside).toBe(
          userDataScript(hostsOf(1)).replaceAll(
            /<<'END_OF_SLIPWAY_FILE'\n[\s\S]*?\nEND_OF_SLIPWAY_FILE\n/g,
            '',
          ),
        );
      }),
    );
    expect(() => userDataScript(hostsOf(1, { apiUrl: 'https://x/$(reboot)' }))).toThrow('apiUrl');
  });

  test('puts no token on a command line', () => {
    const lines = userDataScript(hostsOf(3)).split('\n');
    const naming = lines.filter((line) => line.includes('SLIPWAY_TOKEN'));
    expect(naming.length).toBeGreaterThan(2);
    for (const line of naming) expect(line.trim()).toMatch(/^(SLIPWAY_TOKEN=|printf |\[ -n |case \$)/);
  });
});
