import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { ACKNOWLEDGED, acknowledgeFindings } from '../../infra/acknowledged.ts';
import type { SlipwayStack } from '../../infra/slipway-stack.ts';
import { makeStack } from './synthesized.ts';

/** Each as `rule path`. */
function findingsOf(stack: SlipwayStack): string[] {
  return new AwsSolutionsChecks()
    .validateScope(stack)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );
}

// Here, because the first synthesis takes long where the machine is busy.
const found = findingsOf(makeStack());

describe('cdk-nag', () => {
  test.each([
    {},
    {
      region: 'eu-central-1',
      deployment: 'spring',
      spot: 'true',
      dashboard: 'true',
      alarmEmail: 'a@b.example',
    },
  ])('finds nothing that is not acknowledged: %o', (context) => {
    const stack = makeStack(context);
    acknowledgeFindings(stack);
    expect(findingsOf(stack)).toEqual([]);
  });

  test('still finds each thing that is acknowledged, where it is acknowledged', () => {
    expect(found.length).toBeGreaterThan(0);
    for (const { id, path } of ACKNOWLEDGED) {
      const there = found.filter((finding) =>
        finding.startsWith(`${id.replace('<region>', 'us-east-1')} Test/${path}/`),
      );
      expect(there, `${id} in ${path}`).not.toEqual([]);
    }
  });

  test('is told why, in a sentence, each time', () => {
    for (const { reason } of ACKNOWLEDGED) expect(reason.length).toBeGreaterThan(40);
  });
});
