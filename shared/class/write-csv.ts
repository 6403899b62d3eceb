/**
 * What a spreadsheet takes for a formula, after apostrophes; OWASP's list for CSV injection, with the wide forms that East
 * Asian ones take too.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const QUOTED = /[",;\t\r\n]|^\s|\s$/;

/**
 * Writes RFC 4180's CSV in UTF-8's characters, without a byte order mark. No cell of it is run: one that a spreadsheet
 * would take for a formula gets an apostrophe before it, which spreadsheets do not show, and `plainCell` takes off again.
 */
export function writeCsv(header: string[], rows: string[][]): string {
  return [header, ...rows].map((row) => `${row.map(writeCell).join(',')}\r\n`).join('');
}

/** The cell as it was before `safeCell`. */
export function plainCell(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}

/** Text that no spreadsheet runs; other text is left as it is. One that has the apostrophe already gets another. */
export function safeCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

function writeCell(text: string): string {
  const safe = safeCell(text);
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
