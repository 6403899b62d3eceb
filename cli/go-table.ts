/** docker-machine's tabwriter: a column is its longest cell and three blanks, five at least. */
const PADDING = 3;
const NARROWEST = 5;

/**
 * Lines whose cells end in tabs, as Go's text/tabwriter sets them with docker-machine's widths: the text after a line's
 * last tab is no cell, and a column is as wide as the lines beside each other that have it.
 */
export function goTable(lines: readonly string[]): string {
  const rows = lines.flatMap((line) => line.split('\n')).map((line) => line.split('\t'));
  const widths = rows.map((row) => row.map(() => 0));
  const deepest = Math.max(0, ...rows.map((row) => row.length));
  for (let column = 0; column < deepest; column += 1) setColumn(rows, widths, column);
  return rows
    .map(
      (row, index) =>
        `${row.map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[index]?.[column] ?? 0) - lengthOf(cell)))).join('')}\n`,
    )
    .join('');
}

function setColumn(rows: string[][], widths: number[][], column: number): void {
  const has = (row: string[] | undefined) => row !== undefined && column < row.length - 1;
  for (let first = 0; first < rows.length; first += 1) {
    if (!has(rows[first])) continue;
    let end = first;
    while (has(rows[end])) end += 1;
    const cells = rows.slice(first, end).map((row) => lengthOf(row[column] ?? ''));
    const width = Math.max(NARROWEST, PADDING + Math.max(...cells));
    // A column of nothing at all takes no room.
    for (const row of widths.slice(first, end)) row[column] = Math.max(...cells) === 0 ? NARROWEST : width;
    first = end;
  }
}

function lengthOf(cell: string): number {
  return [...cell].length;
}
