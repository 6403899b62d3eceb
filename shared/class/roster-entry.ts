import { type InputIssue, SlipwayError } from '../core/errors.ts';
import { MOST_STUDENTS } from './class.ts';
import type { RosterEntry } from './student.ts';

/** A line of a roster as it was given, and where: `where` is for a person, the rest for a program. */
export interface RosterLine {
  where: string;
  pointer: string;
  email: string;
  name: string;
  group: string;
  place?(field: RosterField): NonNullable<InputIssue['place']>;
}
export type RosterField = 'email' | 'name' | 'group';

const MOST_CHARACTERS = { name: 100, group: 50 };
/** An address becomes part of keys, labels and certificates: the characters and length of a token's subject. */
const EMAIL = /^[a-z0-9][a-z0-9._+-]*@[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const MOST_EMAIL_CHARACTERS = 128;
/** Control characters, separators of lines, what turns the direction of writing about, and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
/** More than that nobody reads. */
const MOST_ISSUES = 100;

/**
 * The students of a roster, addresses in lower case, each once.
 * @throws SlipwayError `invalid_input` with everything that is wrong, up to 100 issues and then how many more.
 */
export function readLines(lines: RosterLine[], found: InputIssue[] = []): RosterEntry[] {
  if (lines.length > MOST_STUDENTS) refuseRoster([tooMany(String(lines.length)), ...found]);
  const issues = [...found];
  const entries: RosterEntry[] = [];
  const firsts = new Map<string, string>();
  for (const line of lines) {
    const email = line.email.trim().toLowerCase();
    const name = tidy(line.name);
    const group = tidy(line.group);
    const tell = (field: RosterField, message: string | undefined) => {
      if (message === undefined) return;
      const place = line.place?.(field);
      issues.push({
        pointer: `${line.pointer}/${field}`,
        message,
        ...(place === undefined ? {} : { place }),
      });
    };
    const first = firsts.get(email);
    tell('email', emailProblem(email) ?? (first === undefined ? undefined : twice(email, first, line.where)));
    tell('name', textProblem(name, MOST_CHARACTERS.name));
    tell('group', textProblem(group, MOST_CHARACTERS.group));
    if (first === undefined && email !== '') firsts.set(email, line.where);
    entries.push({ email, ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }) });
  }
  if (issues.length === 0 && entries.length === 0) issues.push(NOBODY);
  if (issues.length > 0) refuseRoster(issues);
  return entries;
}

const NOBODY = { pointer: '', message: 'names no student: give at least one, by e-mail address' };

/** @param count as far as it was counted */
export function tooMany(count: string): InputIssue {
  const message = `has ${count} students, and a class has at most ${MOST_STUDENTS}: make two classes of it`;
  return { pointer: '', message };
}

/** @throws SlipwayError `invalid_input`: nothing of the roster is taken. */
export function refuseRoster(issues: InputIssue[]): never {
  const told = issues.slice(0, MOST_ISSUES);
  const more = issues.length - told.length;
  if (more > 0)
    told.push({ pointer: '', message: `and ${more} more like these: correct them and send it again` });
  const [first] = issues;
  const place = first?.place === undefined ? first?.pointer.slice(1) : `line ${first.place.line}`;
  const one = `${place === '' ? 'it' : `${place}:`} ${first?.message}`;
  const rest = issues.length > 1 ? `; and ${issues.length - 1} more` : '';
  throw new SlipwayError(
    'invalid_input',
    `the roster cannot be used, nothing of it was taken: ${one}${rest}`,
    {
      issues: told,
    },
  );
}

function emailProblem(email: string): string | undefined {
  if (email === '') return 'is missing: every student needs an e-mail address';
  if (email.length > MOST_EMAIL_CHARACTERS) {
    return `has ${email.length} characters, and an address has at most ${MOST_EMAIL_CHARACTERS}`;
  }
  if (EMAIL.test(email)) return undefined;
  const shown = JSON.stringify(email.slice(0, 60));
  return `${shown} is no e-mail address: letters, digits and . _ + - around one @, beginning with a letter or digit, such as ana@example.org`;
}

function twice(email: string, first: string, second: string): string {
  return `${email} is twice on the roster, ${first} and ${second}: take one of them out`;
}

function textProblem(text: string, most: number): string | undefined {
  if (UNPRINTABLE.test(text)) {
    return 'holds a character that cannot be shown, such as a line break: take it out';
  }
  const { length } = [...text];
  return length > most ? `has ${length} characters, and ${most} is the most: shorten it` : undefined;
}

/** Accents are written one way, whoever typed them. */
function tidy(text: string): string {
  return text.trim().normalize('NFC');
}
