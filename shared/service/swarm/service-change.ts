import { z } from 'zod';
import { Environment } from './environment-request.ts';
import { FileUses } from './file-use-request.ts';
import { Mounts } from './mount-request.ts';
import { Labels, plainText } from './names.ts';
import { Ports } from './port-request.ts';
import { Limits, Reservations } from './resources-request.ts';
import { Constraints, ImageName, Replicas } from './service-request.ts';

const names = z.array(plainText(1024).min(1)).max(200);
const fileChange = z.strictObject({
  remove: names.optional().describe('Names of those to take out'),
  add: FileUses.optional().describe('One with the target of another takes its place'),
});

/** What `PATCH /labs/{lab}/services/{service}` takes: the flags of `docker service update`, all in one update. */
export const ServiceChange = z
  .strictObject({
    replicas: Replicas.optional(),
    image: ImageName.optional(),
    env: z.strictObject({ set: Environment.optional(), unset: names.optional() }).optional(),
    secrets: fileChange.optional(),
    configs: fileChange.optional(),
    mounts: z
      .strictObject({
        remove: names.optional().describe('Targets'),
        add: Mounts.optional().describe('One with the target of another takes its place'),
      })
      .optional(),
    labels: z.strictObject({ set: Labels.optional(), unset: names.optional() }).optional(),
    constraints: Constraints.optional().describe('All of them, in the place of those there are'),
    ports: Ports.optional().describe('All of them, in the place of those there are'),
    limits: Limits.optional().describe('Those that are given; 0 takes one out'),
    reservations: Reservations.optional().describe('Those that are given; 0 takes one out'),
    force: z.boolean().default(false).describe('New tasks even where nothing else changes'),
  })
  .refine(
    ({ force, ...change }) => force || Object.values(change).some((part) => part !== undefined),
    'must change something; {"force": true} restarts it as it is',
  );
export type ServiceChange = z.output<typeof ServiceChange>;
