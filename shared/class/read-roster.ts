import { z } from 'zod';
import type { InputIssue } from '../core/errors.ts';
import { guess } from '../core/nearest.ts';
import { MOST_STUDENTS } from './class.ts';
import { MOST_RECORDS, placeOf, readTable } from './roster-csv.ts';
import { type RosterField, type RosterLine, readLines, refuseRoster, tooMany } from './roster-entry.ts';
import { rosterText } from './roster-text.ts';
import type { RosterEntry } from './student.ts';
import { plainCell } from './write-csv.ts';

/**
 * Reads a roster as a spreadsheet writes it: UTF-8, with a byte order mark or without; commas, semicolons or tabs, whichever
 * its header has; its first line names the columns, in any order and case. Columns that are none of ours are ignored, and so
 * are empty lines. The apostrophe that `writeCsv` puts before a formula is taken off again.
 * @returns the students in the file's order, addresses in lower case.
 * @throws SlipwayError `invalid_input` with everything that is wrong, by line and field (`place.column` counts fields);
 *   `too_large` over 2 MiB.
 */
export function readRosterCsv(bytes: Uint8Array): RosterEntry[] {
  const { delimiter, width, columns, records, issues } = readTable(rosterText(bytes));
  if (records.length > MOST_RECORDS) refuseRoster([tooMany(`more than ${MOST_RECORDS}`)]);
  const lines = records.map(({ line, cells }, index): RosterLine => {
    const pointer = `/${index}`;
    if (cells.slice(width).some((cell) => cell !== '')) {
      const message = `has ${cells.length} fields where the header has ${width}: put a field that holds a ${nameOf(delimiter)} between double quotes`;
      issues.push({ pointer, message, place: placeOf(line, width) });
    }
    const cell = (field: RosterField) => plainCell(cells[columns[field] ?? -1] ?? '');
    return {
      where: `on line ${line}`,
      pointer,
      email: cell('email'),
      name: cell('name'),
      group: cell('group'),
      place: (field) => placeOf(line, columns[field] ?? 0),
    };
  });
  return readLines(lines, issues);
}

function nameOf(delimiter: string): string {
  return { ',': 'comma', ';': 'semicolon', '\t': 'tab' }[delimiter] ?? delimiter;
}

const Entries = z.array(z.unknown());
const Entry = z.strictObject({
  email: z.string('must be an e-mail address'),
  name: z.string('must be text').optional(),
  group: z.string('must be text').optional(),
});

/**
 * Reads a roster of a JSON body.
 * @returns the students in the list's order, addresses in lower case.
 * @throws SlipwayError `invalid_input` with everything that is wrong, each by its pointer from the list on: `/3/email`.
 */
export function readRosterEntries(list: unknown): RosterEntry[] {
  const given = Entries.safeParse(list);
  if (!given.success) refuseRoster([{ pointer: '', message: 'must be a list of students' }]);
  if (given.data.length > MOST_STUDENTS) refuseRoster([tooMany(String(given.data.length))]);
  const issues: InputIssue[] = [];
  const lines = given.data.flatMap((value, index): RosterLine[] => {
    const pointer = `/${index}`;
    const entry = Entry.safeParse(value);
    if (!entry.success) {
      issues.push(...entryIssues(entry.error, pointer));
      return [];
    }
    const { email, name = '', group = '' } = entry.data;
    return [{ where: `at ${pointer}`, pointer, email, name, group }];
  });
  return readLines(lines, issues);
}

function entryIssues(error: z.ZodError, pointer: string): InputIssue[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
          message: `is unknown: ${guess(key, Object.keys(Entry.shape))}a student has email, name and group`,
        }))
      : [{ pointer: [pointer, ...issue.path.map(String)].join('/'), message: issue.message }],
  );
}
