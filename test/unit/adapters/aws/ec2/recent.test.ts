import { expect, test } from 'vitest';
import { readPages } from '../../../../../shared/adapters/aws/ec2/pages.ts';
import { Recent } from '../../../../../shared/adapters/aws/ec2/recent.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

test('what was just asked is good for its moment, and can be taken once', () => {
  const clock = new ManualClock(0);
  const recent = new Recent<string>(clock, 5);
  recent.keep('a', 'one');
  clock.advance(4);
  recent.keep('b', 'two');
  expect([recent.get('a'), recent.take('a'), recent.take('a')]).toEqual(['one', 'one', undefined]);
  clock.advance(4.9);
  expect(recent.get('b')).toBe('two');
  clock.advance(0.1);
  expect([recent.get('b'), recent.take('b')]).toEqual([undefined, undefined]);
  recent.keep('c', 'three');
  recent.forget('c');
  expect(recent.get('c')).toBeUndefined();
});

test('pages are read to the end; one that never ends is given up', async () => {
  const pages: Record<string, { items: number[] | undefined; next: string | undefined }> = {
    first: { items: [1, 2], next: 'second' },
    second: { items: undefined, next: 'third' },
    third: { items: [3], next: '' },
  };
  expect(await readPages(async (token = 'first') => pages[token] ?? { items: [], next: undefined })).toEqual([
    1, 2, 3,
  ]);
  await expect(readPages(async () => ({ items: [1], next: 'again' }))).rejects.toThrow(
    'has no end after 1000 pages',
  );
});
