import { afterEach, expect, test } from 'vitest';
import { anEc2School, type Ec2School, type Ec2SchoolOptions } from '../support/ec2-school.ts';

let school: Ec2School;

afterEach(() => school.close());

/** A lab's whole life. @returns seconds of the manual clock until it was ready. */
async function liveOnce(options: Ec2SchoolOptions): Promise<number> {
  school = await anEc2School(options);
  const begun = school.clock.now();
  const labId = await school.create();
  await school.untilPhase(labId, 'ready');
  const readySeconds = (school.clock.now() - begun) / 1000;
  expect(school.fake.instances()).toHaveLength(3);
  await school.delete(labId);
  await school.untilPhase(labId, 'deleted');
  expect(school.leftovers()).toEqual([]);
  expect(school.queue.errors).toEqual([]);
  return readySeconds;
}

test('a lab is ready as soon as its machines are, at few looks, and leaves nothing', async () => {
  // 8 s until they run, 20 s until they enrol.
  expect(await liveOnce({ sharesTable: true, concurrency: 4 })).toBeLessThanOrEqual(30);
  const looks = school.fake.calls().filter(({ action }) => action.startsWith('Describe'));
  expect(looks.filter(({ action }) => action === 'DescribeInstances').length).toBeLessThanOrEqual(6);
});

test('events that EventBridge loses cost a lab time and nothing else', async () => {
  expect(await liveOnce({ losesEvents: true, concurrency: 4 })).toBeLessThanOrEqual(60);
});

test('messages that come twice launch nothing twice', async () => {
  await liveOnce({ concurrency: 4, mishap: () => 'duplicated' });
});

test('a lab that loses two of three messages is woken by the tick', async () => {
  let sent = 0;
  const readySeconds = await liveOnce({
    mishap: (message) => ('labId' in message && sent++ % 3 !== 0 ? 'lost' : undefined),
  });
  expect(readySeconds).toBeLessThanOrEqual(900);
});

test('machines that never enrol are booted anew, and the lab says so and fails in its time', async () => {
  school = await anEc2School({ bootSeconds: () => undefined });
  const labId = await school.create();
  await school.untilPhase(labId, 'failed', 1800);
  const { status } = await school.load(labId);
  expect(status.events.map(({ type }) => type)).toContain('BootedAnew');
  expect(await school.until(() => school.leftovers().length === 0, 600)).toBe(true);
});
