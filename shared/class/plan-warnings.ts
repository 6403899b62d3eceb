import type { Occurrence, PlannedOccurrence } from './calendar.ts';
import type { ClassPlan, PlanWarning, PlanWarningCode, Room } from './class-plan.ts';
import { localTime } from './local-time.ts';
import type { PlanInput } from './plan.ts';
import { words } from './plan-assumptions.ts';
import type { Rooms } from './plan-room.ts';
import type { SessionTiming } from './plan-session.ts';
import { sessionWarnings } from './plan-session-warnings.ts';

/** What the engine and the system of a machine use before any task runs. */
const SYSTEM_MIB = 400;

export interface Planned {
  input: PlanInput;
  occurrences: PlannedOccurrence[];
  /** Sessions as labs serve them. */
  blocks: Occurrence[];
  waves: ClassPlan['waves'];
  rooms: Rooms;
  price: ClassPlan['price'];
  timing: SessionTiming;
}

/** What the instructor should know before going ahead, each with its cure. */
export function planWarnings(planned: Planned): PlanWarning[] {
  return [
    ...layoutWarnings(planned.input),
    ...sessionWarnings(planned.input, planned.occurrences, planned.timing),
    ...lateWarnings(planned),
    ...roomWarnings(planned.rooms),
    ...moneyWarnings(planned),
  ];
}

function layoutWarnings({ lab, policy: { machine } }: PlanInput): PlanWarning[] {
  const warnings: PlanWarning[] = [];
  if (lab.managers === 2) {
    warnings.push(
      warning(
        'two_managers',
        'two managers tolerate no loss: when one is gone the swarm takes no changes; the course has it so, three managers would bear it',
      ),
    );
  }
  if (machine === undefined) return warnings;
  const usable = lab.machines * Math.max(0, machine.memoryMiB - SYSTEM_MIB);
  if (lab.memoryMiB > usable) {
    warnings.push(
      warning(
        'machine_too_small',
        `the stacks need ${lab.memoryMiB} MiB, and ${lab.machines} ${machine.type} leave ${usable} MiB for them: take more machines, a larger type, or fewer stacks`,
      ),
    );
  }
  return warnings;
}

function lateWarnings({ input, blocks, waves, timing }: Planned): PlanWarning[] {
  const [next] = blocks;
  if (next === undefined || waves === undefined || waves.labs === 0) return [];
  const { timeZone } = input.spec;
  const warnings: PlanWarning[] = [];
  const short = input.policy.readySeconds - timing.lastLeadSeconds;
  if (short > 0) {
    warnings.push(
      warning(
        'lead_too_short',
        `with a leadTime of ${words(timing.lastLeadSeconds)} the last lab is ready ${words(short)} after the bell: leave leadTime out, or make it ${words(input.policy.readySeconds)}`,
      ),
    );
  }
  const ready = Date.parse(waves.readyAt);
  if (ready > next.start + Math.max(0, short) * 1000) {
    const which = `the session of ${localTime(next.start, timeZone)} ${next.start <= input.now ? 'is on' : 'is too near'}`;
    warnings.push(
      warning(
        'too_near',
        `${which}: its last lab is ready about ${localTime(ready, timeZone)}, ${words((ready - next.start) / 1000)} after the bell`,
      ),
    );
  }
  return warnings;
}

function roomWarnings({ vcpus, addresses, securityGroups }: Rooms): PlanWarning[] {
  const rooms: [PlanWarningCode, Room | undefined, string, string][] = [
    ['vcpu_quota', vcpus, 'vCPU', 'ask AWS for a higher quota (L-1216C47A)'],
    ['addresses', addresses, 'addresses in the subnets', 'make the class smaller, or add subnets'],
    ['security_groups', securityGroups, 'security groups', 'ask AWS for a higher quota (L-E79EC296)'],
  ];
  return rooms.flatMap(([code, room, what, cure]) => {
    if (room === undefined || room.missing === 0) return [];
    const numbers = `${room.needed} ${what} are needed, ${room.used} of ${room.quota} are used, ${room.missing} are missing`;
    return [
      warning(code, `${numbers}: ${room.admittedLabs} labs get in and the rest wait in order; ${cure}`),
    ];
  });
}

function moneyWarnings({ input, price }: Planned): PlanWarning[] {
  const { budget } = input.spec;
  const { machine, prices } = input.policy;
  if (!price.priced) {
    const isPaid = machine !== undefined && prices !== undefined;
    const what = isPaid
      ? `no price of ${machine.type} is known in ${prices.region}: set it in SLIPWAY_PRICES`
      : 'nothing has a price here';
    const bites = budget === undefined ? '' : '; the budget never bites';
    return isPaid || budget !== undefined ? [warning('no_price', `${what}${bites}`)] : [];
  }
  if (budget === undefined) return [];
  const spent = input.spentUsd ?? 0;
  const told = `the budget is ${usd(budget.usd)}${spent > 0 ? `, of which ${usd(spent)} is spent` : ''}`;
  const cure = 'once it is spent nothing new is started; raise it, or plan fewer hours';
  if (spent + price.totalUsd > budget.usd) {
    return [warning('budget', `${told}, and what is planned costs ${usd(price.totalUsd)}: ${cure}`)];
  }
  const most = price.withOwnHoursUsd ?? price.totalUsd;
  if (spent + most <= budget.usd) return [];
  return [
    warning(
      'budget',
      `${told}, which is enough for the sessions, but not for all hours of students’ own, with which it is ${usd(most)}: ${cure}`,
    ),
  ];
}

function usd(amount: number): string {
  return `${amount.toFixed(2)} USD`;
}

function warning(code: PlanWarningCode, message: string): PlanWarning {
  return { code, message };
}
