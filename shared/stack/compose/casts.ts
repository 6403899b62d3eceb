type Cast = (text: string) => unknown;

const ROLLING = ['update_config', 'rollback_config'];

/**
 * Where a text that came of a variable stands for a number or a truth value. From the docker command's own table
 * (docker/cli, cli/compose/loader/interpolate.go, 28.2): what is not in it stays a text, which the schema may refuse.
 */
const CASTS: [pattern: string, cast: Cast][] = [
  ['services.*.configs.[].mode', toInteger],
  ['services.*.secrets.[].mode', toInteger],
  ['services.*.healthcheck.retries', toInteger],
  ['services.*.healthcheck.disable', toFlag],
  ['services.*.deploy.replicas', toInteger],
  ...ROLLING.map((section): [string, Cast] => [`services.*.deploy.${section}.parallelism`, toInteger]),
  ...ROLLING.map((section): [string, Cast] => [`services.*.deploy.${section}.max_failure_ratio`, toNumber]),
  ['services.*.deploy.restart_policy.max_attempts', toInteger],
  ['services.*.deploy.placement.max_replicas_per_node', toInteger],
  ['services.*.ports.[].target', toInteger],
  ['services.*.ports.[].published', toInteger],
  ['services.*.ulimits.*', toInteger],
  ['services.*.ulimits.*.hard', toInteger],
  ['services.*.ulimits.*.soft', toInteger],
  ['services.*.oom_score_adj', toInteger],
  ['services.*.privileged', toFlag],
  ['services.*.read_only', toFlag],
  ['services.*.stdin_open', toFlag],
  ['services.*.tty', toFlag],
  ['services.*.volumes.[].read_only', toFlag],
  ['services.*.volumes.[].volume.nocopy', toFlag],
  ['networks.*.external', toFlag],
  ['networks.*.internal', toFlag],
  ['networks.*.attachable', toFlag],
  ['volumes.*.external', toFlag],
  ['secrets.*.external', toFlag],
  ['configs.*.external', toFlag],
];
const PATTERNS = CASTS.map(([pattern, cast]) => ({ parts: pattern.split('.'), cast }));

/** What to make of a text at a path. The docker command, too, takes a name with a point in it for two. */
export function castFor(path: (string | number)[]): Cast {
  const parts = path
    .map((part) => (typeof part === 'number' ? '[]' : part))
    .join('.')
    .split('.');
  const found = PATTERNS.find(
    (pattern) =>
      pattern.parts.length === parts.length &&
      pattern.parts.every((wanted, index) => wanted === '*' || wanted === parts[index]),
  );
  return found?.cast ?? ((text) => text);
}

function toInteger(text: string): number {
  if (/^[-+]?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new Error(`must be a whole number, and its variable makes it "${text}"`);
}

function toNumber(text: string): number {
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Number(text);
  throw new Error(`must be a number, and its variable makes it "${text}"`);
}

function toFlag(text: string): boolean {
  if (/^(y|yes|true|on)$/i.test(text)) return true;
  if (/^(n|no|false|off)$/i.test(text)) return false;
  throw new Error(`must be true or false, and its variable makes it "${text}"`);
}
