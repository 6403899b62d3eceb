import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDifferences } from '../../../test/verify/differences.ts';
import { mutantsOf } from '../../verify/mutants.ts';

const anyState = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));

describe('differences', () => {
  test('are none between a value and a copy of it, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => findDifferences(value, structuredClone(value)).length === 0),
    );
  });

  test('are exactly the one leaf that was changed, with both its values', () => {
    fc.assert(
      fc.property(anyState, fc.nat(), (state, pick) => {
        const changed = mutantsOf(state).filter(({ change }) => change !== 'left out');
        const mutant = changed[pick % Math.max(1, changed.length)];
        if (mutant === undefined) return;
        const found = findDifferences(state, mutant.value);
        expect(found.map(({ path }) => path)).toEqual([mutant.path]);
        expect(found[0]?.theirs).not.toEqual(found[0]?.ours);
      }),
    );
  });

  test('tell a key that one side lacks as a whole', () => {
    expect(findDifferences({ a: { b: 1 } }, {})).toEqual([{ path: 'a', theirs: { b: 1 }, ours: undefined }]);
    expect(findDifferences({}, { a: null })).toEqual([{ path: 'a', theirs: undefined, ours: null }]);
  });

  test('quote a key that would be misread', () => {
    expect(findDifferences({ Labels: { 'a.b': '1' } }, { Labels: { 'a.b': '2' } })[0]?.path).toBe(
      'Labels["a.b"]',
    );
  });

  test.each([
    [
      [1, 2],
      [2, 1],
      ['[0]', '[1]'],
    ],
    [[1], [1, 2], ['[1]']],
    [[], {}, ['']],
    [null, {}, ['']],
    [{ constructor: 1 }, {}, ['constructor']],
    [0, '0', ['']],
  ])('between %j and %j are at %j', (theirs, ours, paths) => {
    expect(findDifferences(theirs, ours).map(({ path }) => path)).toEqual(paths);
  });
});
