import { expect, test } from 'vitest';
import { chooseMirrors, hostImageReference } from '../../../scripts/host-image.ts';

test('the recipe and every file of the image decide its name', () => {
  const file = { path: '/a', mode: 0o644, content: 'x' };
  const reference = hostImageReference('FROM x', [file]);
  expect(reference).toMatch(/^slipway-host:[0-9a-f]{12}$/);
  expect(hostImageReference('FROM x', [{ ...file }])).toBe(reference);
  expect(hostImageReference('FROM y', [file])).not.toBe(reference);
  expect(hostImageReference('FROM x', [{ ...file, mode: 0o600 }])).not.toBe(reference);
});

test("the machine's own Debian mirrors are used, and other archives are not", () => {
  const listed = [
    'NodeSource https://deb.nodesource.com/node_20.x/',
    'Debian http://mirror.example/debian/',
    'Debian http://mirror.example/debian-security/',
  ].join('\n');
  expect(chooseMirrors(listed)).toEqual({
    main: 'http://mirror.example/debian',
    security: 'http://mirror.example/debian-security',
  });
});

test("Ubuntu's archives hold no Debian: Debian's own are taken", () => {
  expect(chooseMirrors('Ubuntu http://archive.ubuntu.com/ubuntu/\n')).toEqual({
    main: 'http://deb.debian.org/debian',
    security: 'http://deb.debian.org/debian-security',
  });
});
