const GAP = 3;

/** Rows in columns, each as wide as its longest cell and three blanks; the last is not padded. */
export function inColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.slice(0, -1).entries()) {
      widths[column] = Math.max(widths[column] ?? 0, [...cell].length + GAP);
    }
  }
  return rows
    .map(
      (row) =>
        `${row.map((cell, column) => padded(cell, widths[column], column === row.length - 1)).join('')}\n`,
    )
    .join('');
}

/** A list under its headings; what comes from hosts and images is kept on its line. */
export function table(headings: string[], rows: readonly string[][]): string {
  return inColumns([headings, ...rows.map((row) => row.map(onOneLine))]);
}

export function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

function padded(cell: string, width = 0, last: boolean): string {
  return last ? cell : cell + ' '.repeat(Math.max(0, width - [...cell].length));
}
