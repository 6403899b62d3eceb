import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { StackSource } from '../lab/stack-source.ts';
import { type StackEntry, StackManifest } from '../lab/template.ts';
import { readText, readYaml, within, wrong } from './catalogue-file.ts';
import { defaultsOf } from './stack-from-catalogue.ts';
import { stackProblem } from './stack-problem.ts';

const MANIFEST = 'stack.yml';
const COMPOSE = 'compose.yml';

/**
 * One stack of the catalogue, checked: `stack.yml`, `compose.yml` and the files that it refers to.
 * @throws SlipwayError `invalid_input` naming the file and the reason.
 */
export async function readStack(directory: string): Promise<StackEntry> {
  const file = join(directory, COMPOSE);
  const manifest = await readYaml(join(directory, MANIFEST), StackManifest);
  if (manifest.name !== basename(directory)) {
    throw wrong(
      join(directory, MANIFEST),
      `is named ${manifest.name}, and its folder ${basename(directory)}`,
    );
  }
  const source: StackSource = {
    compose: await readText(file),
    files: await readFiles(directory),
    variables: defaultsOf(manifest.parameters),
  };
  const entry = { ...manifest, source };
  const problem = within(file, () => stackProblem(entry));
  if (problem !== undefined) throw wrong(join(directory, problem.file), problem.reason);
  return entry;
}

/** All but the two that every stack has, by their paths beside the Compose file. */
async function readFiles(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== MANIFEST && path !== COMPOSE)
    .sort();
  const files = await Promise.all(
    paths.map(async (path): Promise<[string, string]> => {
      try {
        return [path, (await readFile(join(directory, path))).toString('base64')];
      } catch (error) {
        throw wrong(join(directory, path), messageOf(error));
      }
    }),
  );
  return Object.fromEntries(files);
}
