import type { StackSource } from '../../lab/stack-source.ts';
import { readEnvFile } from './env-file.ts';
import { matchingPaths, valueAt } from './matching-paths.ts';
import { readMountSource } from './mount-source.ts';
import { isAbsolute } from './short-mount.ts';
import { findSourceFile } from './source-files.ts';
import type { FileIssue } from './yaml-file.ts';

/** What a swarm keeps is shorter than this; tried against Docker 20.10. */
const LIMIT_BYTES = { secrets: 512_000, configs: 1_024_000 };
/** Later formats' other ways, which are refused by name. */
const INSTEAD_OF_FILE = ['content', 'environment'];
/** A folder of more is an image's business. */
const MOST_FILES = 100;

/** Tells each file that the file refers to and that did not come, or cannot be used, whatever else is wrong with it. */
export function checkFiles(data: unknown, source: StackSource): FileIssue[] {
  const envFiles = [
    ...matchingPaths(data, 'services.*.env_file'),
    ...matchingPaths(data, 'services.*.env_file.[]'),
  ];
  return [
    ...(['secrets', 'configs'] as const).flatMap((section) =>
      matchingPaths(data, `${section}.*.{}`).flatMap((path) => fileIssues(data, path, section, source)),
    ),
    ...envFiles.flatMap((path) => envFileIssues(valueAt(data, path), path, source)),
    ...matchingPaths(data, 'services.*.volumes.[]').flatMap((path) => {
      const written = readMountSource(valueAt(data, path), 'bind');
      return written === undefined || isAbsolute(written) ? [] : bindIssues(source, path, written);
    }),
  ];
}

function fileIssues(
  data: unknown,
  path: PropertyKey[],
  section: 'secrets' | 'configs',
  source: StackSource,
): FileIssue[] {
  const thing = valueAt(data, path) as Record<string, unknown>;
  const { file = '', external = false, driver } = thing;
  if (external !== false || (section === 'secrets' && driver) || typeof file !== 'string') return [];
  if (file === '') {
    const told = INSTEAD_OF_FILE.some((key) => Object.hasOwn(thing, key));
    return told ? [] : [{ path, message: 'needs a file, or external: true' }];
  }
  const found = findSourceFile(source, file);
  const at = [...path, 'file'];
  if (found.kind === 'none') return [{ path: at, message: found.message }];
  if (found.kind === 'folder') return [{ path: at, message: `"${file}" is a folder: name one file in it` }];
  return sizeIssues(at, file, found.base64, section);
}

function envFileIssues(written: unknown, path: PropertyKey[], source: StackSource): FileIssue[] {
  if (typeof written !== 'string') return [];
  const found = findSourceFile(source, written);
  if (found.kind === 'none') return [{ path, message: found.message }];
  if (found.kind === 'folder') return [{ path, message: `"${written}" is a folder: name one file in it` }];
  const { problems } = readEnvFile(Buffer.from(found.base64, 'base64'), source.variables);
  return problems.map(({ line, message }) => ({
    path,
    message: `line ${line} of ${found.path} ${message}`,
    place: { file: found.path, line, column: 1 },
  }));
}

function bindIssues(source: StackSource, path: PropertyKey[], written: string): FileIssue[] {
  const found = findSourceFile(source, written);
  if (found.kind === 'none') {
    const message = `"${written}" is a path on your own disk, which no node has. Send what is there with the request, and each file becomes a config; or use an absolute path of the nodes, or a volume. ${found.message}`;
    return [{ path, message }];
  }
  if (found.kind === 'file') return sizeIssues(path, written, found.base64, 'configs');
  if (found.files.length > MOST_FILES) {
    const message = `"${written}" has ${found.files.length} files, and ${MOST_FILES} may become configs: put them into an image`;
    return [{ path, message }];
  }
  return found.files.flatMap(({ rest, base64 }) =>
    base64 === '' ? [] : sizeIssues(path, `${written}/${rest}`, base64, 'configs'),
  );
}

function sizeIssues(
  path: PropertyKey[],
  written: string,
  base64: string,
  section: 'secrets' | 'configs',
): FileIssue[] {
  const bytes = Buffer.byteLength(base64, 'base64');
  const limit = LIMIT_BYTES[section];
  if (bytes >= limit) {
    return [{ path, message: `"${written}" has ${bytes} bytes, and a swarm keeps fewer than ${limit}` }];
  }
  return bytes === 0 ? [{ path, message: `"${written}" is empty, and a swarm keeps nothing that is` }] : [];
}
