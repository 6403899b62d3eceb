import { z } from 'zod';
import { Role } from '../../../shared/service/caller.ts';

/** Every role may call; whose lab it is, is checked by the use case. */
export const EVERYBODY = Role.options;

export const LabPath = z.strictObject({ lab: z.string().describe('The lab’s id') });
export const MachinePath = LabPath.extend({ machine: z.string().describe('The machine’s name') });

export const limit = z.coerce.number().int().min(1).max(100).default(50).describe('Most items of a page');

/** A query's yes or no. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
