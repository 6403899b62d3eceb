// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Compose writes its variables
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSlipwayError } from '../../../shared/core/errors.ts';
import { readEnvFile } from '../../../shared/stack/compose/env-file.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { substitute } from '../../../shared/stack/compose/substitute.ts';
import { measureCpu } from '../../support/measure-cpu.ts';

/** Each was given to the docker command (28.2.2), which made of it what stands beside it. */
describe('variables in a text', () => {
  const variables = { V: 'val', E: '', N: '4' };

  test.each([
    ['$V ${V} $$V $$$$', 'val val $V $$'],
    ['${U}|$U', '|'],
    ['${E:-d} ${E-d} ${U-d} ${U:-a b}', 'd  d a b'],
    ['${V:?x} ${E?x}', 'val '],
    // Not nested: the first brace ends it.
    ['${U:-${N}}', '${N}'],
    // A default without braces goes on to the end.
    ['$U-x y', 'x y'],
    ['$V-x} y', 'val} y'],
    // A - anywhere in the words makes a default of them.
    ['${U:?must-be}', 'be'],
    ['${U-a:-b}', 'b'],
    ['${V:-a}b}', 'valb}'],
    ['{$V}', '{val}'],
    // Of several things wrong the last counts: here there is none.
    ['${1} $V', '{1} val'],
    ['é$Vé', 'évalé'],
  ])('%j is %j', (text, filled) => {
    expect(substitute(text, variables)).toBe(filled);
  });

  test.each([
    '$',
    'a$ b',
    '${',
    '${}',
    '${V',
    '${ V}',
    '${V:x}',
    '$1',
    '${V.x}',
    '${U:?gone}',
    '$U?gone',
    '${E:?}',
  ])('%j is refused', (text) => {
    expect(() => substitute(text, variables)).toThrow();
  });

  test('any text without a $ stays, and any text comes back once each $ is doubled', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(substitute(text.replaceAll('$', '$$$$'), variables)).toBe(text);
      }),
    );
  });

  test('takes a moment for a long text that opens many and closes none', async () => {
    const work = () => {
      expect(() => substitute('${A:-'.repeat(100_000), {})).toThrow();
      substitute('$A-'.repeat(100_000), {});
    };
    expect((await measureCpu(work)).milliseconds).toBeLessThan(1000);
  });
});

describe('an env file', () => {
  const read = (text: string, variables = {}) => readEnvFile(Buffer.from(text), variables);

  test('has no quotes, no variables, no export and no trimming of values', () => {
    const { values, problems } = read('\ufeffA="q"\n\n# c\n  # d\n\tB= x y \nC=a=b\nD=$V\r\nE=\nA-B=1\n', {});
    expect(problems).toEqual([]);
    expect(Object.fromEntries(values)).toEqual({
      A: '"q"',
      B: ' x y ',
      C: 'a=b',
      D: '$V',
      E: '',
      'A-B': '1',
    });
  });

  test('takes a bare name from the variables given, or leaves it out', () => {
    expect(Object.fromEntries(read('GIVEN\nNOT\n', { GIVEN: 'x' }).values)).toEqual({ GIVEN: 'x' });
  });

  test('tells each line that is none', () => {
    const bytes = Buffer.concat([Buffer.from('export A=1\n=x\nB =1\nC='), Buffer.from([0xff, 0x0a])]);
    expect(readEnvFile(bytes, {}).problems.map(({ line, message }) => [line, message])).toEqual([
      [1, expect.stringMatching(/blank in it: write NAME=value, without export/)],
      [2, expect.stringMatching(/no name/)],
      [3, expect.stringMatching(/blank in it/)],
      [4, expect.stringMatching(/no UTF-8/)],
    ]);
    expect(read(`A=${'x'.repeat(65_536)}`).problems).toMatchObject([{ line: 1 }]);
  });
});

describe('a service’s environment', () => {
  const environmentOf = (line: string, files: Record<string, string> = {}, variables = {}) => {
    const encoded = Object.entries(files).map(([path, text]) => [path, Buffer.from(text).toString('base64')]);
    const compose = `services: { a: { image: b, ${line} } }`;
    const read = readCompose({ compose, files: Object.fromEntries(encoded), variables });
    return read.file.services.a?.environment;
  };

  test('comes of its env files in turn, then of environment', () => {
    const files = { 'one.env': 'A=1\nB=1\nC=1', 'conf/two.env': 'B=2\nC=2' };
    expect(environmentOf('env_file: [one.env, ./conf/two.env], environment: { C: 3, D: }', files)).toEqual({
      A: '1',
      B: '2',
      C: '3',
      D: null,
    });
    expect(environmentOf('env_file: one.env', files)).toMatchObject({ A: '1' });
  });

  test('takes a name without a value, or with an empty one, from the variables', () => {
    expect(environmentOf('environment: [A, B=, C]', {}, { A: 'x', B: 'y' })).toEqual({
      A: 'x',
      B: 'y',
      C: null,
    });
  });

  test('writes numbers as Go does', () => {
    expect(
      environmentOf(
        'environment: { A: 1.0, B: 1e6, C: 010, D: 18446744073709551615, E: 2001-01-02, F: 0.00001 }',
      ),
    ).toEqual({
      A: '1',
      B: '1e+06',
      C: '8',
      D: '18446744073709551615',
      E: '2001-01-02 00:00:00 +0000 UTC',
      F: '1e-05',
    });
  });

  test.each([
    ['env_file: /etc/passwd', {}, /leads out of/, 'compose.yml'],
    ['env_file: [a, ../b]', { a: 'A=1' }, /leads out of/, 'compose.yml'],
    ['env_file: gone.env', {}, /in a part named gone.env/, 'compose.yml'],
    ['env_file: conf', { 'conf/a': 'A=1' }, /is a folder/, 'compose.yml'],
    ['env_file: bad.env', { 'bad.env': 'A=1\nB =2' }, /line 2 of bad.env/, 'bad.env'],
  ])('%s is refused in words, with its place', (line, files, words, file) => {
    try {
      environmentOf(line, files);
      expect.unreachable();
    } catch (error) {
      if (!isSlipwayError(error, 'invalid_input')) throw error;
      expect(error.issues).toMatchObject([{ message: expect.stringMatching(words), place: { file } }]);
    }
  });
});
