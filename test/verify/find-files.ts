import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { messageOf } from '../../shared/core/errors.ts';
import type { StackSource } from '../../shared/lab/stack-source.ts';
import { looksLikeCompose, mentionedPaths, namedPaths, parseLoosely } from './compose-hints.ts';

/** A Compose file as both hands deploy it. */
export interface ComposeInput {
  path: string;
  source: StackSource;
  /** As the file has it, loosely parsed. */
  data: unknown;
  /** Is it text at all? What is not does not come past the API's edge. */
  isText: boolean;
}

export interface VerifyFile extends ComposeInput {
  /** Below the folder that was given, and that folder's own name. */
  name: string;
  /** `x.second.yml`: what the second deploy is of, where it is not the same again. */
  second: ComposeInput | undefined;
  /** Docker commands of `x.setup`, one a line, for both engines beforehand. */
  setup: string[][];
}

export interface FoundFiles {
  files: VerifyFile[];
  /** YAML that is none of a stack's, with the reason. */
  passedOver: { name: string; reason: string }[];
}

const YAML = /\.ya?ml$/i;
const SECOND = /\.second\.ya?ml$/i;
/** Bounds on what lies beside a Compose file: enough for any stack's configuration. */
const MOST_FILES = 400;
const MOST_BYTES = 8 * 1024 * 1024;
const LARGEST_FILE = 1_500_000;
const DEEPEST = 12;

/** Every Compose file below a folder, with all that it may refer to. What cannot be read is told, never thrown. */
export async function findFiles(folder: string): Promise<FoundFiles> {
  const passedOver: FoundFiles['passedOver'] = [];
  const nameOf = (path: string) => join(basename(folder), relative(folder, path));
  const paths = (await listFiles(folder)).filter((path) => YAML.test(path));
  const beside = new Map<string, Promise<Map<string, string>>>();
  const filesBeside = (path: string) => {
    const own = dirname(path);
    const known = beside.get(own) ?? readBeside(own);
    beside.set(own, known);
    return known;
  };

  const inputs: ComposeInput[] = [];
  for (const path of paths) {
    try {
      const { compose, isText } = decode(await readFile(path));
      const data = parseLoosely(compose);
      if (looksLikeCompose(compose, data)) {
        const all = await filesBeside(path);
        const files = Object.fromEntries(
          mentionedPaths(data, [...all.keys()]).map((name) => [name, all.get(name) ?? '']),
        );
        inputs.push({ path, data, isText, source: { compose, files, variables: await readVariables(path) } });
      } else passedOver.push({ name: nameOf(path), reason: 'has nothing of a Compose file' });
    } catch (error) {
      passedOver.push({ name: nameOf(path), reason: messageOf(error) });
    }
  }

  const seconds = inputs.filter(({ path }) => SECOND.test(path));
  const referred = new Set(
    inputs.flatMap(({ path, source, data }) =>
      namedPaths(data, Object.keys(source.files)).map((name) => join(dirname(path), name)),
    ),
  );
  const files: VerifyFile[] = [];
  for (const input of inputs) {
    const first = (path: string) => path.replace(SECOND, '');
    const isSecond = SECOND.test(input.path) && inputs.some(({ path }) => stem(path) === first(input.path));
    if (isSecond) continue;
    if (referred.has(input.path)) {
      passedOver.push({ name: nameOf(input.path), reason: 'another file refers to it' });
      continue;
    }
    const second = seconds.find(({ path }) => first(path) === stem(input.path));
    files.push({ ...input, name: nameOf(input.path), second, setup: await readSetup(input.path) });
  }
  return { files, passedOver };
}

/** As YAML has it: UTF-8, or UTF-16 with a mark that says so. */
function decode(bytes: Buffer): { compose: string; isText: boolean } {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  try {
    return { compose: new TextDecoder(encoding, { fatal: true }).decode(bytes), isText: true };
  } catch {
    return { compose: bytes.toString('utf8'), isText: false };
  }
}

function stem(path: string): string {
  return path.replace(YAML, '');
}

async function listFiles(folder: string, depth = 0): Promise<string[]> {
  if (depth > DEEPEST) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    if (depth === 0) throw error;
    return [];
  });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') {
      found.push(...(await listFiles(path, depth + 1)));
    } else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) found.push(path);
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

/** What lies in a folder and below, by path, as base64. */
async function readBeside(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  let bytes = 0;
  for (const path of await listFiles(folder)) {
    const { size } = await stat(path);
    if (files.size >= MOST_FILES || size > LARGEST_FILE || bytes + size > MOST_BYTES) continue;
    const content = await readFile(path).catch(() => undefined);
    if (content === undefined) continue;
    bytes += size;
    files.set(relative(folder, path), content.toString('base64'));
  }
  return files;
}

/** `x.variables` beside `x.yml`: lines of NAME=value. */
async function readVariables(path: string): Promise<Record<string, string>> {
  const lines = await readLines(`${stem(path)}.variables`);
  const pairs = lines.map((line) => /^(\w+)=(.*)$/.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

async function readSetup(path: string): Promise<string[][]> {
  return (await readLines(`${stem(path)}.setup`)).map((line) => line.trim().split(/\s+/));
}

async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
}
