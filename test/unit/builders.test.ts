import { describe, expect, test } from 'vitest';
import { phaseOf, progressOf } from '../../shared/lab/phase.ts';
import { aLab, aReadyLab, START } from '../support/builders.ts';

describe('the builders', () => {
  test('make a lab that is pending, and one that is ready', () => {
    expect(phaseOf(aLab(), START)).toBe('pending');
    expect(phaseOf(aReadyLab(), START)).toBe('ready');
    expect(progressOf(aReadyLab())).toBe(100);
  });

  test('refuse an override that the model would not take', () => {
    expect(() => aLab({ spec: { machines: [] } })).toThrow();
  });
});
