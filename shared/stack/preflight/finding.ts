import type { FilePlace } from '../../core/errors.ts';
import type { ReadStack } from '../compose/read-compose.ts';
import { pointerTo } from '../compose/yaml-file.ts';

/** Something about a stack that its owner should know before it is deployed. */
export interface Finding {
  /** An error certainly cannot come up, or makes the Engine refuse half-way; all else is a warning. */
  level: 'error' | 'warning';
  /** For programs: `port_taken`, `secret_absent` … */
  code: string;
  /** JSON pointer into the Compose file. */
  pointer: string;
  place?: FilePlace;
  /** Reason and cure. */
  message: string;
}

/** A finding about the thing at a path of the file, with its line. */
export function findingAt(
  read: ReadStack,
  path: PropertyKey[],
  finding: Omit<Finding, 'pointer' | 'place'>,
): Finding {
  const place = read.placeOf(path);
  return { ...finding, pointer: pointerTo(path), ...(place === undefined ? {} : { place }) };
}

/** Each once, from the file's first line to its last, errors first on a line. */
export function inOrder(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  const once = findings.filter(({ code, pointer, message }) => {
    const key = JSON.stringify([code, pointer, message]);
    return !seen.has(key) && seen.add(key);
  });
  return once.sort(
    (a, b) =>
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
      Number(b.level === 'error') - Number(a.level === 'error'),
  );
}
