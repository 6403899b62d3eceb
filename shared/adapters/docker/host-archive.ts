import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { HostFile } from '../../machine/bootstrap.ts';

/** A host's files as a tar to unpack at `/`, owned by root; a folder is as closed as what lies in it. */
export async function hostArchive(files: HostFile[]): Promise<Uint8Array> {
  const archive = pack();
  const told = new Set<string>();
  for (const { path, mode, content } of files) {
    const folder = dirname(path);
    if (!told.has(folder)) {
      told.add(folder);
      archive.entry({ name: `${folder.slice(1)}/`, type: 'directory', mode: folderMode(folder, files) });
    }
    archive.entry({ name: path.slice(1), mode }, content);
  }
  archive.finalize();
  return await buffer(archive);
}

function folderMode(folder: string, files: HostFile[]): number {
  const isPrivate = files.every(({ path, mode }) => dirname(path) !== folder || (mode & 0o077) === 0);
  return isPrivate ? 0o700 : 0o755;
}
