import { z } from 'zod';
import { list, Machines, Oidc, Shared } from './api-config.ts';
import { whole } from './config.ts';

// Apart, because the API's cold start should not build the schemas of the others.
export { ApiConfig } from './api-config.ts';

/**
 * The environment of each Lambda function, one schema each: CDK is typed by them and fills them, the function reads
 * itself by the same. Beside these the SDK reads AWS's own (`AWS_REGION`, `AWS_ENDPOINT_URL_*` …).
 */

const Subnets = z
  .string()
  .transform((text) =>
    text.split(',').map((part) => {
      const [id = '', zone = ''] = part.trim().split('@');
      return { id, zone };
    }),
  )
  .pipe(z.array(z.object({ id: z.string().min(1), zone: z.string().min(1) })).min(1));

/** A lab that has no working swarm so long after its launch has failed. */
const readyWithinSeconds = whole(60, 3600).default(900);

/** `functions/reconcile/handler.ts`. */
export const ReconcileConfig = z.strictObject({
  ...Shared,
  ...Machines,
  SLIPWAY_READY_WITHIN_SECONDS: readyWithinSeconds,
  SLIPWAY_OBSERVE_SECONDS: whole(5, 900).default(300),
  SLIPWAY_SWEEP_GRACE_SECONDS: whole(60, 3600).default(600),
  SLIPWAY_VPC_ID: z.string().min(1),
  /** IPv4 CIDR of the VPC. */
  SLIPWAY_RANGE: z.cidrv4(),
  /** Public subnets of the hosts, in the order in which they are tried: `subnet-1@us-east-1a,subnet-2@us-east-1b`. */
  SLIPWAY_SUBNETS: Subnets,
  /** IPv4 CIDRs of the functions' subnets, from which 2376 is reached. */
  SLIPWAY_CONTROL_RANGES: list,
  SLIPWAY_SPOT: z.stringbool().default(false),
  /** Where hosts enrol, without `/v1`. */
  SLIPWAY_API_URL: z.url(),
  SLIPWAY_MIRROR_URL: z.url().optional(),
});
export type ReconcileConfig = z.infer<typeof ReconcileConfig>;

/** `functions/tick/handler.ts`. */
export const TickConfig = z.strictObject({
  ...Shared,
  ...Oidc,
  /** As reconcile's, so that one that passed it by far is told as stuck. */
  SLIPWAY_READY_WITHIN_SECONDS: readyWithinSeconds,
  /** Name of the SSM parameter, a SecureString, in which `tick` keeps the operator's key. */
  SLIPWAY_OPERATOR_KEY_PARAMETER: z.string().min(1),
  /** An AMI's id, or the name of the SSM parameter that holds one. */
  SLIPWAY_IMAGE_X86_64: z
    .string()
    .default('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'),
  SLIPWAY_IMAGE_ARM64: z
    .string()
    .default('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64'),
});
export type TickConfig = z.infer<typeof TickConfig>;
