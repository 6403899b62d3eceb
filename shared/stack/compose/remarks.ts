import type { Remark } from '../remark.ts';
import { matchingPaths, valueAt } from './matching-paths.ts';
import { pointerTo, type YamlFile } from './yaml-file.ts';

const NODE = 'a stack is made of images that the nodes pull';
/** Engine API 1.41, Docker 20.10, which a swarm of a lab is spoken to in; the docker command leaves them out there too. */
const OLD_API = 'it is newer than the Engine API that labs speak (1.41)';
/** Keys that are read and do nothing in a swarm, and what to do instead. The CLI tells most of them too. */
const WITHOUT_EFFECT: [pattern: string, reason: string][] = [
  ['services.*.build', `${NODE}: build the image, push it, and name it under image`],
  ['services.*.cgroupns_mode', 'a swarm chooses it'],
  ['services.*.cgroup_parent', 'a swarm chooses it'],
  [
    'services.*.container_name',
    'a swarm names its tasks itself, service.1, service.2 …: find the service by its own name',
  ],
  [
    'services.*.depends_on',
    'a swarm starts all services at once and in any order: let a program wait for what it needs',
  ],
  ['services.*.devices', 'a swarm hands no devices to tasks'],
  ['services.*.domainname', 'write the whole name under hostname'],
  ['services.*.expose', 'services on the same network reach each other on any port'],
  ['services.*.external_links', 'put both services on one network'],
  ['services.*.healthcheck.start_interval', `${OLD_API}: use interval and start_period`],
  ['services.*.ipc', 'a swarm chooses it'],
  ['services.*.links', 'services on the same network find each other by name'],
  ['services.*.mac_address', 'a swarm chooses it'],
  ['services.*.network_mode', 'name an external network called host under networks'],
  ['services.*.networks.*.ipv4_address', "a swarm chooses its tasks' addresses: use the service's name"],
  ['services.*.networks.*.ipv6_address', "a swarm chooses its tasks' addresses: use the service's name"],
  ['services.*.oom_score_adj', OLD_API],
  ['services.*.pid', 'a swarm chooses it'],
  ['services.*.privileged', 'a swarm runs nothing privileged: ask for what it needs under cap_add'],
  ['services.*.security_opt', 'a swarm chooses it'],
  ['services.*.shm_size', 'mount a tmpfs at /dev/shm under volumes'],
  ['services.*.tmpfs', 'write it under volumes: { type: tmpfs, target: … }'],
  ['services.*.userns_mode', 'a swarm chooses it'],
  ['services.*.volumes.[].consistency', 'it is for Docker Desktop'],
];

/** Keys of mappings whose others are passed over in silence. */
const OPEN: [pattern: string, known: string[]][] = [
  ['services.*.volumes.[].bind', ['propagation']],
  ['services.*.volumes.[].volume', ['nocopy']],
  ['services.*.volumes.[].tmpfs', ['size']],
  ['services.*.secrets.[]', ['source', 'target', 'uid', 'gid', 'mode']],
  ['services.*.configs.[]', ['source', 'target', 'uid', 'gid', 'mode']],
];

/** What a file says that does nothing, each with its place. */
export function remarksOn(data: unknown, file: YamlFile): Remark[] {
  const remark = (path: PropertyKey[], message: string): Remark => {
    const place = file.placeOf(path);
    return { pointer: pointerTo(path), message, ...(place === undefined ? {} : { place }) };
  };
  const plain = WITHOUT_EFFECT.flatMap(([pattern, reason]) =>
    matchingPaths(data, pattern).map((path) => remark(path, `${nameOf(path)} has no effect: ${reason}`)),
  );
  const open = OPEN.flatMap(([pattern, known]) =>
    matchingPaths(data, pattern).flatMap((path) =>
      keysOf(valueAt(data, path))
        .filter((key) => !known.includes(key))
        .map((key) =>
          remark([...path, key], `${key} has no effect: the docker command does not know it here`),
        ),
    ),
  );
  return [
    ...plain,
    ...restarts(data, remark),
    ...open,
    ...ports(data, remark),
    ...oddities(data, remark),
    ...more(file),
  ];
}

type Tell = (path: PropertyKey[], message: string) => Remark;

/** `restart` counts where there is no deploy.restart_policy, though the CLI says that it does not. */
function restarts(data: unknown, tell: Tell): Remark[] {
  return matchingPaths(data, 'services.*.restart').map((path) => {
    const beside = valueAt(data, [...path.slice(0, -1), 'deploy', 'restart_policy']);
    return tell(
      path,
      beside === undefined
        ? `restart is the old way: it is taken for a deploy.restart_policy, without delay and window`
        : 'restart has no effect beside deploy.restart_policy',
    );
  });
}

function ports(data: unknown, tell: Tell): Remark[] {
  return matchingPaths(data, 'services.*.ports.[]').flatMap((path) => {
    const port = valueAt(data, path);
    if (typeof port === 'string' && port.split(':').length > 2 && !/^(0\.0\.0\.0|\[?::\]?):/.test(port)) {
      return [
        tell(path, 'the address has no effect: a swarm publishes a port on every address of every node'),
      ];
    }
    return [];
  });
}

/** What is taken as it is, and cannot have been meant. */
function oddities(data: unknown, tell: Tell): Remark[] {
  const drives = matchingPaths(data, 'services.*.volumes.[]').filter((path) =>
    /^[a-zA-Z]:[^:\\]*$/.test(String(valueAt(data, path))),
  );
  const unheard = ['target', 'published'].flatMap((key) =>
    matchingPaths(data, `services.*.ports.[].${key}`).filter((path) => Number(valueAt(data, path)) > 65_535),
  );
  const protocols = matchingPaths(data, 'services.*.ports.[].protocol').filter(
    (path) => !/^(tcp|udp|sctp|)$/i.test(String(valueAt(data, path))),
  );
  const modes = matchingPaths(data, 'services.*.ports.[].mode').filter(
    (path) => !/^(ingress|host|)$/i.test(String(valueAt(data, path))),
  );
  const volumes = matchingPaths(data, 'volumes.*.name').filter(
    (path) => !/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(String(valueAt(data, path))),
  );
  return [
    ...drives.map((path) =>
      tell(path, 'one letter before a colon is taken for a Windows drive: give the volume a longer name'),
    ),
    ...unheard.map((path) => tell(path, 'there is no port past 65535: nothing will answer on it')),
    ...protocols.map((path) => tell(path, 'there are tcp, udp and sctp: a swarm takes this for tcp')),
    ...modes.map((path) => tell(path, 'there are ingress and host: a swarm takes this for ingress')),
    ...volumes.map((path) => tell(path, 'no engine makes a volume of that name: its tasks will be rejected')),
  ];
}

function more(file: YamlFile): Remark[] {
  if (!file.more) return [];
  return [{ pointer: '', message: 'the file has more documents: the first alone is read' }];
}

function nameOf(path: PropertyKey[]): string {
  return String(path.filter((part) => typeof part === 'string').at(-1) ?? '');
}

function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}
