import { z } from 'zod';
import { isSlipwayError, messageOf, SlipwayError } from '../../core/errors.ts';
import { type Lab, ServiceStatus, type StackStatus } from '../../lab/lab.ts';
import { managerEngine } from '../../machine/manager-engine.ts';
import type { Deps } from '../../ports/deps.ts';
import type { Page } from '../../ports/store.ts';
import { serviceStatuses } from '../../stack/converge.ts';
import { STACK_LABEL } from '../../stack/convert/stack-names.ts';
import { stackDigest } from '../../stack/stack-digest.ts';
import { StackView as LiveServices, viewStack } from '../../stack/view-stack.ts';
import type { Caller } from '../caller.ts';
import { findLab } from '../find-lab.ts';
import { linksOfStack } from '../lab-links.ts';
import { type PageQuery, pageOf } from '../page-of.ts';

const State = z.enum(['waiting', 'deploying', 'converging', 'converged', 'late', 'removing', 'foreign']);

/** A stack of a lab, in short. */
export const StackSummary = z
  .object({
    name: z.string(),
    from: z.string().optional().describe('Its entry in the catalogue'),
    state: State.describe(
      'waiting: the lab is not up yet; late: it had its time and did not come up; foreign: deployed by another hand than ours',
    ),
    deployedAt: z.string().optional(),
    services: z.array(ServiceStatus),
    links: z.array(z.object({ label: z.string(), url: z.string() })),
    asOf: z
      .enum(['now', 'last-look'])
      .describe('last-look: the swarm does not answer, and this is what was seen last'),
    note: z.string().optional().describe('Why the swarm was not asked'),
  })
  .meta({ id: 'Stack' });
export type StackSummary = z.output<typeof StackSummary>;

/** The same with its tasks, and the last lines of what keeps ending. */
export const StackDetail = StackSummary.extend({ live: LiveServices.optional() }).meta({ id: 'StackDetail' });
export type StackDetail = z.output<typeof StackDetail>;

export type StackViewDeps = Pick<Deps, 'clock' | 'labs' | 'catalogue' | 'engines' | 'policy'>;

/** All stacks of a lab, those that a student's own CLI deployed too. @throws SlipwayError `not_found` */
export async function listStacks(
  deps: StackViewDeps,
  caller: Caller,
  labId: string,
  query: PageQuery,
): Promise<Page<StackSummary>> {
  const { lab } = await findLab(deps, caller, labId);
  const { services, note } = await liveServices(deps, lab);
  const names = [...new Set([...ownNames(lab), ...(services?.keys() ?? [])])];
  const page = pageOf(names, (name) => name, query);
  return { ...page, items: page.items.map((name) => summaryOf(deps, lab, name, services?.get(name), note)) };
}

/** @throws SlipwayError `not_found` for a lab or stack that is not there. */
export async function getStack(
  deps: StackViewDeps,
  caller: Caller,
  labId: string,
  name: string,
): Promise<StackDetail> {
  const { lab } = await findLab(deps, caller, labId);
  try {
    const { engine } = await managerEngine(deps, lab);
    const live = await viewStack(engine, name);
    if (live.services.length === 0 && !isOurs(lab, name)) throw noStack(labId, name);
    const services = live.services.map((service) => ServiceStatus.parse(service));
    return { ...summaryOf(deps, lab, name, services, undefined), live };
  } catch (error) {
    if (!isSlipwayError(error) || error.code === 'not_found') throw error;
    if (!isOurs(lab, name)) throw error;
    return summaryOf(deps, lab, name, undefined, messageOf(error));
  }
}

/** What runs now, by stack; the record's last look where the swarm does not answer. */
async function liveServices(
  deps: StackViewDeps,
  lab: Lab,
): Promise<{ services?: Map<string, ServiceStatus[]>; note?: string }> {
  try {
    const { engine } = await managerEngine(deps, lab);
    const [services, tasks, nodes] = await Promise.all([engine.services(), engine.tasks(), engine.nodes()]);
    const names = new Set(services.flatMap(({ Spec }) => Spec.Labels[STACK_LABEL] ?? []));
    const byStack = [...names].map((name): [string, ServiceStatus[]] => {
      const own = services.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === name);
      return [name, serviceStatuses(own, tasks, nodes)];
    });
    return { services: new Map(byStack) };
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    return { note: messageOf(error) };
  }
}

function summaryOf(
  deps: StackViewDeps,
  lab: Lab,
  name: string,
  live: ServiceStatus[] | undefined,
  note: string | undefined,
): StackSummary {
  const from = lab.spec.stacks.find((stack) => stack.name === name)?.from;
  const status = lab.status.stacks.find((stack) => stack.name === name);
  const services = live ?? (note === undefined ? [] : (status?.services ?? []));
  return {
    name,
    ...(from === undefined ? {} : { from }),
    state: stateOf(deps, lab, name, status, services),
    ...(status?.deployedAt === undefined ? {} : { deployedAt: status.deployedAt }),
    services,
    links: linksOfStack(lab, deps.catalogue, name),
    asOf: note === undefined ? 'now' : 'last-look',
    ...(note === undefined ? {} : { note }),
  };
}

function stateOf(
  { clock, policy, catalogue }: StackViewDeps,
  lab: Lab,
  name: string,
  status: StackStatus | undefined,
  services: ServiceStatus[],
): StackSummary['state'] {
  const asked = lab.spec.stacks.find((stack) => stack.name === name);
  if (asked === undefined) return status === undefined ? 'foreign' : 'removing';
  if (status === undefined) return lab.status.swarm?.formedAt === undefined ? 'waiting' : 'deploying';
  const wanted = stackDigest(asked, catalogue.stacks.get(asked.from ?? '')?.source);
  if (status.deployed !== wanted || status.deployedAt === undefined) return 'deploying';
  if (services.length > 0 && services.every(({ running, desired }) => running >= desired)) return 'converged';
  const sinceMilliseconds = clock.now() - Date.parse(status.deployedAt);
  return sinceMilliseconds > policy.convergeWithinSeconds * 1000 ? 'late' : 'converging';
}

function ownNames({ spec, status }: Lab): string[] {
  const names = [...spec.stacks.map(({ name }) => name), ...status.stacks.map(({ name }) => name)];
  return [...new Set(names)];
}

function isOurs(lab: Lab, name: string): boolean {
  return ownNames(lab).includes(name);
}

function noStack(labId: string, name: string): SlipwayError {
  return new SlipwayError(
    'not_found',
    `lab ${labId} has no stack "${name.slice(0, 63)}"; GET /v1/labs/${labId}/stacks lists them`,
  );
}
