import { describe, expect, test } from 'vitest';
import { ask, eventsOf, inSchool, isGone, isReadyOnce } from './ec2-faults-ground.ts';
import { dieAfter } from './ec2-faults-process.ts';

/** A lab's life is a few more calls of EC2, of the records and of engines. */
const ALL_STEPS = 260;
/** Every step was tried while this was written. */
const STRIDE = 3;

/** A lab's whole life, in which the first process dies after so many steps. */
async function lifeWithDeath(steps: number): Promise<void> {
  await inSchool({}, async (school) => {
    const isDead = dieAfter(school, steps);
    const labId = await ask(school);
    await isReadyOnce(school, labId);
    await school.delete(labId);
    await isGone(school, labId);
    expect(isDead(), 'it died on the way').toBe(true);
    const told = (await eventsOf(school, labId)).map(({ type }) => type);
    expect(told.filter((type) => type === 'Ready' || type === 'Deleted')).toEqual(['Ready', 'Deleted']);
  });
}

describe('a Lambda that is killed after any of its calls, its answer lost', () => {
  const deaths = Array.from({ length: Math.ceil(ALL_STEPS / STRIDE) }, (_, index) => index * STRIDE);
  test.each(deaths)(
    'after step %i: the lab comes up once, goes down once, and nothing is left',
    lifeWithDeath,
  );
});
