import { describe, expect, test } from 'vitest';
import { REGIONS } from '../../infra/regions.ts';
import { readSettings } from '../../infra/settings.ts';

describe('what an operator sets', () => {
  test('may be nothing', () => {
    expect(readSettings({})).toMatchObject({
      deployment: 'slipway',
      region: 'us-east-1',
      zones: 3,
      spot: false,
      dashboard: false,
      instanceTypes: ['t3.small', 't3a.small'],
    });
  });

  test('comes as text from the command line and as values from cdk.json alike', () => {
    const text = { zones: '2', spot: 'true', instanceTypes: 't4g.small, t4g.medium', monthlyBudgetUsd: '50' };
    const values = { zones: 2, spot: true, instanceTypes: 't4g.small,t4g.medium', monthlyBudgetUsd: 50 };
    expect(readSettings(text)).toEqual(readSettings(values));
  });

  test('leaves CDK’s own context alone', () => {
    expect(readSettings({ 'aws:cdk:version': '2', '@aws-cdk/core:x': true })).toEqual(readSettings({}));
  });

  test('takes every Region of the list with as many zones as it has, and not one more', () => {
    for (const [region, zones] of Object.entries(REGIONS)) {
      expect(readSettings({ region, zones }).region).toBe(region);
      expect(() => readSettings({ region, zones: zones + 1 })).toThrow(/zones/);
    }
  });

  test.each([
    ['a Region where EC2 has no IPv6 endpoint', { region: 'ca-west-1' }, /"ca-west-1" is none of us-east-1/],
    ['a Region that is none', { region: 'eu-middle-1' }, /region/],
    ['a misspelt setting', { monthlyBudget: 5 }, /monthlyBudget/],
    ['an issuer without its audience', { oidcIssuer: 'https://login.example.org' }, /both or neither/],
    [
      'an issuer over plain HTTP',
      { oidcIssuer: 'http://login.example.org', oidcAudience: 'x' },
      /oidcIssuer/,
    ],
    ['an image that is none', { imageX86: 'my-image' }, /an AMI's id/],
    ['a name that no tag takes', { deployment: 'Spring_2027' }, /lower-case/],
    ['a range too small for a class', { range: '10.240.0.0/24' }, /must be a \/16/],
    ['an address that is none', { alarmEmail: 'operator' }, /alarmEmail/],
  ])('is refused where it is %s', (_, context, words) => {
    expect(() => readSettings(context)).toThrow(words);
  });

  test('is refused all at once', () => {
    expect(() => readSettings({ region: 'nowhere', zones: 9, colour: 'red' })).toThrow(
      /(?=[\s\S]*zones)(?=[\s\S]*colour)/,
    );
  });
});
