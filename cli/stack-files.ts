import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { Failure } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** As docker's own client does: names in braces or bare, twice a dollar is one. */
const VARIABLE = /\$\$|\$\{([A-Za-z_]\w*)|\$([A-Za-z_]\w*)/g;

/**
 * A Compose file with what it refers to on this machine, as the API takes a stack: each file under the name that it is
 * called by, and of this shell's variables those that are named.
 * @param file `-` is standard input.
 */
export async function readStackFiles(terminal: Terminal, file: string): Promise<FormData> {
  const compose = file === '-' ? Buffer.from(await terminal.input()).toString('utf8') : await read(file);
  const form = new FormData();
  form.set('compose', compose);
  const folder = file === '-' ? '.' : dirname(file);
  const texts = [compose];
  for (const path of referredFiles(compose)) {
    const bytes = await readFile(resolve(folder, path)).catch((error: Error) => {
      throw new Failure(`${file} refers to ${path}: ${error.message}`);
    });
    texts.push(bytes.toString('utf8'));
    form.set(path, new Blob([new Uint8Array(bytes)]));
  }
  const variables = namedVariables(texts).flatMap((name) => {
    const value = terminal.env[name];
    return value === undefined || /[\r\n]/.test(value) ? [] : [`${name}=${value}\n`];
  });
  if (variables.length > 0) form.set('variables', variables.join(''));
  return form;
}

/** Of secrets, configs and `env_file`. What cannot be read is left for the API to refuse, with its place. */
export function referredFiles(compose: string): string[] {
  const document = asRecord(readYaml(compose));
  const files = ['secrets', 'configs'].flatMap((part) =>
    Object.values(asRecord(document[part])).map((one) => asRecord(one).file),
  );
  const environment = Object.values(asRecord(document.services)).flatMap((service) => {
    const { env_file: named } = asRecord(service);
    return Array.isArray(named) ? named : [named];
  });
  const paths = [...files, ...environment].filter((path) => typeof path === 'string');
  return [...new Set(paths.filter((path) => path !== ''))];
}

function namedVariables(texts: string[]): string[] {
  const names = texts.flatMap((text) => [...text.matchAll(VARIABLE)].map((match) => match[1] ?? match[2]));
  return [...new Set(names.filter((name) => name !== undefined))];
}

function readYaml(text: string): unknown {
  try {
    return parse(text, { merge: true, logLevel: 'silent' });
  } catch {
    return {};
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

async function read(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: Error) => {
    throw new Failure(error.message);
  });
}
