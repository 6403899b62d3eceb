import { z } from 'zod';
import { CommonSettings, whole } from './config.ts';

/** What every function needs: records, queue and secrets. */
export const Shared = {
  ...CommonSettings,
  /** Name of the table. */
  SLIPWAY_TABLE: z.string().min(1),
  SLIPWAY_QUEUE_URL: z.url(),
  /** ARN of the KMS key that seals secrets. */
  SLIPWAY_KEY_ARN: z.string().min(1),
  /** From a lab's launch to ready, as it is reckoned with when a class must be ready by the bell. */
  SLIPWAY_READY_SECONDS: whole(10, 3600).default(90),
  /** How much earlier a class's labs are launched: what fails on the way comes again within 60 s; shared/lab/schedule.ts. */
  SLIPWAY_SPARE_SECONDS: whole(0, 3600).default(240),
};

/** `a, b` → `['a', 'b']`. */
export const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(z.string().min(1, 'must be a list such as a,b')).min(1));

/** What machines are and cost: for who launches them, and for who plans and reckons a class. */
export const Machines = {
  /** In the order in which they are tried. */
  SLIPWAY_INSTANCE_TYPES: list.default(['t3.small', 't3a.small']),
  SLIPWAY_DISK_GB: whole(8, 1024).default(12),
  /** In place of the prices in the repository, or for a Region that it has none of: `t3.small=0.0208,date=2026-11-21`. */
  SLIPWAY_PRICES: z
    .string()
    .regex(
      /^[a-z][a-z0-9.-]*=[\d.-]+(,\s*[a-z][a-z0-9.-]*=[\d.-]+)*$/,
      'must be such as t3.small=0.0208,disk=0.08',
    )
    .optional(),
  /** Addresses that the hosts' subnets have together. */
  SLIPWAY_HOST_ADDRESSES: whole(1, 1_000_000).optional(),
};

/** Where tokens of an issuer other than ourselves come from; both or neither. */
export const Oidc = {
  /** `https://login.example.org`: its discovery document is read by `tick`. */
  SLIPWAY_OIDC_ISSUER: z.url({ protocol: /^https$/ }).optional(),
  SLIPWAY_OIDC_AUDIENCE: z.string().min(1).optional(),
};

/** `functions/api/handler.ts`. */
export const ApiConfig = z
  .strictObject({ ...Shared, ...Machines, ...Oidc })
  .refine(
    ({ SLIPWAY_OIDC_ISSUER: issuer, SLIPWAY_OIDC_AUDIENCE: audience }) =>
      (issuer === undefined) === (audience === undefined),
    {
      path: ['SLIPWAY_OIDC_AUDIENCE'],
      message: 'goes with SLIPWAY_OIDC_ISSUER: set both, or neither',
    },
  );
export type ApiConfig = z.infer<typeof ApiConfig>;
