import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGoDuration } from '../../../shared/stack/compose/duration.ts';
import { familiarImage } from '../../../shared/stack/compose/image.ts';
import { readShortMount } from '../../../shared/stack/compose/mounts.ts';
import { readShortPort } from '../../../shared/stack/compose/ports.ts';
import { splitShellWords } from '../../../shared/stack/compose/shell-words.ts';
import { readSize } from '../../../shared/stack/compose/size.ts';

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
    ['-1s', undefined],
    ['1 s', undefined],
    ['10000h', undefined],
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
    ['', undefined],
    ['M', undefined],
    ['-1', undefined],
    ['1x', undefined],
  ])('size %j is %j bytes', (text, bytes) => {
    expect(readSize(text)).toBe(bytes);
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

  test.each(['', 'x', '80:', '80:x', '8000-8002:80-81', '82-81', '80/icmp', '99999:80', '1.2.3:80:80'])(
    'port %j is none',
    (text) => {
      expect(readShortPort(text)).toBeUndefined();
    },
  );

  test.each([
    ['/data', { type: 'volume', target: '/data' }],
    ['data:/data', { type: 'volume', source: 'data', target: '/data' }],
    ['data:/data:ro', { type: 'volume', source: 'data', target: '/data', read_only: true }],
    [
      'data:/data:rw,nocopy',
      { type: 'volume', source: 'data', target: '/data', read_only: false, volume: { nocopy: true } },
    ],
    ['/srv:/srv:rslave,z', { type: 'bind', source: '/srv', target: '/srv', bind: { propagation: 'rslave' } }],
  ])('mount %j is %j', (text, mount) => {
    expect(readShortMount(text)).toEqual(mount);
  });
});
