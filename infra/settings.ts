import { z } from 'zod';
import { CommonSettings } from '../shared/core/config.ts';
import { ReconcileConfig, TickConfig } from '../shared/core/function-config.ts';
import { REGIONS } from './regions.ts';

const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().min(1)).min(1));
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const flag = z.union([z.boolean(), z.stringbool()]);
const image = z
  .string()
  .regex(/^(ami-[0-9a-f]{8,}|\/.+)$/, "must be an AMI's id, or the name of an SSM parameter that holds one");

/** What an operator chooses: CDK context, `-c name=value` or under `context` in cdk.json. */
const Settings = z
  .strictObject({
    /** Name in every tag, function and parameter; two deployments in one Region need two. */
    deployment: CommonSettings.SLIPWAY_DEPLOYMENT,
    region: z.string().default('us-east-1'),
    /** Not to be changed later: every subnet would move. */
    zones: whole(1, 6).default(3),
    /** IPv4 range of the network; swarms take theirs from the start of 10.0.0.0/8, Docker from 172.17.0.0/12 on. */
    range: z
      .cidrv4()
      .refine((range) => range.endsWith('/16'), 'must be a /16')
      .default('10.240.0.0/16'),
    instanceTypes: list.default(['t3.small', 't3a.small']),
    diskGb: whole(8, 1024).default(12),
    /** USD in place of those in the repository: `t3.small=0.0208,address=0.005,disk=0.08,date=2026-11-21`. */
    prices: ReconcileConfig.shape.SLIPWAY_PRICES,
    spot: flag.default(false),
    mirrorUrl: z.url().optional(),
    imageX86: image.default(TickConfig.shape.SLIPWAY_IMAGE_X86_64.parse(undefined)),
    imageArm64: image.default(TickConfig.shape.SLIPWAY_IMAGE_ARM64.parse(undefined)),
    oidcIssuer: z.url({ protocol: /^https$/ }).optional(),
    oidcAudience: z.string().min(1).optional(),
    alarmEmail: z.email().optional(),
    monthlyBudgetUsd: z.coerce.number().positive().default(100),
    dashboard: flag.default(false),
    /** Labs that are worked on at once; each is one invocation of `reconcile`. */
    reconcilers: whole(2, 1000).default(50),
    defaultHours: CommonSettings.SLIPWAY_DEFAULT_HOURS,
    maximumDays: CommonSettings.SLIPWAY_MAXIMUM_DAYS,
    labsPerStudent: CommonSettings.SLIPWAY_LABS_PER_STUDENT,
    /** From a lab's launch to ready, as it is reckoned with when a class must be ready by the bell. */
    readySeconds: ReconcileConfig.shape.SLIPWAY_READY_SECONDS,
    /** How much earlier a class's labs are launched, so that what fails once is ready by the bell all the same. */
    spareSeconds: ReconcileConfig.shape.SLIPWAY_SPARE_SECONDS,
    personalDataDays: CommonSettings.SLIPWAY_PERSONAL_DATA_DAYS,
    logLevel: CommonSettings.SLIPWAY_LOG_LEVEL,
  })
  .superRefine(({ region, zones, oidcIssuer, oidcAudience }, { addIssue }) => {
    const most = REGIONS[region];
    if (most === undefined) {
      const message = `"${region}" is none of ${Object.keys(REGIONS).join(', ')}`;
      addIssue({ code: 'custom', path: ['region'], message });
    } else if (zones > most) {
      addIssue({ code: 'custom', path: ['zones'], message: `${region} has ${most}` });
    }
    if ((oidcIssuer === undefined) !== (oidcAudience === undefined)) {
      addIssue({ code: 'custom', path: ['oidcAudience'], message: 'goes with oidcIssuer: both or neither' });
    }
  });
export type Settings = z.infer<typeof Settings>;

/**
 * @param context as CDK has it; its own entries, which have a colon or a slash in their names, are left out.
 * @throws Error that names every wrong or unknown setting at once.
 */
export function readSettings(context: Record<string, unknown>): Settings {
  const given = Object.entries(context).filter(([name]) => !/[:/]/.test(name));
  const parsed = Settings.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  throw new Error(`Slipway's settings (docs/operations.md):\n${z.prettifyError(parsed.error)}`);
}
