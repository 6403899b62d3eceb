import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stackFromCatalogue } from '../../../shared/catalogue/stack-from-catalogue.ts';
import { type StackEntry, StackParameter } from '../../../shared/lab/template.ts';

function entry(parameters: object[]): StackEntry {
  return {
    name: 'shop',
    description: 'd',
    links: [],
    memoryMiB: 1,
    images: [],
    parameters: parameters.map((parameter) =>
      StackParameter.parse({ description: 'What it is.', ...parameter }),
    ),
    source: { compose: 'services: {}', files: { a: 'YQ==' }, variables: {} },
  };
}

/** What is wrong, by pointer. */
function problems(parameters: object[], given: Record<string, string>): Record<string, string> {
  try {
    stackFromCatalogue(entry(parameters), given);
    return {};
  } catch (error) {
    const { code, issues } = error as { code: string; issues: { pointer: string; message: string }[] };
    expect(code).toBe('invalid_input');
    return Object.fromEntries(issues.map(({ pointer, message }) => [pointer, message]));
  }
}

describe('a stack of the catalogue', () => {
  test('is its files with what was given, and the defaults of the rest', () => {
    const shop = entry([
      { name: 'TITLE', default: 'Shop' },
      { name: 'COLOUR', default: 'red' },
      { name: 'HOOK' },
    ]);
    expect(stackFromCatalogue(shop, { COLOUR: 'blue' })).toEqual({
      compose: 'services: {}',
      files: { a: 'YQ==' },
      variables: { TITLE: 'Shop', COLOUR: 'blue' },
    });
    expect(shop.source.variables).toEqual({});
  });

  test('tells everything wrong with its parameters at once, with the nearest name', () => {
    const declared = [
      { name: 'WEBHOOK', kind: 'url' },
      { name: 'OWNER', required: true },
    ];
    expect(problems(declared, { WEBHOK: 'x', WEBHOOK: 'ftp://x' })).toEqual({
      '/parameters/WEBHOK': 'shop has no parameter "WEBHOK"; did you mean "WEBHOOK"? it takes WEBHOOK, OWNER',
      '/parameters/WEBHOOK': 'WEBHOOK must be a whole address that begins with http:// or https://',
      '/parameters/OWNER': 'OWNER is missing: What it is.',
    });
    expect(problems([], { 'a/b': 'x' })).toEqual({
      '/parameters/a~1b': 'shop has no parameter "a/b"; it takes none',
    });
  });

  test.each([
    [{ name: 'A', kind: 'url' }, 'https://chat.example/hooks/1', true],
    [{ name: 'A', kind: 'url' }, 'https://', false],
    [{ name: 'A', kind: 'url' }, 'http://a b', false],
    [{ name: 'A', kind: 'url' }, 'javascript:x', false],
    [{ name: 'A', kind: 'url' }, '', true],
    [{ name: 'A', required: true }, '', false],
    [{ name: 'A', pattern: '[a-z]+' }, 'abc', true],
    [{ name: 'A', pattern: 'a|b' }, 'ax', false],
    [{ name: 'A' }, 'two\nlines', false],
    [{ name: 'A' }, 'ação ✓', true],
  ])('of %j: %j is taken %s', (parameter, value, taken) => {
    expect(Object.keys(problems([parameter], { A: value }))).toEqual(taken ? [] : ['/parameters/A']);
  });

  test('never repeats a value, which may be a secret', () => {
    const secret = fc.string({ minLength: 8 }).map((text) => `${text}\u0001`);
    fc.assert(
      fc.property(secret, (value) => {
        const words = JSON.stringify(problems([{ name: 'KEY', secret: true }], { KEY: value }));
        expect(words).toContain('/parameters/KEY');
        expect(words).not.toContain(JSON.stringify(value).slice(1, -1));
      }),
    );
  });
});
