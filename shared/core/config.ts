import { z } from 'zod';
import { SlipwayError } from './errors.ts';

/** A whole number within bounds; any breach is told in the same words. */
export function whole(minimum: number, maximum: number) {
  const words = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(words).int(words).min(minimum, words).max(maximum, words);
}

/** A whole number from 1, with a default. */
export const count = (fallback: number, maximum: number) => whole(1, maximum).default(fallback);

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
  /** Days after a class's end that names and addresses stay in its records. */
  SLIPWAY_PERSONAL_DATA_DAYS: count(90, 3650),
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

/** The part of a deployment's policy that those settings say, and what is the same for all. */
export function commonPolicy(config: z.output<z.ZodObject<typeof CommonSettings>>) {
  return {
    deployment: config.SLIPWAY_DEPLOYMENT,
    defaultHours: config.SLIPWAY_DEFAULT_HOURS,
    maximumDays: config.SLIPWAY_MAXIMUM_DAYS,
    labsPerStudent: config.SLIPWAY_LABS_PER_STUDENT,
    warningMinutes: [30, 5],
    convergeWithinSeconds: config.SLIPWAY_CONVERGE_WITHIN_SECONDS,
    recordDays: 90,
    personalDataDays: config.SLIPWAY_PERSONAL_DATA_DAYS,
  };
}

/** Settings that scripts/ reads before the server exists; named here so that a misspelt one is refused all the same. */
const GROUND_SETTINGS = ['SLIPWAY_DOCKER_HOST', 'SLIPWAY_CACHE', 'SLIPWAY_GROUND'];
/** Settings of the `slipway` command, which may be set in the shell that starts the server. */
const COMMAND_SETTINGS = ['SLIPWAY_SERVER', 'SLIPWAY_TOKEN', 'SLIPWAY_LAB'];
const ELSEWHERE = [...GROUND_SETTINGS, ...COMMAND_SETTINGS];

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
      ([name, value]) => name.startsWith('SLIPWAY_') && !ELSEWHERE.includes(name) && value !== '',
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
