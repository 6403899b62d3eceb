import { parseDocument } from 'yaml';
import { sourcePath } from '../../shared/lab/stack-source.ts';
import { isMapping } from './differences.ts';

/**
 * What can be told of a file without understanding it: this must not lean on the converter, which is under test. Wrong
 * guesses cost time or a file left out, and never hide a difference.
 */
export function parseLoosely(text: string): unknown {
  try {
    return parseDocument(text, { merge: true, uniqueKeys: false, logLevel: 'silent' }).toJS();
  } catch {
    return undefined;
  }
}

/** Is it meant for a stack? Broken YAML may be. */
export function looksLikeCompose(text: string, data: unknown): boolean {
  if (!isMapping(data)) return true;
  const keys = ['version', 'services', 'networks', 'volumes', 'configs', 'secrets', 'include', 'name'];
  return keys.some((key) => Object.hasOwn(data, key)) || /^\s*(image|build)\s*:/m.test(text);
}

/** Every text in it; an anchor may lead back to what holds it. */
function textsIn(data: unknown): string[] {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  const waiting = [data];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string') texts.push(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    // One by one: a list may be longer than a call takes arguments.
    for (const inner of Object.values(value)) waiting.push(inner);
  }
  return texts;
}

/** Files that it names by their own path: a folder's content is not meant, since Compose files may lie beside each other. */
export function namedPaths(data: unknown, paths: string[]): string[] {
  const named = new Set(
    textsIn(data)
      .flatMap((text) => [text, text.split(':')[0] ?? ''])
      .map(sourcePath),
  );
  return paths.filter((path) => named.has(path));
}

/** Of the paths beside a file, those that it may refer to: all, where variables hide which. */
export function mentionedPaths(data: unknown, paths: string[]): string[] {
  const texts = textsIn(data);
  if (texts.some((text) => text.includes('$') && /[./]/.test(text))) return paths;
  const mentioned = new Set(
    texts.flatMap((text) => [text, text.split(':')[0] ?? '']).map((text) => sourcePath(text) ?? ''),
  );
  const isAll = texts.some((text) => /^\.\/?(:|$)/.test(text));
  return paths.filter((path) => {
    const parts = path.split('/');
    return isAll || parts.some((_, index) => mentioned.has(parts.slice(0, index + 1).join('/')));
  });
}

/** Does it bind what lies on the caller's disk? */
export function hasDiskBind(data: unknown): boolean {
  return diskSources(data, {}).length > 0;
}

/** Paths on the caller's disk that its services bind, variables filled in. */
export function diskSources(data: unknown, variables: Record<string, string>): string[] {
  return volumesOf(data)
    .map((volume) => fill(volume, variables).split(':')[0] ?? '')
    .filter((source) => /^[.~]/.test(source));
}

/** Does it name a path, for an env_file, a config or a secret, that leads away from the folder it lies in? */
export function leadsAway(data: unknown): boolean {
  const files = ['configs', 'secrets'].flatMap((kind) =>
    entriesOf(data, kind).map(({ value }) => (isMapping(value) ? value.file : undefined)),
  );
  const environments = entriesOf(data, 'services').flatMap(({ value }) =>
    isMapping(value) ? [value.env_file].flat() : [],
  );
  return [...files, ...environments].some(
    (path) => typeof path === 'string' && path !== '' && sourcePath(path) === undefined,
  );
}

/** The first part of each short mount, and the source of each long bind. */
function volumesOf(data: unknown): string[] {
  return entriesOf(data, 'services').flatMap(({ value }) => {
    const volumes = isMapping(value) && Array.isArray(value.volumes) ? value.volumes : [];
    return volumes.flatMap((volume: unknown) => {
      if (typeof volume === 'string') return volume.includes(':') ? [volume] : [];
      return isMapping(volume) && typeof volume.source === 'string' ? [volume.source] : [];
    });
  });
}

export interface External {
  kind: 'networks' | 'configs' | 'secrets';
  name: string;
}

/** What it says is there already, under the names in the swarm, variables filled in. */
export function externalsOf(data: unknown, variables: Record<string, string>): External[] {
  return (['networks', 'configs', 'secrets'] as const).flatMap((kind) =>
    entriesOf(data, kind).flatMap(({ key, value }) => {
      if (!isMapping(value) || value.external === undefined || value.external === false) return [];
      const old = isMapping(value.external) ? value.external.name : undefined;
      const name = fill(String(value.name ?? old ?? key), variables);
      return /^[a-zA-Z0-9][\w.-]*$/.test(name) ? [{ kind, name }] : [];
    }),
  );
}

/** Would it get into another stack's way on one engine: a published port, a name of its own, an address range? */
export function mayClash(text: string): { ports: boolean; names: boolean } {
  return {
    ports: /\bports\b/.test(text),
    names: /\b(subnet|external)\b/.test(text) || /^\s+name\s*:|[{,]\s*name\s*:/m.test(text),
  };
}

function fill(text: string, variables: Record<string, string>): string {
  return text.replace(/\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g, (_, braced, fallback, bare) => {
    return variables[braced ?? bare] ?? fallback ?? '';
  });
}

function entriesOf(data: unknown, key: string): { key: string; value: unknown }[] {
  const section = isMapping(data) && Object.hasOwn(data, key) ? data[key] : undefined;
  return isMapping(section) ? Object.entries(section).map(([name, value]) => ({ key: name, value })) : [];
}
