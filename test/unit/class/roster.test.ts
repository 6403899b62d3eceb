import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_STUDENTS } from '../../../shared/class/class.ts';
import { readRosterCsv, readRosterEntries } from '../../../shared/class/read-roster.ts';
import { diffRoster } from '../../../shared/class/roster-diff.ts';
import type { RosterEntry } from '../../../shared/class/student.ts';
import { plainCell, safeCell, writeCsv } from '../../../shared/class/write-csv.ts';
import { type InputIssue, isSlipwayError, SlipwayError } from '../../../shared/core/errors.ts';
import { Subject } from '../../../shared/service/caller.ts';

function read(text: string): RosterEntry[] {
  return readRosterCsv(Buffer.from(text));
}

function refusal(work: () => unknown): SlipwayError {
  try {
    work();
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

function issuesOf(text: string): string[] {
  return refusal(() => read(text)).issues.map(told);
}

function told({ message, place }: InputIssue): string {
  return place === undefined ? message : `${place.line}:${place.column} ${message}`;
}

const ANA = { email: 'ana@example.org', name: 'Ana Silva', group: 'A' };
const BIA = { email: 'bia@example.org', name: 'Bia, a "Tal"' };

describe('a roster as CSV', () => {
  it('is read whatever its delimiter, line ends, byte order mark, and order and case of columns', () => {
    const files = [
      'email,name,group\nana@example.org,Ana Silva,A\nbia@example.org,"Bia, a ""Tal""",\n',
      'email,name,group\r\nana@example.org,Ana Silva,A\r\nbia@example.org,"Bia, a ""Tal"""\r\n',
      '\uFEFFGroup;E-Mail;NAME\r\nA;Ana@Example.org;Ana Silva\r\n;bia@example.org;"Bia, a ""Tal"""',
      'Name\tMail\tGroup\rAna Silva\tana@example.org\tA\rBia, a "Tal"\tBIA@example.org\t\r',
      'sep=;\r\naddress;name;group\r\nana@example.org;Ana Silva;A\r\nbia@example.org;"Bia, a ""Tal""";',
      '\n\n email , name , group , phone \n\n ana@example.org , Ana Silva , A , 1\n,,,\n bia@example.org , "Bia, a ""Tal""" ,,+55\n\n',
    ];
    for (const file of files) expect(read(file)).toEqual([ANA, BIA]);
  });

  it('may be addresses alone, and columns that are none of ours are not looked at', () => {
    expect(read('e-mail address\nana@example.org\n')).toEqual([{ email: 'ana@example.org' }]);
    expect(read('id,mail,note\n7,ana@example.org,=cmd()\n')).toEqual([{ email: 'ana@example.org' }]);
  });

  it('tells all that is wrong by line and field, and takes nothing', () => {
    const issues = issuesOf(
      [
        'email;name;group',
        'ana@example.org;Ana;A',
        '',
        'no-address;Bia;A',
        'ANA@example.org;Ana again;A',
        `;${'x'.repeat(101)};${'y'.repeat(51)}`,
        'cid@example.org;Cid;A;B',
        'ana@example.org;third;A',
        'dora@example.org;Do\u0007ra;A',
        '=1@example.org;Formula;A',
      ].join('\r\n'),
    );
    expect(issues).toEqual([
      '7:4 has 4 fields where the header has 3: put a field that holds a semicolon between double quotes',
      expect.stringMatching(/^4:1 "no-address" is no e-mail address/),
      '5:1 ana@example.org is twice on the roster, on line 2 and on line 5: take one of them out',
      '6:1 is missing: every student needs an e-mail address',
      '6:2 has 101 characters, and 100 is the most: shorten it',
      '6:3 has 51 characters, and 50 is the most: shorten it',
      '8:1 ana@example.org is twice on the roster, on line 2 and on line 8: take one of them out',
      expect.stringMatching(/^9:2 holds a character that cannot be shown/),
      expect.stringMatching(/^10:1 "=1@example.org" is no e-mail address/),
    ]);
  });

  it('counts lines by those of the file, fields of several lines included', () => {
    const issues = issuesOf('email,name,note\na@example.org,A,"x\ny\r\nz"\nb@example.org,"B\nb",\nbad,,\n');
    expect(issues).toEqual([
      expect.stringMatching(/^5:2 holds a character/),
      expect.stringMatching(/^7:1 "bad" is no e-mail address/),
    ]);
  });

  it('tells a quote that is never closed, and what was wrong before it', () => {
    expect(issuesOf('email,name\nbad,x\na@example.org,"A\nb@example.org,B\n')).toEqual([
      '3:1 opens a double quote that nothing closes: close it, or take it out',
      expect.stringMatching(/^2:1 "bad"/),
    ]);
  });

  it('is refused without a column of addresses, which is named where it was misspelt', () => {
    expect(issuesOf('emial,name\na@example.org,A\n')).toEqual([
      expect.stringMatching(/^1:1 .*"emial", did you mean "email"\?/),
    ]);
    expect(issuesOf('ana@example.org\nbia@example.org\n')).toEqual([
      expect.stringContaining('the first line is a student already'),
    ]);
    expect(issuesOf('email,mail\na@example.org,b@example.org\n')).toEqual([
      expect.stringMatching(/^1:2 "mail" is the second column for the email/),
    ]);
    for (const empty of ['', '\uFEFF', '\n\n', ';;\n']) expect(issuesOf(empty)).toHaveLength(1);
    expect(issuesOf('email,name\n\n')).toEqual(['names no student: give at least one, by e-mail address']);
  });

  it('is refused in another encoding with the cure', () => {
    const utf16 = Buffer.from('\uFEFFemail\nana@example.org\n', 'utf16le');
    const latin1 = Buffer.from('email,name\nana@example.org,Ana\nze@example.org,Zé\n', 'latin1');
    const unmarked = Buffer.from('email\nana@example.org\n', 'utf16le');
    const workbook = Buffer.from('504b0304140006000800', 'hex');
    for (const bytes of [utf16, utf16.swap16(), latin1, unmarked, workbook]) {
      const error = refusal(() => readRosterCsv(bytes));
      expect(error.code).toBe('invalid_input');
      expect(error.message).toContain('CSV UTF-8');
    }
    expect(refusal(() => readRosterCsv(latin1)).issues[0]?.place?.line).toBe(3);
  });

  it('is refused over 1,000 students and over 2 MiB, and told in a hundred issues and a count at most', () => {
    const many = (count: number, of = (index: number) => `s${index}@example.org`) =>
      `email\n${Array.from({ length: count }, (_, index) => of(index)).join('\n')}\n`;
    expect(read(many(MOST_STUDENTS))).toHaveLength(MOST_STUDENTS);
    expect(issuesOf(many(MOST_STUDENTS + 1))).toEqual([expect.stringContaining('has 1001 students')]);
    expect(issuesOf(many(100_000))).toEqual([expect.stringContaining('more than 5000 students')]);
    const wrong = issuesOf(many(400, (index) => `wrong ${index}`));
    expect(wrong).toHaveLength(101);
    expect(wrong.at(-1)).toContain('and 300 more');
    const huge = refusal(() => readRosterCsv(new Uint8Array(2 * 1024 * 1024 + 1)));
    expect([huge.code, huge.facts]).toEqual(['too_large', { allowedBytes: 2_097_152 }]);
  });

  it('takes no address that a token could not name', () => {
    const characters = fc.constantFrom(...'aB9@._+-= ,;"\'%é/');
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 20 }), (local) => {
        const email = local.join('');
        try {
          for (const entry of readRosterEntries([{ email }])) {
            expect(Subject.safeParse(entry.email).success).toBe(true);
            expect(entry.email).toBe(email.trim().toLowerCase());
          }
        } catch (error) {
          if (!isSlipwayError(error, 'invalid_input')) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never throws anything but what a caller can mend, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(
          fc.constantFrom('email', ',', ';', '\t', '"', '\n', '\r\n', '\r', 'a@b.c', "'", '=', ' ', 'é'),
          {
            maxLength: 60,
          },
        )
        .map((parts) => new Uint8Array(Buffer.from(`email,name\n${parts.join('')}`))),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        try {
          expect(readRosterCsv(given).length).toBeGreaterThan(0);
        } catch (error) {
          expect(isSlipwayError(error, 'invalid_input')).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a roster as JSON', () => {
  it('is read as CSV is', () => {
    expect(readRosterEntries([{ ...ANA, email: ' Ana@Example.org ' }, BIA])).toEqual([ANA, BIA]);
    // The apostrophe before a formula is CSV's own.
    expect(readRosterEntries([{ email: 'a@example.org', name: "'=x" }])[0]?.name).toBe("'=x");
  });

  it('tells all that is wrong by pointer from the list on', () => {
    const error = refusal(() =>
      readRosterEntries([
        ANA,
        { email: 'ANA@example.org' },
        { email: 'x', nmae: 'X' },
        { name: 7 },
        'bia@example.org',
        { email: 'b@example.org', name: 'x\ny', group: '\ud800' },
      ]),
    );
    expect(error.issues.map(({ pointer }) => pointer).sort()).toEqual([
      '/1/email',
      '/2/nmae',
      '/3/email',
      '/3/name',
      '/4',
      '/5/group',
      '/5/name',
    ]);
    expect(error.issues.find(({ pointer }) => pointer === '/2/nmae')?.message).toContain(
      'did you mean "name"',
    );
  });

  it('is refused empty, too long, or as no list', () => {
    const thousand = Array.from({ length: MOST_STUDENTS + 1 }, (_, index) => ({
      email: `s${index}@example.org`,
    }));
    expect(readRosterEntries(thousand.slice(1))).toHaveLength(MOST_STUDENTS);
    for (const list of [[], thousand, {}, null, 'ana@example.org']) {
      expect(refusal(() => readRosterEntries(list)).issues).toMatchObject([{ pointer: '' }]);
    }
  });
});

const FORMULA = /^[=+\-@\t\r\n]/;
const anyCell = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', "'=", "''+", "'"), fc.string())
    .map((parts) => parts.join('')),
);

describe('CSV that is exported', () => {
  it('has no cell that a spreadsheet would run, and plain text as it was', () => {
    fc.assert(
      fc.property(anyCell, (text) => {
        const safe = safeCell(text);
        expect(FORMULA.test(safe)).toBe(false);
        expect(plainCell(safe)).toBe(text);
        if (/^[\p{L}\p{N}]/u.test(text)) expect(safe).toBe(text);
      }),
      { numRuns: 500 },
    );
    const out = writeCsv(
      ['name'],
      [['=HYPERLINK("http://x")'], ['+1'], ['-1'], ['@x'], ["O'Hara"], ["'tis"]],
    );
    expect(out).toBe('name\r\n"\'=HYPERLINK(""http://x"")"\r\n\'+1\r\n\'-1\r\n\'@x\r\nO\'Hara\r\n\'tis\r\n');
  });

  it('is read back as the roster that it was written from', () => {
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
      fc
        .tuple(fc.constantFrom('=', '+', '-', '@', "'", "'=", '"', ',', ';'), fc.string({ maxLength: 20 }))
        .map((parts) => parts.join('')),
    );
    const entries = fc.uniqueArray(
      fc.record({
        email: fc.integer({ min: 0, max: 999 }).map((number) => `s${number}@example.org`),
        name: fc.option(text, { nil: undefined }),
        group: fc.option(text, { nil: undefined }),
      }),
      { selector: ({ email }) => email, minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(entries, (given) => {
        let roster: RosterEntry[];
        try {
          roster = readRosterEntries(JSON.parse(JSON.stringify(given)));
        } catch {
          return fc.pre(false);
        }
        const rows = roster.map(({ email, name = '', group = '' }) => [email, name, group]);
        expect(read(writeCsv(['email', 'name', 'group'], rows))).toEqual(roster);
      }),
      { numRuns: 300 },
    );
  });
});

describe('one roster after another', () => {
  it('tells who comes, goes, is named anew, and is not touched, whatever the order', () => {
    const before = [ANA, BIA, { email: 'cid@example.org' }];
    const after = [{ email: 'dora@example.org' }, { ...BIA, group: 'B' }, ANA];
    expect(diffRoster(before, after)).toEqual({
      added: [{ email: 'dora@example.org' }],
      removed: [{ email: 'cid@example.org' }],
      changed: [{ ...BIA, group: 'B' }],
      unchanged: [ANA],
    });
  });

  it('tells each student exactly once', () => {
    const roster = fc.uniqueArray(
      fc.record({
        email: fc.integer({ min: 0, max: 30 }).map((number) => `s${number}@example.org`),
        name: fc.constantFrom('A', 'B'),
      }),
      { selector: ({ email }) => email },
    );
    fc.assert(
      fc.property(roster, roster, (before, after) => {
        const { added, removed, changed, unchanged } = diffRoster(before, after);
        const emails = (entries: RosterEntry[]) => entries.map(({ email }) => email).sort();
        expect(emails([...added, ...changed, ...unchanged])).toEqual(emails(after));
        expect(emails([...removed, ...changed, ...unchanged])).toEqual(emails(before));
        expect(diffRoster(after, after).unchanged).toEqual(after);
      }),
    );
  });
});
