import { describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { readLocalConfig } from '../../../shared/core/local-config.ts';

describe('the settings', () => {
  test('all have a default, and an empty variable is an unset one', () => {
    expect(readLocalConfig({ SLIPWAY_PORT: '' })).toMatchObject({
      SLIPWAY_PORT: 7070,
      SLIPWAY_DEPLOYMENT: 'slipway',
    });
  });

  test('read numbers and addresses, and leave what is not ours alone', () => {
    const environment = {
      SLIPWAY_PORT: '8000',
      SLIPWAY_ADVERTISE: '192.0.2.10',
      HOME: '/root',
      SLIPWAY_CACHE: '/c',
    };
    expect(readLocalConfig(environment)).toMatchObject({
      SLIPWAY_PORT: 8000,
      SLIPWAY_ADVERTISE: '192.0.2.10',
    });
  });

  test('name every wrong and every misspelt one at once', () => {
    const environment = { SLIPWAY_PORT: 'many', SLIPWAY_ADVERTISE: 'here', SLIPWAY_PROT: '1' };
    expect(() => readLocalConfig(environment)).toThrow(SlipwayError);
    expect(() => readLocalConfig(environment)).toThrow(/SLIPWAY_PORT.*SLIPWAY_ADVERTISE.*SLIPWAY_PROT/s);
  });
});
