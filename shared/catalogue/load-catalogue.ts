import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, SlipwayError } from '../core/errors.ts';
import { type Catalogue, Template } from '../lab/template.ts';
import { readYaml, wrong } from './catalogue-file.ts';
import { readStack } from './read-stack.ts';
import { templateProblem } from './template-problem.ts';

const OWN = fileURLToPath(new URL('.', import.meta.url));

/**
 * Reads and checks every template and stack, once, at start: what is wrong in it is known before a student asks.
 * @param directory holds `templates/<name>.yml` and `stacks/<name>/{stack.yml,compose.yml,…}`
 * @throws SlipwayError `invalid_input` that names each file that is wrong, with the reason.
 */
export async function loadCatalogue(directory: string = OWN): Promise<Catalogue> {
  const stackNames = await names(join(directory, 'stacks'), (entry) => entry.isDirectory());
  const stacks = await all(stackNames.map((name) => readStack(join(directory, 'stacks', name))));
  const known = new Map(stacks.map((stack) => [stack.name, stack]));
  const files = await names(join(directory, 'templates'), (entry) => entry.name.endsWith('.yml'));
  const templates = await all(files.map((file) => readTemplate(join(directory, 'templates', file), known)));
  return { stacks: known, templates: new Map(templates.map((template) => [template.name, template])) };
}

async function readTemplate(file: string, stacks: Catalogue['stacks']): Promise<Template> {
  const template = await readYaml(file, Template);
  const problem =
    template.name === basename(file, '.yml')
      ? templateProblem(template, stacks)
      : `is named ${template.name}, and its file ${basename(file)}`;
  if (problem !== undefined) throw wrong(file, problem);
  return template;
}

async function names(
  directory: string,
  wanted: (entry: { name: string; isDirectory(): boolean }) => boolean,
): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter(wanted)
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    throw wrong(directory, messageOf(error));
  }
}

/** Waits for all, and tells every failure at once. */
async function all<T>(works: Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(works);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length > 0) throw new SlipwayError('invalid_input', failures.map(messageOf).join('\n'));
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
