import type { MachineView } from './machine-view.ts';

const HEADINGS = ['NAME', 'ACTIVE', 'DRIVER', 'STATE', 'URL', 'SWARM', 'DOCKER', 'ERRORS'];
/** docker-machine's tabwriter: a column is its longest cell and three blanks, five at least. */
const PADDING = 3;
const NARROWEST = 5;

/**
 * `docker-machine ls`, character for character, trailing blanks included; SWARM carries the node's role.
 * @param machines in the order to print.
 * @param dockerHost the caller's DOCKER_HOST, which marks the active machine.
 */
export function lsTable(machines: MachineView[], dockerHost?: string): string {
  const rows = [HEADINGS, ...machines.map((machine) => cellsOf(machine, dockerHost))];
  const widths = HEADINGS.map((_, column) =>
    Math.max(NARROWEST, PADDING + Math.max(...rows.map((row) => lengthOf(row[column] ?? '')))),
  );
  const last = HEADINGS.length - 1;
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === last ? cell : cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell)),
      )
      .join(''),
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** `docker-machine ls -q`: the names, one a line. */
export function lsNames(machines: MachineView[]): string {
  return machines.map(({ name }) => `${name}\n`).join('');
}

function cellsOf(machine: MachineView, dockerHost: string | undefined): string[] {
  const { url = '', engineVersion, error = '' } = machine;
  return [
    machine.name,
    url !== '' && url === dockerHost ? '*' : '-',
    machine.driver,
    machine.state,
    url,
    machine.swarm ?? '',
    engineVersion === undefined ? 'Unknown' : `v${engineVersion}`,
    // A second line would be a row of its own; an engine's version and a host's words come from hostile ground.
    error,
  ].map((cell) => cell.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' '));
}

/** In characters, as Go's tabwriter counts. */
function lengthOf(cell: string): number {
  return [...cell].length;
}
