import { SlipwayError } from '../../core/errors.ts';
import type { NetworkSpec, ServiceSpec } from '../../ports/engine.ts';
import type { ComposeFile } from '../compose/compose-file.ts';
import { externalNetworks, networkSpecs } from './network-spec.ts';
import { serviceSpec } from './service-spec.ts';
import { scoped } from './stack-names.ts';

/** What a stack is made of, object by object. */
export interface StackObjects {
  networks: NetworkSpec[];
  /** Names of networks that the file does not make. */
  external: string[];
  /** In the file's order; their networks by name. */
  services: ServiceSpec[];
}

/** A part of a DNS name, as services and networks are found by it; the swarm refuses any other. */
const SWARM_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?$/;
const LONGEST_NAME = 63;

/**
 * What `docker stack deploy` makes of a Compose file; test/engine/stack-equality.test.ts compares.
 * @throws SlipwayError `invalid_input` for names that no swarm takes
 */
export function convertStack(stack: string, file: ComposeFile): StackObjects {
  const issues = Object.keys(file.services)
    .filter((name) => !isSwarmName(scoped(stack, name)))
    .map((name) => ({
      pointer: `/services/${name}`,
      message: `the service's name in the swarm would be ${scoped(stack, name)}, which must be letters, digits, hyphens and underscores, ${LONGEST_NAME} at most`,
    }));
  if (issues.length > 0) {
    throw new SlipwayError('invalid_input', issues.map(({ message }) => message).join('; '), { issues });
  }
  return {
    networks: networkSpecs(stack, file),
    external: externalNetworks(stack, file),
    services: Object.entries(file.services).map(([name, service]) => serviceSpec(stack, name, service, file)),
  };
}

function isSwarmName(name: string): boolean {
  return name.length <= LONGEST_NAME && SWARM_NAME.test(name);
}
