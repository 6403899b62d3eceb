import { z } from 'zod';
import { CommonSettings } from './config.ts';

/** What every function needs: records, queue and secrets. */
export const Shared = {
  ...CommonSettings,
  /** Name of the table. */
  SLIPWAY_TABLE: z.string().min(1),
  SLIPWAY_QUEUE_URL: z.url(),
  /** ARN of the KMS key that seals secrets. */
  SLIPWAY_KEY_ARN: z.string().min(1),
};

/** Where tokens of an issuer other than ourselves come from; both or neither. */
export const Oidc = {
  /** `https://login.example.org`: its discovery document is read by `tick`. */
  SLIPWAY_OIDC_ISSUER: z.url({ protocol: /^https$/ }).optional(),
  SLIPWAY_OIDC_AUDIENCE: z.string().min(1).optional(),
};

/** `functions/api/handler.ts`. */
export const ApiConfig = z
  .strictObject({ ...Shared, ...Oidc })
  .refine(
    ({ SLIPWAY_OIDC_ISSUER: issuer, SLIPWAY_OIDC_AUDIENCE: audience }) =>
      (issuer === undefined) === (audience === undefined),
    {
      path: ['SLIPWAY_OIDC_AUDIENCE'],
      message: 'goes with SLIPWAY_OIDC_ISSUER: set both, or neither',
    },
  );
export type ApiConfig = z.infer<typeof ApiConfig>;
