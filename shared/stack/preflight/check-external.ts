import { guess } from '../../core/nearest.ts';
import { isExternal } from '../compose/external.ts';
import { fileName } from '../convert/file-specs.ts';
import { networkName } from '../convert/network-spec.ts';
import { type Finding, findingAt } from './finding.ts';
import type { PreflightInput } from './preflight-input.ts';

/** What the file says is there already, and is not. */
export function checkExternal(input: PreflightInput): Finding[] {
  return [...checkNetworks(input), ...checkFiles(input, 'secrets'), ...checkFiles(input, 'configs')];
}

function checkNetworks({ stack, read, objects, swarm }: PreflightInput): Finding[] {
  if (swarm === undefined) return [];
  const declared = Object.keys(read.file.networks).filter((key) => isExternal(read.file.networks[key]));
  const names = swarm.networks.filter(({ Scope }) => Scope === 'swarm').map(({ Name }) => Name);
  return objects.external.networks.flatMap((name): Finding[] => {
    const path = ['networks', declared.find((key) => networkName(stack, read.file, key) === name) ?? ''];
    const found = swarm.networks.filter(({ Name }) => Name === name);
    const create = `docker network create --driver overlay --attachable ${name}`;
    if (found.some(({ Scope }) => Scope === 'swarm')) return [];
    if (found.length > 0) {
      const message = `the network ${name} is one node's own (${found[0]?.Driver}), and a stack needs one of the swarm: name another, or remove it and ${create}`;
      return [findingAt(read, path, { level: 'error', code: 'network_local', message })];
    }
    const message = `the network ${name} is declared external and is not there: ${guess(name, names)}create it first with ${create}, or leave external out`;
    return [findingAt(read, path, { level: 'error', code: 'network_absent', message })];
  });
}

const CREATE = {
  secrets: (name: string) => `printf %s VALUE | docker secret create ${name} -`,
  configs: (name: string) => `docker config create ${name} FILE`,
};

function checkFiles(
  { stack, read, objects, swarm }: PreflightInput,
  section: 'secrets' | 'configs',
): Finding[] {
  if (swarm === undefined) return [];
  const word = section === 'secrets' ? 'secret' : 'config';
  const things = read.file[section];
  return objects.external[section]
    .filter((name) => !swarm[section].includes(name))
    .map((name) => {
      const key = Object.keys(things).find(
        (each) => isExternal(things[each]) && fileName(stack, each, things[each]) === name,
      );
      const message = `the ${word} ${name} is declared external and is not there: ${guess(name, swarm[section])}create it first with ${CREATE[section](name)}`;
      return findingAt(read, [section, key ?? ''], { level: 'error', code: `${word}_absent`, message });
    });
}
