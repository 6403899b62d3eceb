import { expect } from 'vitest';
import { isSlipwayError } from '../../shared/core/errors.ts';
import type { LabEvent } from '../../shared/lab/lab.ts';
import type { Caller } from '../../shared/service/caller.ts';
import { changeLab } from '../../shared/service/change-lab.ts';
import { createLab } from '../../shared/service/create-lab.ts';
import type { LabRequest } from '../../shared/service/lab-request.ts';
import { anEc2School, type Ec2School, type Ec2SchoolOptions } from '../support/ec2-school.ts';
import type { FakeInstance } from '../support/fake-ec2/instances/instance.ts';

export const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
export const TYPES = ['t3.small', 't3a.small'];

const student: Caller = { subject: 'ana', role: 'student' };

/** A school for one test; closed behind it, its account empty. */
export async function inSchool(
  options: Ec2SchoolOptions,
  story: (school: Ec2School) => Promise<void>,
): Promise<void> {
  const school = await anEc2School(options);
  try {
    await story(school);
    for (const labId of school.phases.keys()) await endsInNothing(school, labId);
    expect(school.leftovers(), 'what is still paid for').toEqual([]);
    expect(
      school.queue.errors.filter((error) => !comesAgain(error)),
      'runs that crashed',
    ).toEqual([]);
  } finally {
    await school.close();
  }
}

export const DEATH = 'the process is dead';

/** What is killed and what has no turn to sweep is run again by the queue. */
function comesAgain(error: unknown): boolean {
  if (isSlipwayError(error, 'driver_failed')) return error.facts.reason === 'throttled';
  return (error as Error).message === DEATH;
}

export async function ask(school: Ec2School, request: Partial<LabRequest> = {}): Promise<string> {
  const lab = await createLab(
    school.deps,
    student,
    { template: 'swarm', ...request },
    { address: '203.0.113.7' },
  );
  return lab.id;
}

export async function change(
  school: Ec2School,
  labId: string,
  body: Parameters<typeof changeLab>[2],
): Promise<void> {
  const write = { caller: student, labId, method: 'PATCH', path: `/v1/labs/${labId}`, key: undefined };
  await changeLab(school.deps, write, body);
}

/** Deletes it; it must go down whatever became of it. */
async function endsInNothing(school: Ec2School, labId: string): Promise<void> {
  const { status, spec } = await school.load(labId);
  if (status.deletedAt === undefined && !spec.deleted && status.failure === undefined) {
    await school.delete(labId);
  }
  await isGone(school, labId);
}

export async function isGone(school: Ec2School, labId: string): Promise<void> {
  const isDeleted = async () => (await school.load(labId)).status.deletedAt !== undefined;
  expect(await school.until(isDeleted, 1800), `lab ${labId} is gone in time`).toBe(true);
}

/** All that ever were, ended ones too. */
export function instancesOf(school: Ec2School, labId: string): Readonly<FakeInstance>[] {
  return school.fake.instances().filter(({ tags }) => tags.get('slipway:lab') === labId);
}

/** Those that somebody pays for. */
export function paidFor(school: Ec2School, labId: string): Readonly<FakeInstance>[] {
  return instancesOf(school, labId).filter(({ state }) => !['terminated', 'shutting-down'].includes(state));
}

export function nameOf({ tags, launchIndex }: Readonly<FakeInstance>): string {
  return tags.get(`slipway:machine-${launchIndex}`) ?? '';
}

/** Ready, with one machine of each name and no more, after so many launches in all. */
export async function isReadyOnce(
  school: Ec2School,
  labId: string,
  { launched = 3, withinSeconds = 3600 }: { launched?: number; withinSeconds?: number } = {},
): Promise<void> {
  await school.untilPhase(labId, 'ready', withinSeconds);
  const names = paidFor(school, labId).map(nameOf).sort();
  expect(names).toEqual(['LINUXtips-01', 'LINUXtips-02', 'LINUXtips-03']);
  expect(instancesOf(school, labId), 'instances that were ever launched').toHaveLength(launched);
}

/** It waits, and says in a word and in words what for. */
export async function isSaid(
  school: Ec2School,
  labId: string,
  reason: string,
  words: RegExp,
  withinSeconds = 300,
): Promise<void> {
  const isIt = async () => (await school.view(labId)).conditions.MachinesRunning.reason === reason;
  const seen = await school.until(isIt, withinSeconds);
  const { conditions } = await school.view(labId);
  expect(seen, `${reason} is said, and not ${JSON.stringify(conditions.MachinesRunning)}`).toBe(true);
  expect(conditions.MachinesRunning).toMatchObject({
    status: 'False',
    message: expect.stringMatching(words),
  });
}

export async function eventsOf(school: Ec2School, labId: string): Promise<LabEvent[]> {
  return await school.deps.labs.listEvents(labId, { after: 0, limit: 1000 });
}
