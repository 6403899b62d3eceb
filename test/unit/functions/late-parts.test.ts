import { expect, test } from 'vitest';
import { late } from '../../../functions/late-parts.ts';

interface Part {
  add(one: number, other: number): Promise<number>;
  name(): Promise<string>;
}

test('a late part is made by the first call, once, with its methods bound to it', async () => {
  let made = 0;
  class Sum implements Part {
    readonly #name = 'sum';
    add = async (one: number, other: number) => one + other;
    async name() {
      return this.#name;
    }
  }
  const part = late<Part>(async () => {
    made += 1;
    return new Sum();
  });
  // It can be given and awaited without being made.
  expect(await Promise.resolve(part)).toBe(part);
  expect(made).toBe(0);
  expect(await Promise.all([part.add(1, 2), part.name()])).toEqual([3, 'sum']);
  expect(made).toBe(1);
});

test('one that could not be made is made anew by the next call', async () => {
  let tries = 0;
  const part = late<Part>(async () => {
    tries += 1;
    if (tries === 1) throw new Error('not there');
    return { add: async () => 0, name: async () => 'second' };
  });
  await expect(part.name()).rejects.toThrow('not there');
  expect(await part.name()).toBe('second');
});
