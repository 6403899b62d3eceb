import { kindOf } from './by-kind.ts';
import { matchingPaths, valueAt } from './matching-paths.ts';
import {
  BUILD_KEYS,
  EXTENSIONS_SINCE,
  KEY_SINCE,
  OPEN_BUILD_SINCE,
  SAME_VOLUMES_SINCE,
} from './schema-versions.ts';
import { refuseTwice } from './unique.ts';
import { minorVersion, NEWEST_MINOR } from './version.ts';
import type { FileIssue } from './yaml-file.ts';

/** Tells what a file has that the version it says does not know yet. */
export function checkVersion(data: unknown): FileIssue[] {
  const minor = minorVersion(valueAt(data, ['version']));
  if (minor === undefined || minor === NEWEST_MINOR) return [];
  const tooNew = (path: PropertyKey[], since: number): FileIssue => ({
    path,
    message: `is there since version 3.${since}, and the file says 3.${minor}: write version: "3.${since}" or a newer one`,
  });
  const keys = KEY_SINCE.filter(([, since]) => minor < since).flatMap(([pattern, since]) =>
    matchingPaths(data, pattern).map((path) => tooNew(path, since)),
  );
  const extensions = EXTENSIONS_SINCE.filter(([, since]) => minor < since).flatMap(([pattern, since]) =>
    keysAt(data, pattern)
      .filter(({ key }) => key.startsWith('x-'))
      .map(({ path }) => tooNew(path, since)),
  );
  const build =
    minor < OPEN_BUILD_SINCE
      ? keysAt(data, 'services.*.build')
          .filter(({ key }) => !BUILD_KEYS.includes(key))
          .map(({ path }) => tooNew(path, OPEN_BUILD_SINCE))
      : [];
  return [...keys, ...extensions, ...build, ...(minor < SAME_VOLUMES_SINCE ? sameVolumes(data) : [])];
}

function keysAt(data: unknown, pattern: string): { path: PropertyKey[]; key: string }[] {
  return matchingPaths(data, pattern).flatMap((path) => {
    const value = valueAt(data, path);
    if (kindOf(value) !== 'mapping') return [];
    return Object.keys(value as object).map((key) => ({ path: [...path, key], key }));
  });
}

function sameVolumes(data: unknown): FileIssue[] {
  return matchingPaths(data, 'services.*.volumes').flatMap((path) => {
    const value = valueAt(data, path);
    const context = { issues: [] as { path: PropertyKey[]; message: string }[] };
    if (Array.isArray(value)) refuseTwice(value, context);
    return context.issues.map((issue) => ({ path: [...path, ...issue.path], message: issue.message }));
  });
}
