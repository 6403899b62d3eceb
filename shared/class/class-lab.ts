import { z } from 'zod';
import { LabUsage } from '../lab/usage.ts';
import { LabPurpose } from './student.ts';

/**
 * What a class knows of one lab: told by the lab's reconciler whenever it changed, and kept as the record of who had what
 * and when once the lab is gone. Small, because a class's progress reads one per student.
 */
export const ClassLab = z.object({
  labId: z.string(),
  /** The student's address; a number once personal data was taken out. */
  student: z.string(),
  purpose: LabPurpose,
  /** Start of its session, in UTC. */
  session: z.string().optional(),
  template: z.string(),
  createdAt: z.string(),
  /** As phaseOf had it when it was told; what time alone changes since is seen by `expiresAt` and `startsAt`. */
  phase: z.string(),
  percent: z.number().int().min(0).max(100),
  startsAt: z.string().optional(),
  expiresAt: z.string(),
  readyAt: z.string().optional(),
  lastEvent: z.object({ at: z.string(), type: z.string(), message: z.string() }).optional(),
  /** Why it is not up, in words; the first unmet condition's, or its failure's. */
  problem: z.string().optional(),
  /** The problem's one word for programs. */
  reason: z.string().optional(),
  usage: LabUsage,
  endedAt: z.string().optional(),
  /** `specVersion` + `statusVersion` of the lab as told: an older telling never replaces a newer one. */
  version: z.number().int().nonnegative(),
});
export type ClassLab = z.infer<typeof ClassLab>;
