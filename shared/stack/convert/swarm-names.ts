import type { InputIssue } from '../../core/errors.ts';
import type { ReadStack } from '../compose/read-compose.ts';
import { pointerTo } from '../compose/yaml-file.ts';

/** A part of a DNS name, as services and networks are found by it; the swarm refuses any other. */
const DNS_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?$/;
const LONGEST_DNS_NAME = 63;
const FILE_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?$/;
const LONGEST_FILE_NAME = 64;

type NamedKind = 'service' | 'network' | 'secret' | 'config';

/** The name of a thing in the swarm, and where it is in the file. */
export interface SwarmName {
  kind: NamedKind;
  name: string;
  path: PropertyKey[];
}

/** Tells each name that no swarm takes, so that nothing is created where one thing cannot be. */
export function nameIssues(names: SwarmName[], read: ReadStack): InputIssue[] {
  return names
    .filter(({ kind, name }) => !isSwarmName(kind, name))
    .map(({ kind, name, path }) => {
      const place = read.placeOf(path);
      return {
        pointer: pointerTo(path),
        message: `the ${kind}'s name in the swarm would be ${name}, which must be ${wordsFor(kind)}, begin and end with a letter or digit`,
        ...(place === undefined ? {} : { place }),
      };
    });
}

function isSwarmName(kind: NamedKind, name: string): boolean {
  return isFileKind(kind)
    ? name.length <= LONGEST_FILE_NAME && FILE_NAME.test(name)
    : name.length <= LONGEST_DNS_NAME && DNS_NAME.test(name);
}

function isFileKind(kind: NamedKind): boolean {
  return kind === 'secret' || kind === 'config';
}

function wordsFor(kind: NamedKind): string {
  return isFileKind(kind)
    ? `letters, digits, points, hyphens and underscores, ${LONGEST_FILE_NAME} at most`
    : `letters, digits, hyphens and underscores, ${LONGEST_DNS_NAME} at most`;
}
