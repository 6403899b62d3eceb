import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cgroupParent } from '../../shared/adapters/docker/cgroups.ts';
import { initSwarm, joinSwarm, swarmTokens } from '../../shared/engine/swarm.ts';
import type { HostProgram, LogLine } from '../../shared/ports/engine.ts';
import { shellSpeaker } from '../contract/engine-ground.ts';
import { outerDocker } from '../support/docker-cli.ts';
import { eventually } from '../support/eventually.ts';
import { type PlainEngine, type PlainEngines, startPlainEngines } from '../support/plain-engines.ts';
import { timesOf } from '../support/times-of.ts';

describe('what the Engine port promises of real engines alone', () => {
  const deployment = `slipway-calls-${process.pid}`;
  let engines: PlainEngines;
  let manager: PlainEngine;
  let worker: PlainEngine;

  beforeAll(async () => {
    engines = await startPlainEngines(deployment, 2);
    [manager, worker] = engines.engines as [PlainEngine, PlainEngine];
  });
  afterAll(() => engines.close());

  describe('a program on the host', () => {
    const run = (command: string[], more: Partial<HostProgram> = {}) =>
      manager.engine.runOnHost({ command, deadlineSeconds: 20, maximumBytes: 1024 * 1024, ...more });
    const leftovers = async () => [
      await manager.docker('container', 'ls', '-aq'),
      await manager.docker('image', 'ls', '-aq'),
      await manager.docker('volume', 'ls', '-q'),
      (await run(['sh', '-c', `ls -d /sys/fs/cgroup/*${cgroupParent(deployment)}/* 2>/dev/null | wc -l`]))
        .stdout,
    ];

    test('is root on the machine, in its own name spaces, with its own programs and its own files', async () => {
      const script =
        'id -u; pwd; echo $HOME; readlink /proc/self/ns/mnt /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/uts';
      const inside = (await run(['sh', '-c', script])).stdout.trim().split('\n');
      const init = await run(['sh', '-c', 'for ns in mnt net pid uts; do readlink /proc/1/ns/$ns; done']);
      expect(inside).toEqual(['0', '/', '/root', ...init.stdout.trim().split('\n')]);
      await run(['sh', '-c', 'cat >/tmp/written-by-host-program'], { stdin: Buffer.from('kept') });
      expect((await run(['cat', '/tmp/written-by-host-program'])).stdout).toBe('kept');
    });

    test('may mount, and leaves its mark on the machine', async () => {
      const mounted = await run([
        'sh',
        '-c',
        'mkdir -p /tmp/m && mount -t tmpfs none /tmp/m && grep -c " /tmp/m " /proc/mounts',
      ]);
      expect(mounted).toMatchObject({ exitCode: 0, stdout: '1\n' });
      expect(await run(['umount', '/tmp/m'])).toMatchObject({ exitCode: 0 });
    });

    test('leaves no process, however it ended', async () => {
      const sleepers = async () => (await run(['pgrep', '-xc', 'sleep'])).stdout.trim();
      expect(await sleepers()).toBe('0');
      expect(await run(['sh', '-c', 'sleep 1001 & setsid sleep 1002 & echo begun'])).toMatchObject({
        exitCode: 0,
        stdout: 'begun\n',
        ended: 'by-itself',
      });
      expect(await run(['sh', '-c', 'sleep 1003 & sleep 1004'], { deadlineSeconds: 1 })).toMatchObject({
        ended: 'deadline',
      });
      const endless = await run(['sh', '-c', 'sleep 1005 & yes'], { maximumBytes: 100_000 });
      expect(endless.ended).toBe('too-much-output');
      expect(endless.stdout).toHaveLength(100_000);
      expect(await sleepers()).toBe('0');
    });

    test('tells the signal that ended it as shells do', async () => {
      expect(await run(['sh', '-c', 'kill -TERM $$'])).toMatchObject({ exitCode: 143, ended: 'by-itself' });
    });

    test('leaves neither container nor image nor anything else behind, and costs less than a second', async () => {
      const before = await leftovers();
      const times = await timesOf(5, () => run(['true']));
      process.stdout.write(`a program on the host takes ${times.join(', ')} ms\n`);
      expect(Math.min(...times)).toBeLessThan(1000);
      await Promise.all([
        run(['no-such-program']),
        run(['sleep', '60'], { deadlineSeconds: 1 }),
        run(['yes'], { maximumBytes: 1000 }),
      ]);
      expect(await leftovers()).toEqual(before);
    });

    test('is no news for whoever watches the engine', async () => {
      const watching = new AbortController();
      let told = 0;
      manager.engine.watch(() => {
        told += 1;
      }, watching.signal);
      await run(['true']);
      await manager.engine.pullImage('nginx');
      // The watching is open once something that is news is told.
      await eventually(async () => {
        await manager.docker('container', 'rm', await manager.docker('container', 'create', 'nginx'));
        return told > 0;
      });
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const before = told;
      await run(['true']);
      expect(told).toBe(before);
      watching.abort();
    });
  });

  describe('a log', () => {
    const read = async (service: string, deadlineSeconds?: number) => {
      const lines: LogLine[] = [];
      const ended = await manager.engine
        .logs({ service }, deadlineSeconds === undefined ? {} : { deadlineSeconds }, (line) =>
          lines.push(line),
        )
        .then(
          () => 'whole',
          (error: Error) => error.message,
        );
      return { texts: lines.map(({ text }) => text), ended };
    };

    beforeAll(async () => {
      await initSwarm(manager.engine, manager.address);
      await joinSwarm(worker.engine, {
        role: 'worker',
        advertiseAddress: worker.address,
        tokens: await swarmTokens(manager.engine),
        managers: [`${manager.address}:2377`],
      });
    });

    test('of tasks on a node that is gone or hangs is what the others said, and ends in time', async () => {
      const speaker = shellSpeaker('nginx');
      await manager.engine.createService({
        Name: 'everywhere',
        Labels: {},
        TaskTemplate: {
          ContainerSpec: speaker('everywhere', { lines: [{ stream: 'stdout', text: 'here' }] }),
        },
        Mode: { Global: {} },
      });
      await eventually(async () => (await read('everywhere')).texts.length === 2);

      await outerDocker('pause', worker.name);
      const start = performance.now();
      const hung = await read('everywhere', 2);
      expect(performance.now() - start).toBeLessThan(15_000);
      expect(hung).toEqual({ texts: ['here'], ended: expect.stringContaining('no answer within 2 s') });
      await outerDocker('unpause', worker.name);

      await worker.kill();
      await eventually(async () =>
        (await manager.engine.nodes()).some(({ Status }) => Status.State === 'down'),
      );
      const lost = await read('everywhere');
      expect(lost).toEqual({
        texts: ['here'],
        ended: expect.stringMatching(/incomplete log stream.*not available/),
      });
    });
  });
});
