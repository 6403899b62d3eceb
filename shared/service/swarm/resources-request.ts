import { z } from 'zod';
import { readCpus } from '../../stack/compose/cpus.ts';
import { readSize } from '../../stack/compose/size.ts';

/** swarmkit, manager/controlapi/service.go, validateResources; 0 is none. */
const LEAST_NANO_CPUS = 1_000_000;
const LEAST_BYTES = 4 * 1024 * 1024;

const cpus = z
  .union([z.number(), z.string().max(40)])
  .transform((given, context) => {
    const billionths = readCpus(String(given));
    const usable =
      billionths === 0 ||
      (billionths !== undefined && billionths >= LEAST_NANO_CPUS && Number.isSafeInteger(billionths));
    if (usable) return billionths;
    const message = 'must be a number of processors such as 0.5, 0.001 at least';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .describe('Processors, such as 0.5; 0 is none');

const memory = z
  .union([z.int(), z.string().max(40)])
  .transform((given, context) => {
    const bytes = readSize(String(given));
    if (bytes === 0 || (bytes !== undefined && bytes >= LEAST_BYTES && Number.isSafeInteger(bytes)))
      return bytes;
    const message = 'must be a size such as "50M" or "1G", 4M at least';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .describe('Bytes, or a size such as "50M"; 0 is none');

export const Limits = z.strictObject({
  cpus: cpus.optional(),
  memory: memory.optional(),
  pids: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional()
    .describe('Processes and threads; 0 is no limit'),
});
export const Reservations = z.strictObject({ cpus: cpus.optional(), memory: memory.optional() });

/** The Engine's words; what is not given stays as it was. */
export function changeResources(
  before: Record<string, unknown>,
  { cpus, memory, pids }: z.output<typeof Limits>,
): Record<string, unknown> {
  const given = { NanoCPUs: cpus, MemoryBytes: memory, Pids: pids };
  const merged = {
    ...before,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  // None is what is not there.
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== 0));
}
