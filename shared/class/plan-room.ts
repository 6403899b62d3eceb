import type { ClassPlan, Room } from './class-plan.ts';
import type { PlanInput } from './plan.ts';

export type Rooms = Pick<ClassPlan, 'vcpus' | 'addresses' | 'securityGroups'>;

/**
 * What the next session takes of the account, against what there is: vCPU by labs that are to run, and by labs that are to
 * be made an address a machine and a security group, which both stay while a lab is stopped.
 */
export function planRooms(
  { lab, policy, account = {} }: PlanInput,
  { total, create, launch }: { total: number; create: number; launch: number },
): Rooms {
  const { vcpus, addresses, securityGroups } = account;
  const rooms: Rooms = {};
  if (vcpus !== undefined && policy.machine !== undefined) {
    rooms.vcpus = roomFor(launch, lab.machines * policy.machine.vcpus, vcpus, total);
  }
  if (addresses !== undefined) {
    const { total: quota, used } = addresses;
    rooms.addresses = roomFor(create, lab.machines, { quota, used }, total);
  }
  if (securityGroups !== undefined) rooms.securityGroups = roomFor(create, 1, securityGroups, total);
  return rooms;
}

/** @param all labs of the class; those that need no more room are in already */
function roomFor(
  labs: number,
  perLab: number,
  { quota, used }: { quota: number; used: number },
  all: number,
): Room {
  const needed = labs * perLab;
  const free = Math.max(0, quota - used);
  const admitted = Math.min(labs, Math.floor(free / perLab));
  return { needed, quota, used, missing: Math.max(0, needed - free), admittedLabs: all - labs + admitted };
}
