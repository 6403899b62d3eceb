import { z } from 'zod';
import { refuseConstraint } from '../../stack/compose/constraint.ts';
import { familiarImage } from '../../stack/compose/image.ts';
import { splitShellWords } from '../../stack/compose/shell-words.ts';
import { Environment } from './environment-request.ts';
import { FileUses } from './file-use-request.ts';
import { Mounts } from './mount-request.ts';
import { Labels, plainText, ServiceName } from './names.ts';
import { Ports } from './port-request.ts';
import { Limits, Reservations } from './resources-request.ts';
import { RestartPolicy, RollbackPolicy, UpdatePolicy } from './rolling-request.ts';

const MOST_REPLICAS = 1000;
const MOST_WORDS = 200;
const MOST_NETWORKS = 10;
const MOST_CONSTRAINTS = 20;

/** As the docker command sends it: `nginx` is `nginx:latest`. */
export const ImageName = z
  .string()
  .max(512)
  .transform((written, context) => {
    try {
      return familiarImage(written);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `is no image: ${(error as Error).message}` });
      return z.NEVER;
    }
  })
  .describe('Such as nginx or nginx:1.27');

export const Replicas = z.int().min(0).max(MOST_REPLICAS);

export const Constraints = z
  .array(plainText(512).superRefine(refuseConstraint))
  .max(MOST_CONSTRAINTS)
  .describe('Such as "node.role==manager"');

const words = z.array(plainText(32_768)).max(MOST_WORDS);
const shellWords = z.union([
  plainText(32_768).transform((text, context) => {
    try {
      return splitShellWords(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  }),
  words,
]);

const NetworkUse = z.union([
  plainText(256)
    .min(1)
    .transform((name) => ({ name, aliases: [] as string[] })),
  z.strictObject({
    name: plainText(256).min(1),
    aliases: z.array(ServiceName).max(10).default([]).describe('Names it answers to there'),
  }),
]);

/** What `POST /labs/{lab}/services` takes: the flags of `docker service create`. */
export const ServiceRequest = z
  .strictObject({
    name: ServiceName,
    image: ImageName,
    mode: z.enum(['replicated', 'global']).default('replicated').describe('global: one task on every node'),
    replicas: Replicas.optional().describe('1 where left out'),
    command: shellWords
      .optional()
      .describe('What follows the image on docker’s command line: words, or a line as a shell splits it'),
    args: words.optional().describe('Put after the command'),
    entrypoint: shellWords.optional().describe('In the place of the image’s own'),
    env: Environment.optional(),
    user: plainText(256).min(1).optional(),
    workdir: plainText(4096).min(1).optional(),
    hostname: plainText(256).min(1).optional(),
    ports: Ports.optional(),
    mounts: Mounts.optional(),
    secrets: FileUses.optional(),
    configs: FileUses.optional(),
    networks: z.array(NetworkUse).max(MOST_NETWORKS).optional(),
    constraints: Constraints.optional(),
    labels: Labels.optional(),
    limits: Limits.optional(),
    reservations: Reservations.optional(),
    restart: RestartPolicy.optional(),
    update: UpdatePolicy.optional(),
    rollback: RollbackPolicy.optional(),
  })
  .superRefine(({ mode, replicas }, context) => {
    if (mode === 'replicated' || replicas === undefined) return;
    const message = 'must be left out: a global service runs once on every node';
    context.addIssue({ code: 'custom', path: ['replicas'], message });
  });
export type ServiceRequest = z.output<typeof ServiceRequest>;
