import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { run } from './process.ts';

/** An image made from the files of Debian packages, with nothing run inside it. */
export interface ImageRecipe {
  /** `name:tag`, as Docker Hub's library has it. */
  reference: string;
  /** Every package whose files go in, libraries too; dependencies are not followed. */
  packages: string[];
  /** Paths of theirs that stay out, without the first slash. */
  omit?: string[];
  /** Lines of /etc/passwd besides root's; each gets a group of its own. */
  users?: string[];
  folders?: string[];
  files?: { path: string; content: string; mode?: number }[];
  /** Path of a symbolic link -> what it points to. */
  links?: Record<string, string>;
  /** Path -> `user:group` by number; the rest is root's. */
  owners?: Record<string, string>;
  config: ImageConfig;
}

/** The part of an image's configuration (OCI image spec, `config`) a recipe sets. */
interface ImageConfig {
  Entrypoint?: string[];
  Cmd?: string[];
  Env?: string[];
  ExposedPorts?: Record<string, object>;
  Volumes?: Record<string, object>;
  StopSignal?: string;
  User?: string;
  WorkingDir?: string;
}

export interface Blob {
  digest: string;
  bytes: Buffer;
}

/** An image as a registry keeps it. */
export interface BuiltImage {
  reference: string;
  layer: Blob;
  config: Blob;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
// Read by people or by converters of character sets; no program of ours opens them.
const unread = ['doc', 'man', 'locale', 'info', 'lintian', 'bug', 'doc-base'].map(
  (name) => `usr/share/${name}`,
);
const layerTime = '2026-01-01T00:00:00Z';
const architectures: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/** Changes when the image has to be made anew. */
export function recipeHash(recipe: ImageRecipe): string {
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
}

/** An image's one layer, and what its configuration calls it: the digest of it unpacked. */
export interface Layer {
  blob: Blob;
  unpackedDigest: string;
}

/**
 * Makes an image out of packages lying in a folder as `name_version_architecture.deb`.
 * @param layers made by this run, by what is in them: images of one tree differ in their configuration only.
 */
export async function makeImage(
  recipe: ImageRecipe,
  packageFolder: string,
  tree: string,
  layers = new Map<string, Layer>(),
): Promise<BuiltImage> {
  const { reference, config, ...contents } = recipe;
  const key = JSON.stringify(contents);
  const layer = layers.get(key) ?? (await makeLayer(recipe, packageFolder, tree));
  layers.set(key, layer);
  const packages = recipe.packages.join(' ');
  const description = {
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    created: new Date().toISOString(),
    config: { Env: [`PATH=${path}`], WorkingDir: '/', ...config },
    rootfs: { type: 'layers', diff_ids: [layer.unpackedDigest] },
    history: [{ created: new Date().toISOString(), created_by: `Debian: ${packages}` }],
  };
  return { reference, layer: layer.blob, config: toBlob(Buffer.from(JSON.stringify(description))) };
}

async function makeLayer(recipe: ImageRecipe, packageFolder: string, tree: string): Promise<Layer> {
  await rm(tree, { recursive: true, force: true });
  await layOut(tree);
  for (const name of recipe.packages) await unpack(await findPackage(packageFolder, name), tree);
  for (const name of [...unread, ...(recipe.omit ?? [])])
    await rm(join(tree, name), { recursive: true, force: true });
  for (const library of await readdir(join(tree, 'usr/lib')))
    await rm(join(tree, 'usr/lib', library, 'gconv'), { recursive: true, force: true });
  await linkBusybox(tree);
  await addUsers(tree, recipe.users ?? []);
  for (const folder of recipe.folders ?? []) await mkdir(join(tree, folder), { recursive: true });
  for (const file of recipe.files ?? []) await put(tree, file.path, file.content, file.mode);
  for (const [link, target] of Object.entries(recipe.links ?? {})) {
    await rm(join(tree, link), { force: true });
    await symlink(target, join(tree, link));
  }
  const layer = await pack(recipe.owners ?? {}, tree);
  await rm(tree, { recursive: true, force: true });
  return layer;
}

async function layOut(tree: string): Promise<void> {
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(tree, 'usr', folder), { recursive: true });
    await symlink(`usr/${folder}`, join(tree, folder));
  }
  for (const folder of ['etc', 'run', 'proc', 'sys', 'dev', 'root', 'var/log', 'tmp', 'var/tmp'])
    await mkdir(join(tree, folder), { recursive: true });
  for (const folder of ['tmp', 'var/tmp']) await chmod(join(tree, folder), 0o1777);
  await symlink('/run', join(tree, 'var/run'));
  await put(tree, '/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n');
}

async function findPackage(folder: string, name: string): Promise<string> {
  const file = (await readdir(folder)).find(
    (entry) => entry.startsWith(`${name}_`) && entry.endsWith('.deb'),
  );
  if (!file) throw new Error(`the package ${name} is not in ${folder}`);
  return join(folder, file);
}

/** Unpacks a package's files; its scripts are not run. */
export async function unpack(file: string, tree: string): Promise<void> {
  // Packages name /bin and /lib, which are links in a merged tree: tar must follow them. The file system is
  // writable here only, so a fixed shell line with the two paths as arguments is all it takes.
  const line = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -f - -C "$2"';
  await run('bash', ['-o', 'pipefail', '-c', line, 'unpack', file, tree], { deadlineSeconds: 60 });
}

/** Links the names of busybox's tools to it where no package brought the tool itself. */
async function linkBusybox(tree: string): Promise<void> {
  const program = join(tree, 'bin/busybox');
  if (!existsSync(program)) return;
  const names = (await run(program, ['--list'], { deadlineSeconds: 10 }))
    .split('\n')
    .filter((name) => name !== '');
  for (const name of names)
    if (!existsSync(join(tree, 'bin', name))) await symlink('busybox', join(tree, 'bin', name));
}

async function addUsers(tree: string, users: string[]): Promise<void> {
  const lines = [
    'root:x:0:0:root:/root:/bin/sh',
    'nobody:x:65534:65534:nobody:/nonexistent:/bin/false',
    ...users,
  ];
  const groups = lines.map((line) => {
    const [name, , , group] = line.split(':');
    return `${name}:x:${group}:\n`;
  });
  await put(tree, '/etc/passwd', `${lines.join('\n')}\n`);
  await put(tree, '/etc/group', groups.join(''));
}

async function put(tree: string, path: string, content: string, mode = 0o644): Promise<void> {
  const file = join(tree, path);
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  await writeFile(file, content, { mode });
}

async function pack(owners: Record<string, string>, tree: string): Promise<Layer> {
  const archive = `${tree}.tar`;
  // The same files are the same layer, whenever they were made: who has it does not pull it again.
  const order = ['--sort=name', '--numeric-owner', `--mtime=${layerTime}`];
  await run('chown', ['-Rh', '0:0', tree], { deadlineSeconds: 60 });
  for (const [path, owner] of Object.entries(owners))
    await run('chown', [owner, join(tree, path)], { deadlineSeconds: 10 });
  await run('tar', [...order, '-C', tree, '-cf', archive, '.'], { deadlineSeconds: 60 });
  const bytes = await readFile(archive);
  await rm(archive);
  return { blob: toBlob(await promisify(gzip)(bytes)), unpackedDigest: toBlob(bytes).digest };
}

function toBlob(bytes: Buffer): Blob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}
