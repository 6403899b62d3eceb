import { z } from 'zod';
import { SlipwayError } from './errors.ts';

/** A whole number within bounds; any breach is told in the same words. */
export function whole(minimum: number, maximum: number) {
  const words = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(words).int(words).min(minimum, words).max(maximum, words);
}

const count = (fallback: number, maximum: number) => whole(1, maximum).default(fallback);

/** Settings that a server has wherever it runs. */
export const CommonSettings = {
  SLIPWAY_DEFAULT_HOURS: z.coerce
    .number('must be hours, such as 4 or 0.5')
    .positive('must be more than 0')
    .max(720, 'must be at most 720, thirty days')
    .default(4),
  SLIPWAY_MAXIMUM_DAYS: count(30, 365),
  SLIPWAY_LABS_PER_STUDENT: count(1, 100),
  SLIPWAY_CONVERGE_WITHIN_SECONDS: count(300, 3600),
  SLIPWAY_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Name in every label and tag; two deployments in one place need two names. */
  SLIPWAY_DEPLOYMENT: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/,
      'must be at most 32 lower-case letters, digits and hyphens',
    )
    .default('slipway'),
};

/** Every `SLIPWAY_*` setting of the server on one machine, in one place; README and docs/operations.md list them. */
export const LocalConfig = z.strictObject({
  ...CommonSettings,
  /** Port of the HTTP API; bound on 0.0.0.0, because the hosts enrol through their network's gateway. */
  SLIPWAY_PORT: whole(0, 65_535).default(7070),
  /** Directory of records, keys and the operator's token. */
  SLIPWAY_DATA: z.string().min(1).default('/var/lib/slipway/data'),
  /** Address of this machine on which 2376, 22 and links are published, for a classroom; unset: not published. */
  SLIPWAY_ADVERTISE: z.ipv4('must be an IPv4 address of this machine, such as 192.0.2.10').optional(),
  SLIPWAY_READY_WITHIN_SECONDS: count(600, 3600),
  SLIPWAY_OBSERVE_SECONDS: count(5, 300),
  SLIPWAY_SWEEP_GRACE_SECONDS: count(60, 3600),
});
export type LocalConfig = z.infer<typeof LocalConfig>;

/** Settings that scripts/ reads before the server exists; named here so that a misspelt one is refused all the same. */
const GROUND_SETTINGS = ['SLIPWAY_DOCKER_HOST', 'SLIPWAY_CACHE', 'SLIPWAY_GROUND'];

/**
 * Reads the environment once.
 * @throws SlipwayError `invalid_input` that names every wrong or unknown `SLIPWAY_*` setting at once.
 */
export function readLocalConfig(environment: NodeJS.ProcessEnv = process.env): LocalConfig {
  return readSettings(LocalConfig, environment);
}

/**
 * Reads the `SLIPWAY_*` settings of an environment by their schema.
 * @throws SlipwayError `invalid_input` that names every wrong or unknown one at once.
 */
export function readSettings<Settings>(
  schema: z.ZodType<Settings>,
  environment: NodeJS.ProcessEnv = process.env,
): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => name.startsWith('SLIPWAY_') && !GROUND_SETTINGS.includes(name) && value !== '',
    ),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: `/${key}`,
          message: 'is no setting of Slipway; see docs/operations.md',
        }))
      : [{ pointer: `/${issue.path.join('/')}`, message: issue.message }],
  );
  const lines = issues.map((issue) => `  ${issue.pointer.slice(1)}: ${issue.message}`);
  throw new SlipwayError('invalid_input', `settings that cannot be used:\n${lines.join('\n')}`, { issues });
}

/** The AWS SDK says at its first client that its releases of 2027 want Node 22; nobody who runs a lab can act on it. */
export function quietSdk(environment: NodeJS.ProcessEnv = process.env): void {
  environment.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
}
