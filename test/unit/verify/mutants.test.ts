import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseMutants } from '../../verify/choose-mutants.ts';
import { mutantsOf } from '../../verify/mutants.ts';

describe('mutants', () => {
  test('of a spec change each thing that it sets, one at a time', () => {
    const spec = { Name: 'web', Init: false, Replicas: 3, Args: ['a', 'b'], Nothing: null, Empty: {} };
    expect(mutantsOf(spec).map(({ path, change }) => `${path}: ${change}`)).toEqual([
      'Name: left out',
      'Name: with an x',
      'Init: left out',
      'Init: not false',
      'Replicas: left out',
      'Replicas: 3 + 1',
      'Args: left out',
      'Args[0]: left out',
      'Args[0]: with an x',
      'Args[1]: left out',
      'Args[1]: with an x',
    ]);
  });

  test('leave the spec itself as it was, and are all different from it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
        const before = JSON.stringify(spec);
        for (const { value } of mutantsOf(spec)) expect(JSON.stringify(value)).not.toBe(before);
        expect(JSON.stringify(spec)).toBe(before);
      }),
    );
  });

  test('of data stay base64', () => {
    const [, changed] = mutantsOf({ Data: Buffer.from('secret').toString('base64') });
    expect(Buffer.from(changed?.value.Data ?? '', 'base64').toString()).toBe('secretx');
  });

  test('of a network’s driver are drivers that there are, since an engine looks long for others', () => {
    expect(mutantsOf({ Driver: 'overlay' }).map(({ change }) => change)).toContain('bridge instead');
  });
});

describe('the choice of mutants', () => {
  const spec = { Labels: { a: '1' }, Env: ['A=1', 'B=2'] };

  test('takes each field’s change once in a whole run', () => {
    const choose = chooseMutants();
    expect(choose(mutantsOf(spec), 'services').map(({ path, change }) => `${path} ${change}`)).toEqual([
      'Labels left out',
      'Labels.a left out',
      'Labels.a with an x',
      'Env left out',
      'Env[0] left out',
      'Env[0] with an x',
    ]);
    expect(choose(mutantsOf(spec), 'services')).toEqual([]);
    expect(choose(mutantsOf(spec), 'networks')).not.toEqual([]);
  });

  test('takes a handful of a kind, spread over its fields', () => {
    const choose = chooseMutants({ services: 2, networks: 0, configs: 0, secrets: 0 });
    expect(choose(mutantsOf(spec), 'services').map(({ path }) => path)).toEqual(['Labels', 'Env']);
    expect(choose(mutantsOf({ Name: 'x' }), 'services')).toEqual([]);
    expect(choose(mutantsOf({ Name: 'x' }), 'networks')).toEqual([]);
  });
});
