import { type InfoRecord, parse } from 'csv-parse/sync';
import type { InputIssue } from '../core/errors.ts';
import { guess, nearest } from '../core/nearest.ts';
import { MOST_STUDENTS } from './class.ts';
import { type RosterField, refuseRoster } from './roster-entry.ts';

/** Names of columns that mean the same, in lower case. */
const COLUMNS: Record<RosterField, readonly string[]> = {
  email: ['email', 'e-mail', 'mail', 'address', 'email address', 'e-mail address'],
  name: ['name'],
  group: ['group'],
};
const FIELDS = ['email', 'name', 'group'] as const;
const DELIMITERS = [',', ';', '\t'];
/** Counted no farther: a file of two million bytes can have a million lines. */
export const MOST_RECORDS = 5 * MOST_STUDENTS;
const FILE = 'roster.csv';

/** One line of the file that is not empty. */
interface CsvRecord {
  /** Where it begins, from 1. */
  line: number;
  cells: string[];
}

export interface RosterTable {
  delimiter: string;
  /** Fields of the header. */
  width: number;
  /** Which of them is what. */
  columns: Partial<Record<RosterField, number>>;
  /** After the header; at most one more than MOST_RECORDS. */
  records: CsvRecord[];
  /** What of the file could not be told apart into records. */
  issues: InputIssue[];
}

/**
 * Tells a roster's lines and columns apart, by its header.
 * @throws SlipwayError `invalid_input` where the header names no address.
 */
export function readTable(given: string): RosterTable {
  // Excel's own way to tell its delimiter; an empty line stands for it, so that lines count as they are.
  const [told, separator] = /^sep=(.)(?=\r?\n|\r)/i.exec(given) ?? ['', undefined];
  // One kind of line end, so that lines are counted alike within quotes and without.
  const text = given.slice(told.length).replace(/\r\n?/g, '\n');
  const { delimiter, header } = separator === undefined ? likeliestHeader(text) : headerBy(text, separator);
  if (header === undefined) refuseRoster([{ pointer: '', message: `is empty: ${HEADER_CURE}` }]);
  const columns = columnsOf(header);
  const { records, issues } = parseAll(text, delimiter, MOST_RECORDS + 2);
  return { delimiter, width: header.cells.length, columns, records: records.slice(1), issues };
}

/** Where a field is in the file; columns count fields. */
export function placeOf(line: number, index: number): NonNullable<InputIssue['place']> {
  return { file: FILE, line, column: index + 1 };
}

const HEADER_CURE = 'its first line names the columns, such as email,name,group';

interface Header {
  delimiter: string;
  header: CsvRecord | undefined;
}

/** What makes a column of addresses of it; else what makes the most columns. */
function likeliestHeader(text: string): Header {
  const read = DELIMITERS.map((delimiter) => headerBy(text, delimiter));
  const score = ({ header }: Header) =>
    (header?.cells.length ?? 0) + (header?.cells.some((cell) => fieldOf(cell) === 'email') ? 1000 : 0);
  return read.reduce((best, one) => (score(one) > score(best) ? one : best));
}

function headerBy(text: string, delimiter: string): Header {
  return { delimiter, header: parseAll(text, delimiter, 1).records[0] };
}

function columnsOf({ line, cells }: CsvRecord): RosterTable['columns'] {
  const issues: InputIssue[] = [];
  const columns: RosterTable['columns'] = {};
  for (const [index, cell] of cells.entries()) {
    const field = fieldOf(cell);
    if (field === undefined) continue;
    if (columns[field] === undefined) columns[field] = index;
    else issues.push({ pointer: '', message: twoColumns(cell, field), place: placeOf(line, index) });
  }
  if (columns.email === undefined) {
    issues.push({ pointer: '', message: noAddress(cells), place: placeOf(line, 0) });
  }
  if (issues.length > 0) refuseRoster(issues);
  return columns;
}

function twoColumns(cell: string, field: RosterField): string {
  return `${JSON.stringify(cell.slice(0, 40))} is the second column for the ${field}: leave one of them out`;
}

function noAddress(cells: string[]): string {
  const found = cells.slice(0, 20).find((cell) => nearest(cell, COLUMNS.email) !== undefined);
  const hint =
    found === undefined ? '' : `where it says ${JSON.stringify(found)}, ${guess(found, COLUMNS.email)}`;
  const isData = cells.some((cell) => cell.includes('@'));
  const what = isData ? 'is a student already' : 'has no column for the e-mail address';
  return `the first line ${what}: ${hint}${HEADER_CURE}`;
}

function fieldOf(cell: string): RosterField | undefined {
  const name = cell.trim().toLowerCase();
  return FIELDS.find((field) => COLUMNS[field].includes(name));
}

function parseAll(
  text: string,
  delimiter: string,
  most: number,
): { records: CsvRecord[]; issues: InputIssue[] } {
  let isOpen = false;
  const parsed = parse(text, {
    delimiter,
    record_delimiter: '\n',
    relax_column_count: true,
    // A quote in the midst of a name is part of it.
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
    to: most,
    skip_records_with_error: true,
    on_skip: () => {
      isOpen = true;
      return undefined;
    },
  }) as unknown as { record: string[]; info: InfoRecord }[];
  const records = parsed
    .filter(({ record }) => record.some((cell) => cell !== ''))
    .map(({ record, info }) => ({ line: info.lines - breaksIn(record), cells: record }));
  if (!isOpen) return { records, issues: [] };
  const line = (parsed.at(-1)?.info.lines ?? 0) + 1;
  const message = 'opens a double quote that nothing closes: close it, or take it out';
  return { records, issues: [{ pointer: '', message, place: placeOf(line, 0) }] };
}

/** A record is told by its last line. */
function breaksIn(cells: string[]): number {
  return cells.reduce((total, cell) => total + cell.split('\n').length - 1, 0);
}
