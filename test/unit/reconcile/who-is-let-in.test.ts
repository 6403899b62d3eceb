import { expect, test } from 'vitest';
import { aSchool } from '../../support/school.ts';

const allows = ({ driver }: Awaited<ReturnType<typeof aSchool>>) =>
  driver.calls.filter((call) => call === 'allow').length;

test('a lab lets in its owner’s addresses, to what its stacks publish, before its machines run', async () => {
  const school = await aSchool({ allowFrom: ['203.0.113.7/32'] });
  await school.pass(60);
  expect(school.driver.allowed.get(school.id)).toEqual({ from: ['203.0.113.7/32'], ports: [8080] });
  expect(school.driver.calls.indexOf('allow')).toBeLessThan(school.driver.calls.indexOf('create'));
});

test('it is told once, and again only when addresses change', async () => {
  const school = await aSchool({ allowFrom: ['203.0.113.7/32'] });
  await school.pass(120);
  expect(allows(school)).toBe(1);
  await school.change((spec) => ({ ...spec, allowFrom: ['198.51.100.0/24'] }));
  await school.pass(30);
  expect(school.driver.allowed.get(school.id)?.from).toEqual(['198.51.100.0/24']);
  expect(allows(school)).toBe(2);
});

test.each(['before', 'after'] as const)('cut short %s its effect, it is told all the same', async (when) => {
  const school = await aSchool({ allowFrom: ['203.0.113.7/32'] });
  school.driver.failOnce('allow', when);
  await school.pass(60);
  expect(await school.phase()).toBe('ready');
  expect(school.driver.allowed.get(school.id)?.ports).toEqual([8080]);
});
