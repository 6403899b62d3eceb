import type { Service, Task } from '../ports/engine.ts';

interface Cause {
  pattern: RegExp;
  words: (found: RegExpExecArray, service: Service) => string;
}

/** What the Engine says of a task that fails, and what most likely is behind it. The first that fits. */
const CAUSES: Cause[] = [
  {
    pattern: /no matching manifest|exec format error|image operating system|cannot be used on this platform/i,
    words: () => 'the image is for another kind of machine',
  },
  {
    pattern:
      /no such image|manifest unknown|manifest for \S+ not found|pull access denied|repository does not exist/i,
    words: (_, service) => `there is no such image: check the name and tag of ${imageOf(service)}`,
  },
  {
    pattern: /no suitable node \((.*)\)/i,
    words: ([, reason = '']) => `no node suits it: ${reasonsOf(reason)}`,
  },
  {
    pattern: /port is already (?:in use|allocated)|address already in use|port '?\d+'? is already in use/i,
    words: () => 'a port it publishes is in use',
  },
  {
    pattern: /bind source path does not exist: (\S+)/i,
    words: ([, path = '']) => `the path ${path} to mount is not on the node`,
  },
  {
    pattern: /executable file not found|no such file or directory: unknown/i,
    words: () => 'its command is not in the image',
  },
  { pattern: /permission denied/i, words: () => 'its command may not be run' },
  { pattern: /out of memory|oom/i, words: (_, service) => memoryWords(service) },
  { pattern: /non-zero exit \(137\)/, words: (_, service) => memoryWords(service) },
  {
    pattern: /non-zero exit \((\d+)\)/,
    words: ([, code = '']) => `its container ends by itself with exit code ${code}: read its logs`,
  },
  { pattern: /unhealthy/i, words: () => 'its health check fails' },
  { pattern: /network|subnet|vxlan/i, words: () => 'its network is not ready on the node' },
];

/** A task's error with its likely cause, in words. */
export function problemOf(task: Task, service: Service): string | undefined {
  const error = task.Status.Err ?? '';
  if (task.Status.State === 'complete') {
    return `its container ended by itself with exit code ${task.Status.ContainerStatus?.ExitCode ?? 0}; a service must keep running`;
  }
  if (error === '') return undefined;
  for (const { pattern, words } of CAUSES) {
    const found = pattern.exec(error);
    if (found) return `${words(found, service)} (${error})`;
  }
  return error;
}

/** The scheduler's reasons, each with the nodes it holds for, in words. */
function reasonsOf(reasons: string): string {
  return reasons
    .replace(/scheduling constraints not satisfied/g, 'its constraints are not met')
    .replace(/insufficient resources/g, 'what it reserves is not free')
    .replace(/host-mode port already in use/g, 'the port is in use')
    .replace(/max replicas per node limit exceed/g, 'max_replicas_per_node is reached')
    .replace(/unsupported platform/g, 'the image is for another kind of machine');
}

function memoryWords({ Spec }: Service): string {
  const resources = Spec.TaskTemplate.Resources as { Limits?: { MemoryBytes?: number } } | undefined;
  const bytes = resources?.Limits?.MemoryBytes;
  const limit = bytes ? `: its limit is ${Math.round(bytes / 1024 ** 2)} MiB` : '';
  return `it was killed, most likely out of memory${limit}`;
}

function imageOf({ Spec }: Service): string {
  return (Spec.TaskTemplate.ContainerSpec as { Image?: string } | undefined)?.Image ?? 'its image';
}
