import { z } from 'zod';
import { MOST_STUDENTS } from '../../class/class.ts';

/** The students that something is to be done for. */
export const StudentChoice = z
  .array(z.string().max(320))
  .min(1)
  .max(MOST_STUDENTS)
  .optional()
  .describe('Addresses on the roster; all if left out');
