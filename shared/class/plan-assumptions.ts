import { writeDuration } from '../core/duration.ts';
import type { ClassPlan } from './class-plan.ts';
import type { PlanInput } from './plan.ts';
import type { Bucket } from './waves.ts';

/** What the plan takes for granted, a sentence each. */
export function planAssumptions(
  { spec, policy, account, lab }: PlanInput,
  price: ClassPlan['price'],
): string[] {
  const { machine, launchPace: pace } = policy;
  const said = [`a lab is ready ${words(policy.readySeconds)} after its launch`];
  if (spec.leadTime === undefined && policy.spareSeconds !== undefined && policy.spareSeconds > 0) {
    said.push(
      `labs are launched ${words(policy.spareSeconds)} earlier than that asks, so that one whose launch fails once is ready by the bell all the same`,
    );
  }
  if (pace === undefined) said.push('all labs are launched at once: nothing bounds the pace here');
  else {
    said.push(
      `EC2 takes ${bucketWords(pace.requests, 'launches')}, and ${bucketWords(pace.machines, 'machines')}, of the whole account; the plan stays a little below, and nobody else launches at the same time`,
    );
  }
  if (account !== undefined)
    said.push('quotas are against what the account uses now; other classes at the same hour come on top');
  if (!price.priced || machine === undefined) {
    said.push('nothing is priced: no price is known of these machines');
    return said;
  }
  said.push(
    `prices of ${price.table?.region} as of ${price.table?.date}, on demand, in USD, without traffic and taxes`,
    `each lab is ${lab.machines} ${machine.type} with a public IPv4 address while it runs, and ${machine.diskGigabytes} GB of disk while it is there`,
    `labs run from their launch to ${words(spec.grace)} after the session's end; students’ extensions and replacements of failed labs come on top`,
    'labs that the account’s quota keeps waiting are priced as if they ran',
  );
  return said;
}

function bucketWords({ burst, perSecond }: Bucket, what: string): string {
  return `${burst} ${what} at once and ${perSecond} a second`;
}

/** `PT15M` as `15 min`. */
export function words(duration: string | number): string {
  const text = typeof duration === 'number' ? writeDuration(Math.round(duration)) : duration;
  const units: Record<string, string> = { W: 'weeks', D: 'days', H: 'h', M: 'min', S: 's' };
  const parts = [...text.matchAll(/(\d+)([WDHMS])/g)].map(
    ([, count, unit]) => `${count} ${units[unit ?? '']}`,
  );
  return parts.join(' ');
}
