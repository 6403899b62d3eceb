import { z } from 'zod';
import { MOST_STUDENTS } from '../../class/class.ts';
import { readRosterEntries } from '../../class/read-roster.ts';
import type { RosterEntry } from '../../class/student.ts';
import { isSlipwayError } from '../../core/errors.ts';
import { addIssue } from './issues.ts';

/** What its reader checks, for who reads the document: the reader says everything that is wrong, and not zod. */
const LINE = {
  type: 'object' as const,
  properties: {
    email: { type: 'string' as const, description: 'Who the student is: in tokens, and as owner of labs' },
    name: { type: 'string' as const },
    group: { type: 'string' as const },
  },
  required: ['email'],
  additionalProperties: false,
};

/** A roster as JSON. */
export function rosterSchema() {
  return z
    .array(z.unknown())
    .meta({ description: 'The students, each address once', items: LINE, maxItems: MOST_STUDENTS })
    .transform((list, context): RosterEntry[] => {
      try {
        return readRosterEntries(list);
      } catch (error) {
        if (!isSlipwayError(error, 'invalid_input')) throw error;
        for (const issue of error.issues) addIssue(context, issue);
        return z.NEVER;
      }
    });
}

/** What `PUT /classes/{class}/roster` takes as JSON. */
export const RosterRequest = z.union([z.strictObject({ students: rosterSchema() }), rosterSchema()]);

/** @returns the students, in whichever way they were given. */
export function entriesOf(request: z.output<typeof RosterRequest>): RosterEntry[] {
  return Array.isArray(request) ? request : request.students;
}
