import { expect, test } from 'vitest';
import { readGroundSettings } from '../../../scripts/ground-settings.ts';

test('root keeps its cache under /var/lib, others in their home', () => {
  expect(readGroundSettings({}, true)).toEqual({ cacheFolder: '/var/lib/slipway' });
  expect(readGroundSettings({ XDG_CACHE_HOME: '/home/u/.c' }, false)).toEqual({
    cacheFolder: '/home/u/.c/slipway',
  });
  expect(readGroundSettings({}, false).cacheFolder).toMatch(/\/\.cache\/slipway$/);
});

test('SLIPWAY_CACHE wins over both', () => {
  expect(readGroundSettings({ SLIPWAY_CACHE: '/x' }, true).cacheFolder).toBe('/x');
  expect(readGroundSettings({ SLIPWAY_CACHE: '/x', XDG_CACHE_HOME: '/y' }, false).cacheFolder).toBe('/x');
});

test("SLIPWAY_DOCKER_HOST wins over docker's own variable, and an empty one counts as none", () => {
  const both = { SLIPWAY_DOCKER_HOST: 'unix:///a', DOCKER_HOST: 'unix:///b' };
  expect(readGroundSettings(both, true).dockerHost).toBe('unix:///a');
  expect(readGroundSettings({ ...both, SLIPWAY_DOCKER_HOST: '' }, true).dockerHost).toBe('unix:///b');
});
