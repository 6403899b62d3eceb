import { expect, test } from 'vitest';
import { courseImages } from '../../../scripts/course-images/all.ts';
import { recipeHash } from '../../../scripts/debian-image.ts';
import { hasRegistryHost, splitReference } from '../../../scripts/registry-push.ts';

test('a recipe that changes in any part is another image', () => {
  const [recipe] = courseImages;
  if (!recipe) throw new Error('no recipes');
  expect(recipeHash({ ...recipe })).toBe(recipeHash(recipe));
  expect(recipeHash({ ...recipe, packages: [...recipe.packages, 'curl'] })).not.toBe(recipeHash(recipe));
  expect(recipeHash({ ...recipe, config: { ...recipe.config, User: 'nobody' } })).not.toBe(
    recipeHash(recipe),
  );
});

test("a name without an owner is one of Docker Hub's library", () => {
  expect(splitReference('nginx:latest')).toEqual({ repository: 'library/nginx', tag: 'latest' });
  expect(splitReference('nginx')).toEqual({ repository: 'library/nginx', tag: 'latest' });
  expect(splitReference('dockersamples/visualizer:stable')).toEqual({
    repository: 'dockersamples/visualizer',
    tag: 'stable',
  });
});

test("a name that begins with a registry's is none of Docker Hub's", () => {
  expect(hasRegistryHost('ghcr.io/google/cadvisor:v0.60.5')).toBe(true);
  expect(hasRegistryHost('127.0.0.1:5000/mine:1')).toBe(true);
  expect(hasRegistryHost('localhost/mine')).toBe(true);
  for (const name of ['nginx:1.27', 'prom/prometheus:v3.13.0', 'registry:2']) {
    expect(hasRegistryHost(name)).toBe(false);
  }
});

test('no image is made twice', () => {
  const references = courseImages.map(({ reference }) => reference);
  expect(new Set(references).size).toBe(references.length);
});

test('the web server answers Docker as the original does', () => {
  const nginx = courseImages.find(({ reference }) => reference === 'nginx:latest');
  expect(nginx?.config).toMatchObject({
    Cmd: ['nginx', '-g', 'daemon off;'],
    ExposedPorts: { '80/tcp': {} },
    StopSignal: 'SIGQUIT',
  });
});
