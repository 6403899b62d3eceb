import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Chore } from '../../../shared/lab/machine.ts';
import { bootstrapFiles } from '../../../shared/machine/bootstrap.ts';
import { choreResultCommand, choreScript, readChoreResult } from '../../../shared/machine/chore-script.ts';

const sshPublicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA slipway-a-lab';
const order = (verb: Chore) => ({ verb, attempt: 2, count: 3, sshPublicKey });
/** What the launcher keeps for systemd to run. */
const inner = (script: string) => /_SCRIPT'\n([\s\S]*?)END_OF_SLIPWAY_FILE_SCRIPT\n/.exec(script)?.[1] ?? '';
const checks = (script: string) => execFileSync('sh', ['-n'], { input: script });

describe('a chore’s script', () => {
  test.each(Chore.options)('%s is one that sh can read, within and without', (verb) => {
    const script = choreScript(order(verb));
    checks(script);
    expect(inner(script)).not.toBe('');
    checks(inner(script));
  });

  test('puts every file of a host in place again, as it is on its first boot', () => {
    const script = inner(choreScript(order('provision')));
    for (const { path, content } of bootstrapFiles()) {
      expect(script).toContain(`cat >${path} <<'END_OF_SLIPWAY_FILE'\n${content}END_OF_SLIPWAY_FILE\n`);
    }
    expect(script).toContain(sshPublicKey);
  });

  test('is the same for the same order, and its outcome is found by that order', () => {
    expect(choreScript(order('upgrade'))).toBe(choreScript(order('upgrade')));
    expect(choreScript(order('upgrade'))).toContain('--unit=slipway-chore-2-3 ');
    expect(choreResultCommand(order('upgrade'))).toEqual(['cat', '/var/lib/slipway/chores/2-3.result']);
  });

  test.each([
    ['0\nmuch is said\n\nall is well\n', { ok: true, words: 'all is well' }],
    ['1\na\u001b[31mb\nc', { ok: false, words: 'a [31mb c' }],
    ['', { ok: false, words: '' }],
    [`1\n${'x'.repeat(1000)}`, { ok: false, words: 'x'.repeat(300) }],
  ])('%j is read as an outcome, in one printable line', (text, outcome) => {
    expect(readChoreResult(text)).toEqual(outcome);
  });
});
