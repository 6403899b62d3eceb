import { type StackSource, sourcePath } from '../../lab/stack-source.ts';

/** What a path in a Compose file leads to among the files that came with it. */
export type SourceFile =
  | { kind: 'file'; path: string; base64: string }
  /** Paths below it, beginning after its own. */
  | { kind: 'folder'; path: string; files: { rest: string; base64: string }[] }
  | { kind: 'none'; message: string };

/** Never looks at the server's own disk: a file is one that came with the request, or it is not there. */
export function findSourceFile(source: StackSource, written: string): SourceFile {
  const path = sourcePath(written);
  if (path === undefined && !isHere(written)) {
    return {
      kind: 'none',
      message: `"${written}" leads out of the Compose file's folder, and nothing there can be read: put the file beside the Compose file and send it with the request, as a part of its own`,
    };
  }
  const base64 = path === undefined ? undefined : own(source.files, path);
  if (path !== undefined && base64 !== undefined) return { kind: 'file', path, base64 };
  const prefix = path === undefined ? '' : `${path}/`;
  const files = Object.keys(source.files)
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => ({ rest: name.slice(prefix.length), base64: source.files[name] ?? '' }));
  if (files.length > 0) return { kind: 'folder', path: path ?? '.', files };
  return {
    kind: 'none',
    message: `the file ${path ?? '.'} did not come with the request: send it as multipart/form-data, in a part named ${path ?? 'by its path'}`,
  };
}

/** The Compose file's own folder. */
function isHere(written: string): boolean {
  return /^\.(\/\.?)*$/.test(written);
}

function own(files: Record<string, string>, path: string): string | undefined {
  return Object.hasOwn(files, path) ? files[path] : undefined;
}
