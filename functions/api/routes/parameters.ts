import { z } from 'zod';
import type { ErrorCode } from '../../../shared/core/errors.ts';
import { Role } from '../../../shared/service/caller.ts';

/** Every role may call; whose lab it is, is checked by the use case. */
export const EVERYBODY = Role.options;

export const LabPath = z.strictObject({ lab: z.string().describe('The lab’s id') });
export const MachinePath = LabPath.extend({ machine: z.string().describe('The machine’s name') });

export const ClassPath = z.strictObject({ class: z.string().describe('The class’s name') });
/** Who teaches. */
export const TEACHERS = ['instructor', 'operator'] as const;

export const limit = z.coerce.number().int().min(1).max(100).default(50).describe('Most items of a page');

/** A query's yes or no. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** Of a list. */
export const paging = z.strictObject({
  limit,
  cursor: z.string().max(1024).optional().describe('Of the page before'),
});

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), cursor: z.string().optional() });
}

export const json = (schema: z.ZodType) => ({ 'application/json': schema });

/** What anything that asks a lab's swarm may be refused for. */
export const SWARM_REFUSES: ErrorCode[] = ['not_found', 'conflict', 'engine_unreachable'];
