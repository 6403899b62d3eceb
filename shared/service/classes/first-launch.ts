import type { ClassSpec } from '../../class/class.ts';
import { lastLeadSeconds } from '../../class/last-lead.ts';
import { machinesPerLab } from '../../class/machines-per-lab.ts';
import { leadSeconds } from '../../class/waves.ts';
import type { Catalogue } from '../../lab/template.ts';
import type { Policy } from '../../ports/deps.ts';

export interface LaunchDeps {
  catalogue: Catalogue;
  policy: Policy;
}

/** When the first lab of a class is to be launched for a bell, milliseconds since the epoch. */
export function firstLaunch({ catalogue, policy }: LaunchDeps, spec: ClassSpec, bell: number): number {
  const last = lastLeadSeconds(spec, policy);
  const demand = { labs: spec.students ?? 0, machinesPerLab: machinesPerLab(catalogue, spec) };
  const lead = leadSeconds({ ...demand, pace: policy.launchPace });
  return bell - (last + lead) * 1000;
}
