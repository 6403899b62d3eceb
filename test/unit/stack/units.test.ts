import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCpus } from '../../../shared/stack/compose/cpus.ts';
import { readGoDuration } from '../../../shared/stack/compose/duration.ts';
import { familiarImage } from '../../../shared/stack/compose/image.ts';
import { writeFloat } from '../../../shared/stack/compose/numbers.ts';
import { Moment, plainScalar, WholeFloat } from '../../../shared/stack/compose/plain-scalar.ts';
import { readShortPort } from '../../../shared/stack/compose/ports.ts';
import { readRestart } from '../../../shared/stack/compose/restart.ts';
import { splitShellWords } from '../../../shared/stack/compose/shell-words.ts';
import { isAbsolute, readShortMount } from '../../../shared/stack/compose/short-mount.ts';
import { readSize } from '../../../shared/stack/compose/size.ts';

describe('a Go program reads', () => {
  test.each<[string, unknown]>([
    ['yes', 'yes'],
    ['on', 'on'],
    ['True', true],
    ['~', null],
    ['', null],
    ['010', 8],
    ['08', new WholeFloat(8)],
    ['0o17', 15],
    ['-0b11', -3],
    ['0x1F', 31],
    ['1_000', 1000],
    ['+5', 5],
    ['.5', 0.5],
    ['1e6', new WholeFloat(1e6)],
    ['1:20', '1:20'],
    ['0o9', '0o9'],
    ['-', '-'],
    ['1.2.3', '1.2.3'],
    ['1e400', '1e400'],
    ['2001-02-30', '2001-02-30'],
    ['2001-01-02', new Moment('2001-01-02 00:00:00 +0000 UTC')],
    ['2001-1-2 3:4:5.50', new Moment('2001-01-02 03:04:05.5 +0000 UTC')],
    ['2001-01-02T03:04:05+02:00', new Moment('2001-01-02 03:04:05 +0200 +0200')],
  ])('the bare word %j as %j', (text, value) => {
    expect(plainScalar(text)).toEqual(value);
  });

  test('any integer of 64 bits to its last digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (integer) => {
        expect(String(plainScalar(String(integer)))).toBe(String(integer));
      }),
    );
  });

  test.each([
    [1.5, '1.5'],
    [999999.5, '999999.5'],
    [1e6, '1e+06'],
    [123456789.5, '1.234567895e+08'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-0, '-0'],
    [1e23, '1e+23'],
  ])('the float %d written out as %s', (number, text) => {
    expect(writeFloat(number)).toBe(text);
  });
});

