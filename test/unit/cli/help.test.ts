import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { commandGroups } from '../../../cli/commands.ts';
import { parseArguments } from '../../../cli/parse-arguments.ts';
import { PROGRAMS } from '../../../cli/program.ts';
import { createWorld } from '../../support/world.ts';
import { keepLabWithKeys, loggedIn, openDesk } from './call-command.ts';

const all = commandGroups('slipway').flatMap(({ commands }) => commands);

describe('help', () => {
  test.each(all.map((command) => [command.name, command]))(
    'of %s shows an example that it understands',
    async (name, command) => {
      const desk = await openDesk();
      const { code, out } = await desk.call(...name.split(' '), '--help');
      expect(code).toBe(0);
      expect(out).toContain(`Usage: slipway ${name}`);
      const line =
        command.example
          .split('\n')
          .find((one) => one.includes(`slipway ${name}`) || one.includes(`slipway --lab friday ${name}`)) ??
        '';
      const [, given = ''] =
        new RegExp(`slipway (?:--lab friday )?${name}([^|)>"]*)`).exec(
          line.replaceAll(/'[^']*'/g, 'QUOTED'),
        ) ?? [];
      expect(line, 'the example calls the command').not.toBe('');
      expect(() =>
        parseArguments(
          command,
          given.split(' ').filter((word) => word !== ''),
        ),
      ).not.toThrow();
    },
  );

  test('lists every command, and no two have one name', async () => {
    const { out } = await (await openDesk()).call('--help');
    const names = all.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, summary } of all)
      expect(out).toMatch(
        new RegExp(`^  ${name} +${summary.slice(0, 20).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'm'),
      );
  });

  test('is had by help COMMAND too, and asked for when nothing is', async () => {
    const desk = await openDesk();
    expect((await desk.call('help', 'ls')).out).toBe((await desk.call('ls', '-h')).out);
    expect((await desk.call()).out).toBe((await desk.call('help')).out);
  });

  test.each([
    ['class', '--help'],
    ['class', '-h'],
    ['help', 'class'],
    ['--help', 'class'],
  ])('of a word that commands begin with lists them: %s %s', async (...args) => {
    const { code, out } = await (await openDesk()).call(...args);
    expect(code).toBe(0);
    for (const { name } of all.filter((one) => one.name.startsWith('class '))) expect(out).toContain(name);
    expect(out).not.toContain('swarm token');
  });

  test('of docker-machine has docker-machine’s commands', async () => {
    const { out } = await (await openDesk(undefined, { program: 'docker-machine' })).call('--help');
    for (const name of [
      'active',
      'config',
      'create',
      'env',
      'inspect',
      'ip',
      'kill',
      'ls',
      'mount',
      'provision',
      'regenerate-certs',
      'restart',
      'rm',
      'scp',
      'ssh',
      'start',
      'status',
      'stop',
      'upgrade',
      'url',
      'version',
    ]) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });
});

describe('colours', () => {
  test.each([
    [{ live: true, env: {} }, true],
    [{ live: false, env: {} }, false],
    [{ live: true, env: { NO_COLOR: '1' } }, false],
    [{ live: true, env: { NO_COLOR: '' } }, true],
    [{ live: true, env: { TERM: 'dumb' } }, false],
  ])('with %j are there: %s', async (options, colored) => {
    const desk = await loggedIn(createWorld(), options);
    const { out } = await desk.call('--help');
    const { err } = await desk.call('nonsense');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is made of
    expect([/\x1b\[/.test(out), /\x1b\[/.test(err)]).toEqual([colored, colored]);
  });

  test('are in nothing that a program reads', async () => {
    const world = createWorld();
    await world.keep();
    const desk = await loggedIn(world, { live: true });
    for (const args of [
      ['ls'],
      ['ls', '-q'],
      ['ls', '--json'],
      ['ip', 'LINUXtips-01'],
      ['env', '-u'],
      ['completion', 'bash'],
    ]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is made of
      expect((await desk.call(...args)).out).not.toMatch(/\x1b/);
    }
  });
});

describe('completion', () => {
  test.each(PROGRAMS)(
    'of %s is bash that bash reads, and completes commands, sub-commands and flags',
    async (program) => {
      const { out } = await (await openDesk(undefined, { program })).call('completion', 'bash');
      const complete = async (...words: string[]) => {
        const line = words.map((word) => `'${word}'`).join(' ');
        const listing =
          '() { case "$*" in "class ls -q") echo docker-2026 kubernetes;; "ls -q") echo m1;; esac; }';
        const script = `${out}\nslipway${listing}\n docker-machine${listing}\nCOMP_WORDS=(${program} ${line}); COMP_CWORD=${words.length}; _${program.replaceAll('-', '_')}; echo "\${COMPREPLY[@]}"`;
        return (await promisify(execFile)('bash', ['-c', script])).stdout.trim().split(' ');
      };
      expect(await complete('en')).toEqual(['env']);
      expect(await complete('node', 'pro')).toEqual(['promote']);
      expect(await complete('env', '--sh')).toEqual(['--shell']);
      expect(await complete('stack', 'deploy', '--pr')).toEqual(['--prune']);
      expect(await complete('class', 'st')).toEqual(['start', 'stop', 'stack']);
      expect(await complete('class', 'stack', 'd')).toEqual(['deploy']);
      expect(await complete('class', 'stack', 'deploy', '--fr')).toEqual(['--from']);
      expect(await complete('class', 'watch', 'doc')).toEqual(['docker-2026']);
      expect(await complete('class', 'stack', 'deploy', 'kub')).toEqual(['kubernetes']);
      expect(await complete('ip', 'm')).toEqual(['m1']);
    },
  );

  test('of fish and zsh names every command', async () => {
    const desk = await openDesk();
    for (const shell of ['fish', 'zsh']) {
      const { out } = await desk.call('completion', shell);
      for (const { name } of all) for (const word of name.split(' ')) expect(out).toContain(word);
    }
  });
});

describe('--json', () => {
  test.each([
    ...['ls', 'ls -q', 'ls --all', 'env LINUXtips-01', 'env -u', 'ip LINUXtips-01', 'url LINUXtips-01'],
    ...[
      'status LINUXtips-01',
      'config LINUXtips-01',
      'inspect LINUXtips-01',
      'active',
      'version',
      'version LINUXtips-01',
    ],
    ...[
      'exec LINUXtips-01 hostname',
      'start LINUXtips-03',
      'node ls',
      'node ls -q',
      'node inspect LINUXtips-01',
    ],
    ...[
      'node ps LINUXtips-01',
      'node drain LINUXtips-03',
      'node label LINUXtips-03 a=b',
      'swarm token worker',
    ],
    ...[
      'swarm rotate worker',
      'service ls',
      'stack ls',
      'stack catalogue',
      'stack plan registry',
      'stack deploy -d registry',
    ],
    ...[
      'secret ls',
      'secret create pass -',
      'open',
      'extend 1h',
      'templates',
      'lab inspect',
      'context',
      'create swarm --no-wait',
    ],
  ])('makes all of what %s prints JSON', async (line) => {
    const world = createWorld({ policy: { labsPerStudent: 5 } });
    await keepLabWithKeys(world);
    const desk = await loggedIn(world, { env: { DOCKER_HOST: 'tcp://100.64.0.2:2376' }, input: 'x' });
    const [first = '', ...rest] = line.split(' ');
    const { code, out, err } = await desk.call('--json', first, ...rest);
    expect(code, err).toBe(0);
    expect(() => JSON.parse(out), out).not.toThrow();
  });
});
