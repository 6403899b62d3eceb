import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { z } from 'zod';
import { messageOf, SlipwayError } from '../core/errors.ts';
import { type Catalogue, type StackEntry, StackManifest, Template } from '../lab/template.ts';
import { publishedPorts } from '../stack/published-ports.ts';

const OWN = fileURLToPath(new URL('.', import.meta.url));

/**
 * Reads and checks every template and stack, once, at start: what is wrong in it is known before a student asks.
 * @param directory holds `templates/<name>.yml` and `stacks/<name>/{stack.yml,compose.yml}`
 * @throws SlipwayError `invalid_input` that names the file and the reason.
 */
export async function loadCatalogue(directory: string = OWN): Promise<Catalogue> {
  const stackNames = await readdir(join(directory, 'stacks'));
  const stacks = await Promise.all(stackNames.map((name) => readStack(join(directory, 'stacks', name))));
  const files = (await readdir(join(directory, 'templates'))).filter((file) => file.endsWith('.yml'));
  const known = new Map(stacks.map((stack) => [stack.name, stack]));
  const templates = await Promise.all(
    files.map((file) => readTemplate(join(directory, 'templates', file), known)),
  );
  return { stacks: known, templates: new Map(templates.map((template) => [template.name, template])) };
}

async function readStack(directory: string): Promise<StackEntry> {
  const file = join(directory, 'compose.yml');
  const manifest = await readYaml(join(directory, 'stack.yml'), StackManifest);
  const compose = await readFile(file, 'utf8');
  const ports = within(file, () => publishedPorts(compose));
  const closed = manifest.links.find(({ port }) => !ports.includes(port));
  if (closed) throw wrong(file, `publishes no port ${closed.port}, which stack.yml links to`);
  return { ...manifest, compose };
}

async function readTemplate(file: string, stacks: Catalogue['stacks']): Promise<Template> {
  const template = await readYaml(file, Template);
  const names = template.machines.map(({ name }) => name);
  if (new Set(names).size < names.length) throw wrong(file, 'two machines have the same name');
  const missing = template.stacks.find(({ from }) => !stacks.has(from));
  if (missing) throw wrong(file, `there is no stack ${missing.from}`);
  const managed = template.machines.some(({ role }) => role === 'manager');
  if (template.swarm === 'formed' && !managed) throw wrong(file, 'a formed swarm needs a manager');
  if (template.stacks.length > 0 && template.swarm === 'none')
    throw wrong(file, 'stacks need a formed swarm');
  return template;
}

async function readYaml<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema>> {
  const text = await readFile(file, 'utf8');
  const parsed = schema.safeParse(within(file, () => parse(text)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(file, `${issue?.path.join('.')}: ${issue?.message}`);
}

function within<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw wrong(file, messageOf(error));
  }
}

function wrong(file: string, reason: string): SlipwayError {
  return new SlipwayError('invalid_input', `catalogue: ${file}: ${reason}`);
}
