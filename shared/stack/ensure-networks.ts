import { isSlipwayError, SlipwayError } from '../core/errors.ts';
import type { Engine, NetworkSpec } from '../ports/engine.ts';
import type { StackObjects } from './convert/convert-stack.ts';

/** 409 from the manager that looks first, 500 from the swarm's store when two are as fast. */
const TAKEN = /already exists|name conflicts/;

/** Those that docker brings along, of which a service may name one. */
const ON_EVERY_NODE = ['host', 'bridge', 'none'];

/**
 * Makes a stack's networks that are not there yet, all at once. One that is there stays as it is, as with the CLI.
 * @param isNew they are thought not to be there, and not looked for first.
 * @returns ids by name, those of external networks too.
 * @throws SlipwayError `conflict` where an external network is missing or no swarm's, or a name is taken by another
 */
export async function ensureNetworks(
  engine: Engine,
  stack: string,
  { networks, external }: StackObjects,
  isNew: boolean,
): Promise<Map<string, string>> {
  // Others' networks are asked for only where the file names one.
  const isAlone = external.networks.length === 0;
  const known = isAlone && isNew ? [] : await engine.networks(isAlone ? { stack } : {});
  const idOf = (name: string) => known.find(({ Name }) => Name === name)?.Id;
  const missing = external.networks.filter((name) => idOf(name) === undefined);
  if (missing.length > 0) {
    throw new SlipwayError(
      'conflict',
      `stack ${stack}: the network ${missing.join(', ')} is declared external and is not there: create it first, with docker network create --driver overlay`,
    );
  }
  const local = known.filter(
    ({ Name, Scope }) =>
      external.networks.includes(Name) && Scope !== 'swarm' && !ON_EVERY_NODE.includes(Name),
  );
  if (local.length > 0) {
    const names = local.map(({ Name }) => Name).join(', ');
    throw new SlipwayError(
      'conflict',
      `stack ${stack}: the network ${names} is of one node alone: create one for the swarm, with docker network create --driver overlay`,
    );
  }
  const own = await Promise.all(
    networks.map(
      async (spec): Promise<[string, string]> => [
        spec.Name,
        idOf(spec.Name) ?? (await createNetwork(engine, stack, spec)),
      ],
    ),
  );
  return new Map([...external.networks.map((name): [string, string] => [name, idOf(name) ?? '']), ...own]);
}

async function createNetwork(engine: Engine, stack: string, spec: NetworkSpec): Promise<string> {
  try {
    return (await engine.createNetwork(spec)).id;
  } catch (error) {
    // Another deploy of the same stack may have been a moment faster.
    if (!isSlipwayError(error, 'engine_refused') || !TAKEN.test(error.message)) throw error;
    const made = (await engine.networks({ stack })).find(({ Name }) => Name === spec.Name);
    if (made) return made.Id;
    throw new SlipwayError(
      'conflict',
      `stack ${stack}: a network ${spec.Name} exists that is not the stack's`,
      {
        cause: error,
      },
    );
  }
}
