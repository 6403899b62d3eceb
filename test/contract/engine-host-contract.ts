import { describe, expect, test } from 'vitest';
import type { HostProgram } from '../../shared/ports/engine.ts';
import type { EngineGround, GroundEngine } from './engine-ground.ts';

/** What is asked of a machine, in a swarm or out of it. */
export function engineHostContract(ground: () => EngineGround): void {
  const first = () => ground().engines[0] as GroundEngine;

  describe('a program on the machine itself', () => {
    const run = (command: string[], more: Partial<HostProgram> = {}) =>
      first().engine.runOnHost({ command, deadlineSeconds: 20, maximumBytes: 1024 * 1024, ...more });

    test('runs there, not in a container', async () => {
      expect(await run(['hostname'])).toEqual({
        exitCode: 0,
        stdout: `${first().name}\n`,
        stderr: '',
        ended: 'by-itself',
      });
    });

    test('ends with its own exit code', async () => {
      expect(await run(['true'])).toMatchObject({ exitCode: 0 });
      expect(await run(['false'])).toMatchObject({ exitCode: 1, ended: 'by-itself' });
    });

    test('that the machine has not is said to be none', async () => {
      const { exitCode, stderr } = await run(['no-such-program']);
      expect(exitCode).toBe(127);
      expect(stderr).toContain('no-such-program: No such file or directory');
    });

    test('takes its words one by one, as no shell would', async () => {
      expect((await run(['echo', '$HOME', '; id', "it's", '--', '*'])).stdout).toBe("$HOME ; id it's -- *\n");
    });

    test('reads what it is given, byte by byte, and nothing where nothing is given', async () => {
      const stdin = Buffer.from(`ünïcödé\n${'x'.repeat(256 * 1024 - 20)}\n`);
      expect((await run(['cat'], { stdin })).stdout).toBe(stdin.toString('utf8'));
      expect((await run(['cat'])).stdout).toBe('');
    });

    test('is ended at its deadline', async () => {
      const start = performance.now();
      const result = await run(['sleep', '60'], { deadlineSeconds: 1 });
      expect(result).toEqual({ stdout: '', stderr: '', ended: 'deadline' });
      expect(performance.now() - start).toBeLessThan(15_000);
    });

    test('is ended where it says too much, and what it said until then is kept', async () => {
      const stdin = Buffer.from('0123456789'.repeat(1000));
      const result = await run(['cat'], { stdin, maximumBytes: 1234 });
      expect(result.ended).toBe('too-much-output');
      expect(result.exitCode).toBeUndefined();
      expect(result.stdout).toBe(stdin.toString('utf8').slice(0, 1234));
    });

    test('runs beside others, each with its own', async () => {
      const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
      const results = await Promise.all(words.map((word) => run(['cat'], { stdin: Buffer.from(word) })));
      expect(results.map(({ stdout }) => stdout)).toEqual(words);
    });
  });

  test('an image is there, missing, or nobody knows', async () => {
    const { image, missingImage, unknownImage } = ground();
    const find = (reference: string) => first().engine.findImage(reference);
    expect(await find(image)).toBe('there');
    expect(await find(missingImage)).toBe('missing');
    expect(await find(unknownImage)).toBe('unknown');
  });
}
