import type { Service, Task } from '../client/operations.ts';
import { table } from './table.ts';

/** Docker shows so much of an id. */
const SHORT_ID = 12;

/** As `docker service ls`, and why a service is not up. */
export function serviceTable(services: Service[]): string {
  const rows = services.map(({ id, name, mode, replicas, image, ports, problem = '' }) => [
    id.slice(0, SHORT_ID),
    name,
    mode,
    `${replicas.running}/${replicas.desired}`,
    image,
    ports.map(portOf).join(', '),
    problem,
  ]);
  return table(['ID', 'NAME', 'MODE', 'REPLICAS', 'IMAGE', 'PORTS', 'PROBLEM'], rows);
}

/** As `docker service ps`. */
export function taskTable(tasks: Task[]): string {
  const rows = tasks.map(({ id, name, image, node = '', desired, state, since, error = '' }) => [
    id.slice(0, SHORT_ID),
    name,
    image,
    node,
    capital(desired),
    `${capital(state)} since ${since.replace(/\.\d+Z$/, 'Z')}`,
    error,
  ]);
  return table(['ID', 'NAME', 'IMAGE', 'NODE', 'DESIRED STATE', 'CURRENT STATE', 'ERROR'], rows);
}

function portOf({ published, target, protocol }: Service['ports'][number]): string {
  return published === undefined ? `${target}/${protocol}` : `*:${published}->${target}/${protocol}`;
}

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
