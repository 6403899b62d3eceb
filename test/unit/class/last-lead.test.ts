import { describe, expect, it } from 'vitest';
import { lastLeadSeconds } from '../../../shared/class/last-lead.ts';

describe('the last lab of a class', () => {
  const policy = { readySeconds: 90, spareSeconds: 240 };

  it('is launched by what a lab takes before the bell, and a spare for what fails once', () => {
    expect(lastLeadSeconds({}, policy)).toBe(330);
    expect(lastLeadSeconds({}, { readySeconds: 90 })).toBe(90);
  });

  it('is launched when its class says, where it says', () => {
    expect(lastLeadSeconds({ leadTime: 'PT10M' }, policy)).toBe(600);
    expect(lastLeadSeconds({ leadTime: 'PT0S' }, policy)).toBe(0);
  });
});
