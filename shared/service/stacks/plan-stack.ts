import { z } from 'zod';
import { isSlipwayError, messageOf } from '../../core/errors.ts';
import { accessRules } from '../../lab/access.ts';
import type { Lab } from '../../lab/lab.ts';
import type { StackSource } from '../../lab/stack-source.ts';
import { managerEngine } from '../../machine/manager-engine.ts';
import type { ApiDeps } from '../../ports/deps.ts';
import { readCompose } from '../../stack/compose/read-compose.ts';
import { convertStack, type StackObjects } from '../../stack/convert/convert-stack.ts';
import type { Finding } from '../../stack/preflight/finding.ts';
import { preflight } from '../../stack/preflight/preflight.ts';
import type { OtherStack } from '../../stack/preflight/preflight-input.ts';
import { imagesOf, lookAtSwarm, type SwarmPicture } from '../../stack/preflight/swarm-picture.ts';
import { publishedPorts, publishedPortsByService } from '../../stack/published-ports.ts';
import { loadSource } from '../../stack/stack-sources.ts';

const Place = z.object({ file: z.string(), line: z.int(), column: z.int() });

/** What a deploy would find. */
export const StackPlan = z
  .object({
    stack: z.string(),
    deployable: z.boolean().describe('Nothing that was found stops it'),
    findings: z.array(
      z.object({
        level: z.enum(['error', 'warning', 'note']),
        code: z.string(),
        pointer: z.string(),
        place: Place.optional(),
        message: z.string().describe('Reason and cure'),
      }),
    ),
    swarmAsked: z.boolean().describe('Was it held against what runs now?'),
    swarmNote: z.string().optional().describe('Why it was not'),
    services: z.array(z.string()),
    networks: z.array(z.string()),
    secrets: z.array(z.string()),
    configs: z.array(z.string()),
  })
  .meta({ id: 'StackPlan' });
export type StackPlan = z.output<typeof StackPlan>;

export type PlanDeps = Pick<
  ApiDeps,
  'clock' | 'engines' | 'catalogue' | 'driver' | 'stacks' | 'secrets' | 'sealer'
>;

/**
 * The pre-flight: holds a stack against the lab it is to run in, without changing anything.
 * @throws SlipwayError `invalid_input` for a file that cannot be read, with every error at once.
 */
export async function planStack(
  deps: PlanDeps,
  lab: Lab,
  name: string,
  source: StackSource,
): Promise<StackPlan> {
  const read = readCompose(source);
  const objects = convertStack(name, read);
  const { swarm, note } = await pictureOf(deps, lab, objects);
  const others = await othersOf(deps, lab, name);
  const found = preflight({
    stack: name,
    read,
    objects,
    ...(swarm === undefined ? {} : { swarm }),
    others,
    facts: {
      hostsAreContainers: deps.driver.name === 'docker',
      managers: lab.spec.machines.filter(({ role }) => role === 'manager').length,
      machines: lab.spec.machines.length,
    },
  });
  const tooMany = accessFinding(deps, lab, [
    ...publishedPorts(read),
    ...others.flatMap(({ ports }) => ports.map(({ port }) => port)),
  ]);
  if (tooMany !== undefined) found.push(tooMany);
  const remarks = [...read.remarks, ...objects.remarks].map((remark) => ({
    level: 'note' as const,
    code: 'remark',
    ...remark,
  }));
  return {
    stack: name,
    deployable: !found.some(({ level }) => level === 'error'),
    findings: [...found, ...remarks],
    swarmAsked: swarm !== undefined,
    ...(note === undefined ? {} : { swarmNote: note }),
    services: objects.services.map(({ Name }) => Name),
    networks: objects.networks.map(({ Name }) => Name),
    secrets: objects.secrets.map(({ Name }) => Name),
    configs: objects.configs.map(({ Name }) => Name),
  };
}

/** What the driver has no rules for would be open to nobody. */
function accessFinding({ driver }: PlanDeps, { spec }: Lab, ports: number[]): Finding | undefined {
  const most = driver.mostAccessRules;
  const needed = accessRules(spec.allowFrom, ports);
  if (most === undefined || !driver.enforcesAllowFrom || needed <= most) return undefined;
  return {
    level: 'error',
    code: 'too_many_ports',
    pointer: '/services',
    message: `with it the lab publishes ${new Set(ports).size} ports to ${spec.allowFrom.length} ranges of addresses: ${needed} rules, and a lab has room for ${most}; publish fewer ports, neighbouring ones (a row of them is one rule), or PATCH the lab to fewer ranges`,
  };
}

/** A lab that is not up yet has nothing to be held against; that is no error, but it is said. */
async function pictureOf(
  deps: PlanDeps,
  lab: Lab,
  objects: StackObjects,
): Promise<{ swarm?: SwarmPicture; note?: string }> {
  try {
    const { engine } = await managerEngine(deps, lab);
    return { swarm: await lookAtSwarm(engine, { images: imagesOf(objects.services) }) };
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    return { note: messageOf(error) };
  }
}

/** What the lab's other stacks will publish; of those that run, the swarm itself tells. */
async function othersOf(deps: PlanDeps, lab: Lab, name: string): Promise<OtherStack[]> {
  const { catalogue } = deps;
  const others = lab.spec.stacks.filter((stack) => stack.name !== name);
  return await Promise.all(
    others.map(async (stack) => {
      const source =
        stack.source === undefined
          ? catalogue.stacks.get(stack.from ?? '')?.source
          : await loadSource(deps, lab.id, stack.source).catch(() => undefined);
      const ports = source === undefined ? [] : publishedPortsByService(readCompose(source));
      return {
        stack: stack.name,
        ports: ports.flatMap(({ port, protocol, mode }) =>
          port === undefined ? [] : [{ port, protocol, mode }],
        ),
      };
    }),
  );
}
