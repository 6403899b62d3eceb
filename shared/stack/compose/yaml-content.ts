import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { type Kind, kindOf } from './by-kind.ts';
import { plainScalar } from './plain-scalar.ts';

/** Something that makes a YAML file no data, and where in the text it is. */
export interface ContentProblem {
  message: string;
  offset: number;
}

/** Where in the text the entries of a mapping or a list are. */
export type Offsets = WeakMap<object, Map<string | number, number>>;

const TAG = 'tag:yaml.org,2002:';
const TYPES: Record<string, Kind[]> = {
  null: ['nothing'],
  bool: ['boolean'],
  int: ['number'],
  float: ['number', 'float'],
};
/** What << puts into other mappings is copied: in no stack of the course is it a hundred keys. */
const MOST_MERGED = 20_000;
const MERGED = `its << put in more than ${MOST_MERGED} keys: write it out`;

class TooMuchMerged extends Error {}

/** Nothing has an end when each is told. */
const MOST_PROBLEMS = 50;

/**
 * A document's content, as Go's yaml.v3 reads it: what is anchored is shared between its places, never copied, so that
 * a bomb of anchors stays as small as it is written.
 */
export function contentOf(document: Document): {
  data: unknown;
  offsets: Offsets;
  problems: ContentProblem[];
} {
  const anchors = new Map<string, unknown>();
  const offsets: Offsets = new WeakMap();
  const problems: ContentProblem[] = [];
  let merged = 0;
  const tell = (node: unknown, message: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push({ message, offset: offsetOf(node) });
  };

  function read(node: unknown): unknown {
    if (isAlias(node)) return readAlias(node);
    const value = isMap(node) ? readMapping(node) : isSeq(node) ? readList(node.items) : readScalar(node);
    const anchor = (node as Node & { anchor?: string })?.anchor;
    if (anchor !== undefined) anchors.set(anchor, value);
    return value;
  }

  function readAlias(alias: Alias): unknown {
    if (!anchors.has(alias.source)) tell(alias, `*${alias.source} stands for no anchor before it`);
    return anchors.get(alias.source) ?? null;
  }

  function readScalar(node: unknown): unknown {
    if (!isScalar(node)) return null;
    const value = readTagged(String(node.value ?? ''), node.tag, node.type === 'PLAIN');
    if (value === undefined) tell(node, `${String(node.value)} is not what its tag says`);
    if (typeof value === 'number' && !Number.isFinite(value))
      tell(node, 'no number is without end: put it in quotes');
    return value;
  }

  function readList(items: unknown[]): unknown[] {
    const list = items.map(read);
    offsets.set(list, new Map(items.map((item, index) => [index, offsetOf(item)])));
    return list;
  }

  function readMapping({ items }: YAMLMap): Record<string, unknown> {
    const own = new Map<string, unknown>();
    const places = new Map<string | number, number>();
    const merging: Pair[] = [];
    const seen = new Set<string>();
    for (const pair of items) {
      const name = readKey(pair.key);
      if (name === undefined) continue;
      if (seen.has(name)) tell(pair.key, `the key ${name} is there twice`);
      seen.add(name);
      if (name === '<<' && isPlain(pair.key)) {
        merging.push(pair);
        continue;
      }
      own.set(name, read(pair.value));
      places.set(name, offsetOf(pair.key));
    }
    const result: Record<string, unknown> = {};
    for (const source of merging.flatMap(({ value }) => readMerged(value))) {
      for (const [name, value] of Object.entries(source)) {
        merged += 1;
        if (merged > MOST_MERGED) throw new TooMuchMerged();
        if (own.has(name) || Object.hasOwn(result, name)) continue;
        result[name] = value;
        places.set(name, offsets.get(source)?.get(name) ?? 0);
      }
    }
    for (const [name, value] of own) result[name] = value;
    offsets.set(result, places);
    return result;
  }

  function readKey(key: unknown): string | undefined {
    const name = read(key);
    if (typeof name === 'string' && name !== '__proto__') return name;
    const words =
      isScalar(key) && name !== null
        ? `the key ${String(key.value)}`
        : 'an empty key or one that is a list or a mapping';
    tell(key, `${words} cannot be: write it as text, in quotes`);
    return undefined;
  }

  function readMerged(value: unknown): object[] {
    const given = read(value);
    const sources: unknown[] = Array.isArray(given) ? given : [given];
    const mappings = sources.filter((source): source is object => isMapping(source));
    if (mappings.length < sources.length) tell(value, '<< takes mappings alone');
    return mappings;
  }

  try {
    return { data: read(document.contents), offsets, problems };
  } catch (error) {
    if (!(error instanceof TooMuchMerged)) throw error;
    return { data: undefined, offsets, problems: [{ message: MERGED, offset: 0 }] };
  }
}

/** A tag of one's own makes a text of anything. @returns undefined for what is not what its tag says. */
function readTagged(text: string, tag: string | undefined, plain: boolean): unknown {
  const type = tag?.startsWith(TAG) ? tag.slice(TAG.length) : undefined;
  if (tag === undefined && plain) return plainScalar(text);
  const kinds = type === undefined ? undefined : TYPES[type];
  if (kinds === undefined) return text;
  const value = plainScalar(text);
  return kinds.includes(kindOf(value)) ? value : undefined;
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlain(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN';
}

function offsetOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? 0;
}
