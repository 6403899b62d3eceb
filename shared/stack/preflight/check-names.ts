import { networkName, usedNetworks } from '../convert/network-spec.ts';
import { STACK_LABEL } from '../convert/stack-names.ts';
import { type Finding, findingAt } from './finding.ts';
import { formerOf, type PreflightInput, plannedServices } from './preflight-input.ts';

/** Names that something else in the swarm has. */
export function checkNames(input: PreflightInput): Finding[] {
  const { stack, read, objects, swarm } = input;
  if (swarm === undefined) return [];
  const services = plannedServices(input).flatMap((planned) => {
    const other = formerOf(planned, swarm);
    if (other === undefined || other.Spec.Labels[STACK_LABEL] === stack) return [];
    const message = `a service ${other.Spec.Name} is there that is not of stack ${stack}: docker service rm ${other.Spec.Name} first, or deploy under another name`;
    return [
      findingAt(read, ['services', planned.name], { level: 'error' as const, code: 'name_taken', message }),
    ];
  });
  const networks = objects.networks.flatMap(({ Name }) => {
    const other = swarm.networks.find((network) => network.Name === Name);
    if (other === undefined || other.Labels[STACK_LABEL] === stack) return [];
    const key = usedNetworks(read.file).find((each) => networkName(stack, read.file, each) === Name) ?? '';
    const message = `a network ${Name} is there that is not of stack ${stack}: declare it external, or name it otherwise`;
    return [findingAt(read, ['networks', key], { level: 'error' as const, code: 'name_taken', message })];
  });
  return [...services, ...networks];
}
