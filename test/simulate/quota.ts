import { anEc2School } from '../support/ec2-school.ts';

/** A lab of three t3.small. */
const VCPUS_EACH = 6;
/** Time enough for all that there is room for, and for the others to ask again. */
const SETTLE_SECONDS = 600;

export interface QuotaFigures {
  quota: number;
  asked: number;
  admitted: number;
  /** Labs that wait and whose view says how many vCPUs are missing. */
  told: number;
  /** What one of them reads. */
  words: string;
  /** Launches that EC2 itself refused for the quota. */
  refusedByEc2: number;
  /** Of those that waited, how many are ready once as many others as `ended` are gone. */
  ended: number;
  followed: number;
  leftovers: string[];
}

/** More labs than the account's quota has room for. */
export async function runIntoQuota(quota: number, asked: number, ended: number): Promise<QuotaFigures> {
  const school = await anEc2School({ concurrency: 50, fake: { quotas: { onDemandVcpus: quota } } });
  try {
    const { fake, phases } = school;
    const labIds = await Promise.all(
      Array.from({ length: asked }, (_, index) => school.create(`student-${index + 1}`)),
    );
    const ready = () => labIds.filter((labId) => phases.get(labId) === 'ready');
    await school.pass(SETTLE_SECONDS);
    const admitted = ready();
    const waiting = labIds.filter((labId) => phases.get(labId) === 'pending');
    const views = await Promise.all(waiting.map((labId) => school.view(labId)));
    const words = views.map(({ conditions }) => conditions.MachinesRunning.message);
    const told = words.filter((message) => missingIn(message) === VCPUS_EACH);

    for (const labId of admitted.slice(0, ended)) await school.delete(labId);
    await school.until(() => ready().length === admitted.length, SETTLE_SECONDS);
    const followed = waiting.filter((labId) => phases.get(labId) === 'ready').length;

    const left = labIds.filter(
      (labId) => phases.get(labId) !== 'deleted' && phases.get(labId) !== 'deleting',
    );
    for (const labId of left) await school.delete(labId);
    await school.until(() => labIds.every((labId) => phases.get(labId) === 'deleted'));
    return {
      quota,
      asked,
      admitted: admitted.length,
      told: told.length,
      words: words[0] ?? '',
      refusedByEc2: fake.calls('RunInstances').filter(({ code }) => code === 'VcpuLimitExceeded').length,
      ended,
      followed,
      leftovers: school.leftovers(),
    };
  } finally {
    await school.close();
  }
}

/** `room for 0 vCPUs, and this lab needs 6` → 6. */
function missingIn(message: string): number | undefined {
  const [, free, needed] = /room for (\d+) vCPUs, and this lab needs (\d+)/.exec(message) ?? [];
  return free === undefined || needed === undefined ? undefined : Number(needed) - Number(free);
}
