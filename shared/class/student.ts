import { z } from 'zod';

/** One line of a roster. The address is who the student is: in tokens, and as owner of labs. */
export const RosterEntry = z.object({
  /** In lower case. */
  email: z.string(),
  name: z.string().optional(),
  group: z.string().optional(),
});
export type RosterEntry = z.infer<typeof RosterEntry>;

/** Why a class's lab was made: for a session, for the whole course (`after: stop`), or on the student's own hours. */
export const LabPurpose = z.enum(['session', 'course', 'own']);
export type LabPurpose = z.infer<typeof LabPurpose>;

/** A student of a class, an item of its own. Made and changed by the class's reconciler and the API, under `version`. */
export const Student = z.object({
  email: z.string(),
  name: z.string().optional(),
  group: z.string().optional(),
  addedAt: z.string(),
  /** Since when it is on the roster no more: its lab goes a grace later, and then this item. */
  removedAt: z.string().optional(),
  /** Of its join code, whose text nobody keeps. */
  codeHash: z.string().optional(),
  codeMadeAt: z.string().optional(),
  /** When a code of it was last exchanged for a token. */
  joinedAt: z.string().optional(),
  /** CIDRs that its labs let in: where it last joined from. */
  allowFrom: z.array(z.string()),
  /**
   * Its present lab: written before the lab itself, so that a crash between the two leaves a lab to be made, never one
   * that nobody knows of.
   */
  lab: z
    .object({
      id: z.string(),
      purpose: LabPurpose,
      /** Start of the session that it was made for, in UTC; none for `own`. */
      session: z.string().optional(),
      /** How many were made before it for the same session, in place of ones that failed. */
      replacement: z.number().int().nonnegative(),
    })
    .optional(),
  /** Spans outside sessions that it took of its own hours, the last month's; in UTC. */
  ownHours: z.array(z.object({ from: z.string(), until: z.string() })).max(200),
  version: z.number().int().nonnegative(),
  /** Its last call, to within minutes; written beside `version`. */
  lastSeenAt: z.string().optional(),
});
export type Student = z.infer<typeof Student>;
