import { z } from 'zod';
import { byKind } from './by-kind.ts';
import { Cpus } from './cpus.ts';
import { Integer, TruncatedInteger } from './numbers.ts';
import { section } from './section.ts';
import { SizeText } from './size.ts';
import { Text } from './texts.ts';

/** swarmkit, manager/controlapi/service.go, validateResources. */
const LEAST_BYTES = 4 * 1024 * 1024;

const Memory = SizeText.refine((bytes) => bytes === 0 || bytes >= LEAST_BYTES, 'must be 4M at least');

const GenericResource = section({
  discrete_resource_spec: section({
    kind: Text.default(''),
    value: TruncatedInteger.default(0),
  }),
});

export const Resources = section({
  limits: section({ cpus: Cpus.optional(), memory: Memory.optional(), pids: Integer.optional() }).optional(),
  reservations: section({
    cpus: Cpus.optional(),
    memory: Memory.optional(),
    generic_resources: byKind({ list: z.array(GenericResource) }).optional(),
  }).optional(),
});
export type Resources = z.output<typeof Resources>;