describe('what a Compose file writes short', () => {
  test.each([
    ['1m30s', 90e9],
    ['1h', 3600e9],
    ['1.5s', 1.5e9],
    ['.5s', 5e8],
    ['100ms', 1e8],
    ['1us', 1000],
    ['1ns', 1],
    ['0', 0],
    ['+2s', 2e9],
    ['', undefined],
    ['5', undefined],
    ['-1s', -1e9],
    ['1.9ns', 1],
    ['3000h', 1.08e16],
    ['9007199254740993ns', undefined],
    ['1h'.repeat(101), undefined],
    ['1 s', undefined],
    ['2562048h', undefined],
  ])('duration %j is %j nanoseconds', (text, nanoseconds) => {
    expect(readGoDuration(text)).toBe(nanoseconds);
  });

  test.each([
    ['50M', 52_428_800],
    ['50mb', 52_428_800],
    ['50 MiB', 52_428_800],
    ['1.5g', 1_610_612_736],
    ['512', 512],
    ['1k', 1024],
    ['1t', 1024 ** 4],
    ['1e3k', 1_024_000],
    ['.5g', 536_870_912],
    ['5.', 5],
    ['1 Gi', undefined],
    ['1.5.5g', undefined],
    ['', undefined],
    ['M', undefined],
    ['-1', undefined],
    ['1x', undefined],
  ])('size %j is %j bytes', (text, bytes) => {
    expect(readSize(text)).toBe(bytes);
  });

  test.each([
    ['0.5', 5e8],
    ['.5', 5e8],
    ['1e-1', 1e8],
    ['1/2', 5e8],
    ['-1', -1e9],
    ['1/3', undefined],
    ['0.0000000001', undefined],
    ['1/0', undefined],
    ['', undefined],
    ['x', undefined],
  ])('processors %j are %j billionths', (text, billionths) => {
    expect(readCpus(text)).toBe(billionths);
  });

  test.each([
    ['/x', true],
    ['C:/x', true],
    [String.raw`\\server\share\x`, true],
    ['./x', false],
    ['x', false],
    ['C:x', false],
    [String.raw`\\.\pipe\x`, false],
  ])('path %j is from the root: %j', (path, absolute) => {
    expect(isAbsolute(path)).toBe(absolute);
  });

  test.each([
    ['always', { policy: 'always', attempts: 0 }],
    ['on-failure:3', { policy: 'on-failure', attempts: 3 }],
    ['', { policy: '', attempts: 0 }],
  ])('restart %j is %j', (text, restart) => {
    expect(readRestart(text)).toEqual(restart);
  });

  test.each(['sometimes', ':3', 'on-failure:x', 'on-failure:1:2'])('restart %j is none', (text) => {
    expect(() => readRestart(text)).toThrow();
  });

  test.each([
    ['a b  c', ['a', 'b', 'c']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`--x='1 2'`, ['--x=1 2']],
    [String.raw`a\ b "c\"d" 'e\f'`, ['a b', 'c"d', String.raw`e\f`]],
    [`a '' b`, ['a', '', 'b']],
    ['a # b\nc#d', ['a', 'c#d']],
    ['# all of it', []],
    ['   ', []],
  ])('command %j is %j', (text, words) => {
    expect(splitShellWords(text)).toEqual(words);
  });

  test('any words, quoted, come back from a command', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const quoted = words.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`);
        expect(splitShellWords(quoted.join(' '))).toEqual(words);
      }),
    );
  });

  test.each([
    ['nginx', 'nginx:latest'],
    ['docker.io/library/nginx', 'nginx:latest'],
    ['index.docker.io/library/nginx:1', 'nginx:1'],
    ['docker.io/someone/app', 'someone/app:latest'],
    ['library/nginx', 'nginx:latest'],
    ['ghcr.io/library/nginx', 'ghcr.io/library/nginx:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['localhost/app:2', 'localhost/app:2'],
    [`app@sha256:${'0'.repeat(64)}`, `app@sha256:${'0'.repeat(64)}`],
    [`app:1@sha256:${'0'.repeat(64)}`, `app:1@sha256:${'0'.repeat(64)}`],
  ])('image %j is sent as %j', (written, sent) => {
    expect(familiarImage(written)).toBe(sent);
    // What is sent is read as itself.
    expect(familiarImage(sent)).toBe(sent);
  });

  test.each([
    '',
    ':1',
    'app:',
    'app@sha256:0',
    'a//b',
    '-a',
    'app:1:2',
    'http://app',
    'a@b@c',
    `app:${'x'.repeat(129)}`,
    'x'.repeat(255),
    '0123456789abcdef'.repeat(4),
  ])('image %j is none', (written) => {
    expect(() => familiarImage(written)).toThrow();
  });

  test.each([
    ['8080:80', [[8080, 80]]],
    ['80', [[undefined, 80]]],
    ['0:80', [[undefined, 80]]],
    ['127.0.0.1:8001:80', [[8001, 80]]],
    ['[::1]:8001:80', [[8001, 80]]],
    ['127.0.0.1::80', [[undefined, 80]]],
    ['::1:8001:80', [[8001, 80]]],
    ['080:0080/', [[80, 80]]],
    [
      '3000-3002:4000-4002',
      [
        [3000, 4000],
        [3001, 4001],
        [3002, 4002],
      ],
    ],
    [
      '3000-3001:80',
      [
        [3000, 80],
        [3001, 80],
      ],
    ],
    [
      '9-10',
      [
        [undefined, 10],
        [undefined, 9],
      ],
    ],
  ])('port %j is %j', (text, pairs) => {
    const ports = readShortPort(text)?.map(({ PublishedPort, TargetPort }) => [PublishedPort, TargetPort]);
    expect(ports).toEqual(pairs);
  });

  test('a port says its protocol', () => {
    expect(readShortPort('53:53/UDP')).toEqual([
      { Protocol: 'udp', TargetPort: 53, PublishedPort: 53, PublishMode: 'ingress' },
    ]);
  });

  test.each([
    '',
    'x',
    '80:',
    '[fe80::1%eth0]:80:80',
    '+80',
    '80:x',
    '8000-8002:80-81',
    '82-81',
    '80/icmp',
    '99999:80',
    '1.2.3:80:80',
  ])('port %j is none', (text) => {
    expect(readShortPort(text)).toBeUndefined();
  });

  test.each([
    ['/data', { type: 'volume', target: '/data' }],
    ['data:/data', { type: 'volume', source: 'data', target: '/data' }],
    ['data:/data:ro', { type: 'volume', source: 'data', target: '/data', read_only: true }],
    [
      'data:/data:rw,nocopy',
      { type: 'volume', source: 'data', target: '/data', read_only: false, volume: { nocopy: true } },
    ],
    // One letter is a Windows drive, as with the CLI.
    ['d:/data', { type: 'volume', target: 'd:/data' }],
    ['d:/data:/x', { type: 'bind', source: 'd:/data', target: '/x' }],
    [
      String.raw`C:\srv:/srv:ro`,
      { type: 'bind', source: String.raw`C:\srv`, target: '/srv', read_only: true },
    ],
    ['x', { type: 'volume', target: 'x' }],
    ['/srv:/srv:rslave,z', { type: 'bind', source: '/srv', target: '/srv', bind: { propagation: 'rslave' } }],
  ])('mount %j is %j', (text, mount) => {
    expect(readShortMount(text)).toEqual(mount);
  });
});
