import type { Class, ClassSpec } from '../../class/class.ts';
import type { ClassPlan } from '../../class/class-plan.ts';
import { type PlanInput, planClass } from '../../class/plan.ts';
import { diffRoster } from '../../class/roster-diff.ts';
import type { RosterEntry } from '../../class/student.ts';
import { messageOf } from '../../core/errors.ts';
import { layOut } from '../../lab/lab-layout.ts';
import type { Catalogue } from '../../lab/template.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Caller } from '../caller.ts';
import { changedSpec, refuseLiveLabs } from './change-class.ts';
import type { ClassChange, ClassRequest } from './class-request.ts';
import { nameTaken, newSpec, pastIssues } from './create-class.ts';
import { findClass, requireLiveClass } from './find-class.ts';
import { refuseIssues } from './issues.ts';
import { liveLabs } from './live-labs.ts';
import { rosterOf } from './put-roster.ts';

export type PlanDeps = Pick<Deps, 'clock' | 'log' | 'policy' | 'catalogue' | 'classes' | 'account'>;

/** What a class would come to, before it is made. It is refused for what the class would be refused for. */
export async function planNew(deps: PlanDeps, request: ClassRequest): Promise<ClassPlan> {
  refuseIssues(pastIssues(request, deps.clock.now()));
  if ((await deps.classes.load(request.name)) !== undefined) throw nameTaken(request.name);
  const roster = { added: request.roster.length, removed: 0, changed: 0, unchanged: 0 };
  const labs = { kept: 0, running: 0, leaving: 0 };
  return planClass(await inputOf(deps, newSpec(request, ''), { roster, labs }));
}

/** What would come of a change of a class. */
export async function planChange(
  deps: PlanDeps,
  caller: Caller,
  classId: string,
  change: ClassChange,
): Promise<ClassPlan> {
  const found = await findClass(deps, caller, classId);
  requireLiveClass(found);
  const spec = changedSpec(deps, found.spec, change);
  if (spec.after !== found.spec.after) await refuseLiveLabs(deps, found);
  return await planExisting(deps, found, spec, await rosterOf(deps, found));
}

/** What would come of another roster. */
export async function planRoster(
  deps: PlanDeps,
  caller: Caller,
  classId: string,
  entries: RosterEntry[],
): Promise<ClassPlan> {
  const found = await findClass(deps, caller, classId);
  requireLiveClass(found);
  return await planExisting(deps, found, found.spec, entries);
}

async function planExisting(
  deps: PlanDeps,
  found: Class,
  spec: ClassSpec,
  entries: RosterEntry[],
): Promise<ClassPlan> {
  const { added, removed, changed, unchanged } = diffRoster(await rosterOf(deps, found), entries);
  const live = await liveLabs(deps, found.id);
  const stay = new Set(entries.map(({ email }) => email));
  const kept = live.filter(({ student }) => stay.has(student.email));
  const running = kept.filter(({ lab }) => lab !== undefined && RUNS.has(lab.phase));
  const input = await inputOf(deps, spec, {
    roster: {
      added: added.length,
      removed: removed.length,
      changed: changed.length,
      unchanged: unchanged.length,
    },
    labs: { kept: kept.length, running: running.length, leaving: live.length - kept.length },
  });
  const spentUsd = found.status.budget?.usd;
  return planClass(spentUsd === undefined ? input : { ...input, spentUsd });
}

const RUNS = new Set(['provisioning', 'starting', 'ready', 'degraded']);

async function inputOf(
  deps: PlanDeps,
  spec: ClassSpec,
  known: Pick<PlanInput, 'roster' | 'labs'>,
): Promise<PlanInput> {
  const account = await accountOf(deps);
  return {
    now: deps.clock.now(),
    spec,
    ...known,
    lab: labOf(deps.catalogue, spec),
    policy: deps.policy,
    ...(account === undefined ? {} : { account }),
  };
}

/** What nobody could tell now is not known, which the plan says; it is no reason to tell nothing. */
async function accountOf({ account, log }: PlanDeps): Promise<PlanInput['account']> {
  try {
    return await account?.();
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'could not read what the account has room for');
    return undefined;
  }
}

function labOf(catalogue: Catalogue, { template, machines, stacks }: ClassSpec): PlanInput['lab'] {
  const found = catalogue.templates.get(template);
  const { managers, workers } = machines ?? {};
  const layout = managers === undefined || workers === undefined ? undefined : { managers, workers };
  const laidOut = found === undefined ? [] : layOut(found, layout);
  const names = stacks ?? found?.stacks.map(({ from }) => from) ?? [];
  return {
    machines: laidOut.length,
    managers: laidOut.filter(({ role }) => role === 'manager').length,
    memoryMiB: names.reduce((total, name) => total + (catalogue.stacks.get(name)?.memoryMiB ?? 0), 0),
  };
}
