import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { courseImages } from '../../../scripts/course-images/all.ts';
import { firstImages } from '../../../scripts/course-images/first.ts';
import { loadCatalogue } from '../../../shared/catalogue/load-catalogue.ts';

const tagged = (reference: string) =>
  reference.includes(':', reference.lastIndexOf('/')) ? reference : `${reference}:latest`;

describe('the images made where no registry answers', () => {
  test('are all that the catalogue names, and nothing that nobody asks for', async () => {
    const { stacks } = await loadCatalogue();
    const asked = [...stacks.values()].flatMap(({ images }) =>
      images.map(({ reference }) => tagged(reference)),
    );
    const made = courseImages.map(({ reference }) => reference);
    // busybox is the course's own first container.
    expect(made.sort()).toEqual([...new Set([...asked, 'busybox:latest'])].sort());
  });

  test('are few for the first lab, which waits for them', () => {
    expect(firstImages.map(({ reference }) => reference)).toEqual([
      'busybox:latest',
      'nginx:latest',
      'registry:2',
    ]);
  });

  const scripts = courseImages
    .flatMap(({ files }) => files ?? [])
    .filter(({ content }) => content.startsWith('#!/bin/sh'));
  test.each([...new Map(scripts.map((file) => [file.path, file])).values()])(
    'have a script $path that a shell can read',
    ({ content }) => {
      expect(() => execFileSync('sh', ['-n'], { input: content, stdio: 'pipe' })).not.toThrow();
    },
  );

  test('say of each stand-in that it is one', () => {
    const entries = courseImages.flatMap(({ files, config }) => {
      const program = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])].find((part) =>
        part.startsWith('/stand-in/'),
      );
      return program === undefined ? [] : [files?.find(({ path }) => path === program)?.content ?? ''];
    });
    expect(entries.length).toBeGreaterThan(10);
    for (const content of entries) expect(content).toContain('stands_in_for ');
  });
});
