import type { Filter } from './filters.ts';

export type Tags = Map<string, string>;

export interface Tagged {
  readonly id: string;
  /** Rises with each thing made: the order of pages. */
  readonly sequence: number;
  readonly tags: Tags;
}

/** Things by id and by each of their tags, so that one lab's are found without walking through all. */
export class TaggedStore<T extends Tagged> {
  readonly #items = new Map<string, T>();
  readonly #byTag = new Map<string, Set<T>>();

  get size(): number {
    return this.#items.size;
  }

  add(item: T): void {
    this.#items.set(item.id, item);
    for (const [key, value] of item.tags) this.#index(item, key, value);
  }

  get(id: string): T | undefined {
    return this.#items.get(id);
  }

  all(): Iterable<T> {
    return this.#items.values();
  }

  remove(item: T): void {
    this.#items.delete(item.id);
    for (const [key, value] of item.tags) this.#forget(item, key, value);
  }

  tag(item: T, key: string, value: string): void {
    this.untag(item, key);
    item.tags.set(key, value);
    if (this.#items.has(item.id)) this.#index(item, key, value);
  }

  untag(item: T, key: string): void {
    const before = item.tags.get(key);
    if (before === undefined) return;
    item.tags.delete(key);
    this.#forget(item, key, before);
  }

  /** All that may match, and as few more as one tag filter allows. */
  candidates(filters: Filter[]): Iterable<T> {
    let fewest: Set<T>[] | undefined;
    let size = this.#items.size;
    for (const { name, values } of filters) {
      if (!name.startsWith('tag:') || values.some((value) => /[*?\\]/.test(value))) continue;
      const sets = values
        .map((value) => this.#byTag.get(indexKey(name.slice(4), value)))
        .filter((set) => set !== undefined);
      const found = sets.reduce((sum, set) => sum + set.size, 0);
      if (found >= size) continue;
      size = found;
      fewest = sets;
    }
    return fewest === undefined ? this.#items.values() : new Set(fewest.flatMap((set) => [...set]));
  }

  #index(item: T, key: string, value: string): void {
    const name = indexKey(key, value);
    const set = this.#byTag.get(name) ?? new Set<T>();
    this.#byTag.set(name, set.add(item));
  }

  #forget(item: T, key: string, value: string): void {
    const name = indexKey(key, value);
    const set = this.#byTag.get(name);
    set?.delete(item);
    if (set?.size === 0) this.#byTag.delete(name);
  }
}

function indexKey(key: string, value: string): string {
  return `${key}\0${value}`;
}
