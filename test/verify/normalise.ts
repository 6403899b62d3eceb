import { isMapping } from './differences.ts';
import type { StackState } from './stack-state.ts';

/** What a value that is not compared is judged by. */
interface Setting {
  /** Names of the engine's objects by their ids. */
  ids: Map<string, string>;
  /** The Compose file's text and its variables: what stands in it nobody chose. */
  written: string;
  /** What holds the value, and what holds that, and so on. */
  around: unknown[];
}

interface Rule {
  /** `[]` stands for each item of a list, or each entry of a mapping. */
  path: string;
  why: string;
  /** What takes its place; the value itself where it is compared after all. Whether something is there is always compared. */
  becomes(value: unknown, setting: Setting): unknown;
}

const anId = () => '(an id)';
const aTime = () => '(a time)';
const aVersion = () => '(a version)';
const itsName = (value: unknown, { ids }: Setting) => ids.get(String(value)) ?? '(an id of nothing)';
const unlessWritten = (value: unknown, { written }: Setting) =>
  written.includes(String(value).replace(/\/\d+$/, '')) ? value : '(an address)';

/** All that differs between two deploys of one file by the same hand. Printed with each run. */
export const RULES: Rule[] = [
  { path: 'services[].ID', why: 'chosen by the swarm', becomes: anId },
  { path: 'services[].Version.Index', why: 'counts all of a swarm’s writes', becomes: aVersion },
  { path: 'services[].CreatedAt', why: 'a time', becomes: aTime },
  { path: 'services[].UpdatedAt', why: 'a time', becomes: aTime },
  {
    path: 'services[].Spec.TaskTemplate.Networks[].Target',
    why: 'an id; the network’s name is compared',
    becomes: itsName,
  },
  {
    path: 'services[].Spec.TaskTemplate.ContainerSpec.Configs[].ConfigID',
    why: 'an id; the config’s name is compared',
    becomes: itsName,
  },
  {
    path: 'services[].Spec.TaskTemplate.ContainerSpec.Secrets[].SecretID',
    why: 'an id; the secret’s name is compared',
    becomes: itsName,
  },
  {
    path: 'services[].Spec.TaskTemplate.ContainerSpec.Privileges.CredentialSpec.Config',
    why: 'an id; the config’s name is compared',
    becomes: (value, setting) => (value === '' ? value : itsName(value, setting)),
  },
  {
    path: 'services[].Endpoint.VirtualIPs[].NetworkID',
    why: 'an id; the network’s name is compared',
    becomes: itsName,
  },
  {
    path: 'services[].Endpoint.VirtualIPs[].Addr',
    why: 'chosen by the swarm',
    becomes: () => '(an address)',
  },
  {
    path: 'services[].Endpoint.Ports[].PublishedPort',
    why: 'where the file leaves it to the swarm',
    becomes: (value, { around }) => (isPortChosen(around) ? '(a port)' : value),
  },
  {
    path: 'services[].JobStatus.JobIteration.Index',
    why: 'a version of the swarm',
    becomes: aVersion,
  },
  { path: 'services[].JobStatus.LastExecution', why: 'a time', becomes: aTime },
  { path: 'networks[].Id', why: 'chosen by the swarm', becomes: anId },
  { path: 'networks[].Created', why: 'a time', becomes: aTime },
  {
    path: 'networks[].IPAM.Config[].Subnet',
    why: 'where the file leaves it to the swarm',
    becomes: unlessWritten,
  },
  {
    path: 'networks[].IPAM.Config[].Gateway',
    why: 'where the file leaves the subnet to the swarm',
    becomes: (value, setting) =>
      isMapping(setting.around[0]) && unlessWritten(setting.around[0].Subnet, setting) === '(an address)'
        ? '(an address)'
        : value,
  },
  {
    path: 'networks[].Options["com.docker.network.driver.overlay.vxlanid_list"]',
    why: 'chosen by the swarm',
    becomes: anId,
  },
  { path: 'volumes[].CreatedAt', why: 'a time', becomes: aTime },
  { path: 'configs[].ID', why: 'chosen by the swarm', becomes: anId },
  { path: 'configs[].Version.Index', why: 'counts all of a swarm’s writes', becomes: aVersion },
  { path: 'configs[].CreatedAt', why: 'a time', becomes: aTime },
  { path: 'configs[].UpdatedAt', why: 'a time', becomes: aTime },
  { path: 'secrets[].ID', why: 'chosen by the swarm', becomes: anId },
  { path: 'secrets[].Version.Index', why: 'counts all of a swarm’s writes', becomes: aVersion },
  { path: 'secrets[].CreatedAt', why: 'a time', becomes: aTime },
  { path: 'secrets[].UpdatedAt', why: 'a time', becomes: aTime },
];

