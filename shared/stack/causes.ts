import type { Cause } from '../lab/lab.ts';
import type { Node, Service, Task } from '../ports/engine.ts';
import {
  architectureWords,
  bindWords,
  crashWords,
  endedWords,
  imageOf,
  killedWords,
  noNodeWords,
  portWords,
  unhealthyWords,
} from './cause-words.ts';

/** What a task's failure is told against. */
export interface Around {
  service: Service;
  /** All that are known, to name who has a port. */
  services: Service[];
  nodes: Node[];
  /** How many of the service's tasks that the swarm remembers have failed. */
  failures: number;
}

/** Why a task does not run. */
export interface Explanation {
  cause: Cause;
  /** The Engine's own words; absent where it has none. */
  error?: string;
  /** Likely cause and cure. */
  problem: string;
}

interface Pattern {
  pattern: RegExp;
  cause: Cause;
  words: (found: RegExpExecArray, around: Around, task: Task) => string;
}

/**
 * What the Engine says of a task that fails, and what most likely is behind it. The first that fits. The texts are Docker
 * 20.10's to 28's; test/engine/causes.test.ts provokes them.
 */
const PATTERNS: Pattern[] = [
  {
    pattern:
      /no matching manifest|exec format error|image operating system|cannot be used on this platform|does not match the (?:specified|detected) .*platform/i,
    cause: 'other_architecture',
    words: (_, around) => architectureWords(around),
  },
  {
    pattern: /no suitable node \((unsupported platform[^;]*)\)/i,
    cause: 'other_architecture',
    words: (_, around) => architectureWords(around),
  },
  {
    pattern:
      /no such image|manifest unknown|manifest for \S+ not found|pull access denied|repository does not exist/i,
    cause: 'no_such_image',
    words: (_, { service }) =>
      `there is no such image: check the name and tag of ${imageOf(service)}, and that the nodes may pull it`,
  },
  {
    // Every reason that the scheduler gave is a taken port.
    pattern: /no suitable node \((host-mode port already in use[^;]*)\)/i,
    cause: 'port_in_use',
    words: ([, reason = ''], around) =>
      `${portWords(around)} (${reason.replace(/host-mode port already in use/i, 'it is taken')}): a node has room for one such task`,
  },
  {
    pattern: /no suitable node \((.*)\)/i,
    cause: 'no_suitable_node',
    words: ([, reason = ''], around) => noNodeWords(reason, around),
  },
  {
    pattern: /(?::(\d+)\b.*)?(?:port is already (?:in use|allocated)|address already in use)/i,
    cause: 'port_in_use',
    words: ([, port], around, task) => portWords(around, { port, task }),
  },
  {
    pattern: /port '?(\d+)'? is already in use/i,
    cause: 'port_in_use',
    words: ([, port], around, task) => portWords(around, { port, task }),
  },
  {
    pattern: /bind source path does not exist: (.+)/i,
    cause: 'bind_source_missing',
    words: ([, path = ''], around, task) => bindWords(path, around, task),
  },
  {
    pattern: /executable file not found|no such file or directory: unknown/i,
    cause: 'command_not_found',
    words: (_, { service }) =>
      `its command is not in the image ${imageOf(service)}: check command and entrypoint`,
  },
  {
    pattern: /permission denied/i,
    cause: 'permission_denied',
    words: () => 'its command may not be run: make the program executable in the image, or check user',
  },
  // Docker ends an unhealthy container by force, so that 137 comes with it.
  {
    pattern: /unhealthy/i,
    cause: 'unhealthy',
    words: () => unhealthyWords(),
  },
  {
    pattern: /out of memory|\boom\b|oom-?kill|non-zero exit \(137\)/i,
    cause: 'out_of_memory',
    words: (_, { service }) => killedWords(service),
  },
  {
    pattern: /non-zero exit \((\d+)\)/,
    cause: 'crash_loop',
    words: ([, code = ''], around) => crashWords(Number(code), around),
  },
  {
    pattern: /network|subnet|vxlan|sandbox|could not find an available, non-overlapping/i,
    cause: 'network_not_ready',
    words: () => 'its network is not ready on the node: it is tried again; see docker network inspect',
  },
];

/** Longer errors repeat themselves: an OCI runtime's goes through four programs. */
const LONGEST_ERROR = 300;
const LONGEST_PROBLEM = 320;
/** A host is hostile ground, and a pattern costs the square of what it reads. */
const LONGEST_READ = 2000;

/** Why a task failed, by what the Engine says of it; undefined where it did not. */
export function explainTask(task: Task, around: Around): Explanation | undefined {
  const error = task.Status.Err ?? '';
  if (task.Status.State === 'complete') return endedWords(task, around);
  if (error === '') return undefined;
  return explainText(error, around, task);
}

/** The same for words of the Engine's from elsewhere, such as the last line of a log. */
export function explainText(text: string, around: Around, task: Task): Explanation {
  const error = text.slice(0, LONGEST_READ);
  for (const { pattern, cause, words } of PATTERNS) {
    const found = pattern.exec(error);
    if (found === null) continue;
    const problem = shortened(words(found, around, task), LONGEST_PROBLEM);
    return { cause, error: shortened(error, LONGEST_ERROR), problem };
  }
  return {
    cause: 'unknown',
    error: shortened(error, LONGEST_ERROR),
    problem: shortened(error, LONGEST_PROBLEM),
  };
}

/** From the middle: an OCI runtime's error begins with what was done and ends with why it could not be. */
function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = Math.floor(longest / 3);
  return `${text.slice(0, head)}…${text.slice(head + 1 - longest)}`;
}
