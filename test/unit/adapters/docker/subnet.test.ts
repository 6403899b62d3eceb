import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressIn,
  chooseSubnet,
  freeAddresses,
  machineRanges,
  routesOf,
} from '../../../../shared/adapters/docker/subnet.ts';

const choice = fc.integer({ min: 0, max: 65_535 });

describe('a lab’s subnet', () => {
  test('is a /26 of 100.64.0.0/10, whatever chance says', () => {
    fc.assert(
      fc.property(choice, (random) => {
        const [, second = -1, third, last = -1] =
          /^100\.(\d+)\.(\d+)\.(\d+)\/26$/.exec(chooseSubnet([], () => random)) ?? [];
        expect(Number(second)).toBeGreaterThanOrEqual(64);
        expect(Number(second)).toBeLessThanOrEqual(127);
        expect(third).toBeDefined();
        expect(Number(last) % 64).toBe(0);
      }),
    );
  });

  test('is another for another chance, and never one that was given before', () => {
    fc.assert(
      fc.property(fc.array(choice, { minLength: 2, maxLength: 30 }), (choices) => {
        const given: string[] = [];
        for (const random of choices) given.push(chooseSubnet(given, () => random));
        expect(new Set(given).size).toBe(choices.length);
      }),
    );
  });

  test('keeps out of ranges around it, inside it and beside it', () => {
    const first = () => 0;
    expect(chooseSubnet(['10.0.0.0/8', '::1/128', ''], first)).toBe('100.64.0.0/26');
    expect(chooseSubnet(['100.64.0.0/16'], first)).toBe('100.65.0.0/26');
    expect(chooseSubnet(['100.64.0.63/32'], first)).toBe('100.64.0.64/26');
    expect(chooseSubnet(['100.127.255.192/26'], () => 65_535)).toBe('100.64.0.0/26');
    expect(() => chooseSubnet(['100.64.0.0/10'], first)).toThrow('every subnet');
  });

  test('has its gateway at .1 and its machines on the lowest free from .2, never at the broadcast’s', () => {
    expect(addressIn('100.64.0.64/26', 1)).toBe('100.64.0.65');
    expect(freeAddresses('100.64.0.64/26', ['100.64.0.66', '100.64.0.68'], 3)).toEqual([
      '100.64.0.67',
      '100.64.0.69',
      '100.64.0.70',
    ]);
    const all = freeAddresses('100.64.0.0/26', [], 100);
    expect(all).toHaveLength(61);
    expect(all.at(-1)).toBe('100.64.0.62');
  });
});

test('the machine’s own ranges hold loopback, and the kernel’s routes without the default one', () => {
  expect(machineRanges()).toContain('127.0.0.1/8');
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'br-1\t00094064\t00000000\t0001\t0\t0\t0\tC0FFFFFF\t0\t0\t0',
    'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    '',
  ].join('\n');
  expect(routesOf(table)).toEqual(['100.64.9.0/26', '172.17.0.0/16']);
});