/** Left out after a second deploy: the CLI writes an unchanged service again, and ours does not. */
export const AFTER_SECOND_DEPLOY = [
  'services[].PreviousSpec',
  'services[].UpdateStatus',
  'services[].JobStatus',
];

/** Lists whose order is by chance, as far as it is: the docker command goes through a Go map, and sorts by name after. */
export const UNORDERED = [
  {
    path: 'services[].Spec.TaskTemplate.ContainerSpec.Configs',
    why: 'the order of those of one ConfigName alone',
    name: 'ConfigName',
  },
  {
    path: 'services[].Spec.TaskTemplate.ContainerSpec.Secrets',
    why: 'the order of those of one SecretName alone',
    name: 'SecretName',
  },
];

/** @param written the Compose file's text and its variables’ values */
export function normalise(
  state: StackState,
  { ids, written, isSecondDeploy }: { ids: Map<string, string>; written: string; isSecondDeploy: boolean },
): StackState {
  let result: unknown = state;
  for (const rule of RULES) {
    const replace = (value: unknown, around: unknown[]) => rule.becomes(value, { ids, written, around });
    result = at(result, segmentsOf(rule.path), [], replace);
  }
  for (const { path, name } of UNORDERED) {
    result = at(result, segmentsOf(path), [], (list) => sortWithin(list, name));
  }
  if (isSecondDeploy) {
    for (const path of AFTER_SECOND_DEPLOY) result = at(result, segmentsOf(path), [], () => undefined);
  }
  return result as StackState;
}

/** `a[].b["c.d"]` as `a`, `[]`, `b`, `c.d`. */
function segmentsOf(path: string): string[] {
  return [...path.matchAll(/\[\]|\["([^"]+)"\]|[\w-]+/g)].map((match) => match[1] ?? match[0]);
}

/** The same with another value at a path, wherever it is there. */
function at(
  value: unknown,
  [segment, ...rest]: string[],
  around: unknown[],
  replace: (value: unknown, around: unknown[]) => unknown,
): unknown {
  if (segment === undefined) return replace(value, around);
  const below = (inner: unknown) => at(inner, rest, [value, ...around], replace);
  if (Array.isArray(value)) return segment === '[]' ? value.map(below) : value;
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, segment === '[]' || segment === key ? below(inner) : inner] as const)
      .filter(([, inner]) => inner !== undefined),
  );
}

/** Sorts what has the same name by the rest, and leaves each name in its places. */
function sortWithin(list: unknown, key: string): unknown {
  if (!Array.isArray(list)) return list;
  const nameOf = (item: unknown) => (isMapping(item) ? item[key] : undefined);
  const sorted = list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const taken = new Map<unknown, number>();
  return list.map((item) => {
    const name = nameOf(item);
    const index = taken.get(name) ?? 0;
    taken.set(name, index + 1);
    return sorted.filter((each) => nameOf(each) === name)[index];
  });
}

/** Is a port of an endpoint one that the service's own spec does not say? */
function isPortChosen([port, , endpoint]: unknown[]): boolean {
  if (!isMapping(port) || !isMapping(endpoint) || !isMapping(endpoint.Spec)) return false;
  const asked = Array.isArray(endpoint.Spec.Ports) ? endpoint.Spec.Ports : [];
  return !asked.some((each) => isMapping(each) && each.PublishedPort === port.PublishedPort);
}
