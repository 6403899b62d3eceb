import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { command } from '../../../cli/command.ts';
import { UsageError } from '../../../cli/errors.ts';
import { parseArguments } from '../../../cli/parse-arguments.ts';

const flags = {
  quiet: { short: 'q', says: '' },
  format: { short: 'f', value: 'TEMPLATE', says: '' },
  filter: { value: 'KEY=VALUE', many: true, says: '' },
  'no-proxy': { says: '' },
} as const;

const taking = (...takes: string[]) =>
  command({ name: 'x', takes, flags, summary: '', example: '', run: async () => undefined });
const lenient = { ...taking('NAME'), lenient: true as const };

describe('a command line', () => {
  test.each([
    [['-q', 'm1'], { quiet: true }],
    [['m1', '--quiet'], { quiet: true }],
    [['--quiet=false', 'm1'], { quiet: false }],
    [['--format', 'a b', 'm1'], { format: 'a b' }],
    [['-f', '{{.Name}}', 'm1'], { format: '{{.Name}}' }],
    [['--format=a=b', 'm1'], { format: 'a=b' }],
    [['m1', '--filter', 'a=1', '--filter=b=2'], { filter: ['a=1', 'b=2'] }],
    [['--no-proxy', 'm1'], { 'no-proxy': true }],
    [['-qf', 'x', 'm1'], { quiet: true, format: 'x' }],
    [['--format', 'one', '--format', 'two', 'm1'], { format: 'two' }],
  ])('%j is understood, in whatever order', (args, expected) => {
    const parsed = parseArguments(taking('NAME'), args);
    expect(parsed.words).toEqual(['m1']);
    expect(parsed.flags).toMatchObject(expected);
  });

  test('after -- nothing is a flag', () => {
    expect(parseArguments(taking('NAME...'), ['a', '--', '-q']).words).toEqual(['a', '-q']);
  });

  test.each([
    [['--quite', 'm1'], 'did you mean "--quiet"'],
    [['-x', 'm1'], 'has no flag -x'],
    [['--format'], '--format needs a value'],
    [['--quiet=maybe', 'm1'], '--quiet takes no value'],
    [[], '"x" needs NAME'],
    [['m1', 'm2'], 'and not "m2"'],
  ])('%j is refused in words', (args, words) => {
    expect(() => parseArguments(taking('NAME'), args)).toThrow(UsageError);
    expect(() => parseArguments(taking('NAME'), args)).toThrow(words);
  });

  test('what follows the machine is the other program’s, flags and all', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (rest) => {
        const parsed = parseArguments(taking('NAME', 'COMMAND?*'), ['-q', 'm1', ...rest]);
        expect(parsed.words).toEqual(['m1']);
        expect(parsed.flags).toMatchObject({ quiet: true, 'no-proxy': false });
        expect(parsed.rest).toEqual(rest[0] === '--' ? rest.slice(1) : rest);
      }),
    );
  });

  test('any text at all is understood or refused, never a crash', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('-', '--', '-q', '--format', '--='))),
        (args) => {
          try {
            parseArguments(taking('NAME...?'), args);
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
    );
  });
});

describe('docker-machine’s driver flags are passed over', () => {
  test.each([
    ['--virtualbox-memory 2048 m1', ['--virtualbox-memory']],
    ['m1 --virtualbox-memory 2048', ['--virtualbox-memory']],
    ['--virtualbox-memory=2048 m1', ['--virtualbox-memory']],
    ['--virtualbox-no-share m1', ['--virtualbox-no-share']],
    [
      '--amazonec2-monitoring --amazonec2-region us-east-1 m1',
      ['--amazonec2-monitoring', '--amazonec2-region'],
    ],
    ['--swarm --swarm-discovery token://1 m1', ['--swarm', '--swarm-discovery']],
  ])('%s', (line, ignored) => {
    const parsed = parseArguments(lenient, line.split(' '));
    expect(parsed.words).toEqual(['m1']);
    expect(parsed.ignored).toEqual(ignored);
  });

  test('where the name could be either of two, it is asked for', () => {
    expect(() => parseArguments(lenient, ['--no-share', 'a', '--other', 'b'])).toThrow(
      'which of a, b is the name?',
    );
  });
});
