import { expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { aSchool } from '../../support/school.ts';

const LIST_AFTER_SECONDS = 10;

/** A school whose driver's list is paced: of machines just launched it tells a while later. */
async function aPacedSchool() {
  const school = await aSchool();
  const { clock } = school.deps;
  const { driver } = school;
  let listsFrom = 0;
  const create = driver.create.bind(driver);
  const list = driver.list.bind(driver);
  driver.create = async (launch) => {
    await create(launch);
    listsFrom = clock.now() + LIST_AFTER_SECONDS * 1000;
  };
  driver.list = async (labId) => {
    const afterSeconds = (listsFrom - clock.now()) / 1000;
    if (afterSeconds <= 0) return await list(labId);
    throw new SlipwayError('driver_failed', 'lists are paced', {
      retryable: true,
      facts: { reason: 'throttled', afterSeconds },
    });
  };
  return school;
}

test('a boot that told of its failure before its machine was listed is given another a minute after it began', async () => {
  const school = await aPacedSchool();
  const restarts = () => school.driver.calls.filter((call) => call === 'restart').length;
  await school.pass(1);
  expect(school.driver.calls).toContain('create');
  expect((await school.load()).status.machines).toEqual([]);
  const failure = { message: 'the disk is on fire', at: iso(school.deps.clock.now()) };
  await school.deps.labs.saveEnrolment(school.id, { machine: 'LINUXtips-03', failure });
  await school.pass(54);
  expect((await school.load()).status.machines).toHaveLength(3);
  expect(restarts()).toBe(0);
  await school.pass(20);
  expect(restarts()).toBe(1);
  await school.pass(30);
  expect(await school.phase()).toBe('ready');
});
