import type { Account } from './account.ts';
import { type Filter, type FilterTable, matcher, readFilters } from './filters.ts';
import { findAll, type KindName, visibleIn } from './find-by-id.ts';
import { cutPage, readPage, refusePagedIds } from './pages.ts';
import type { Tagged } from './tagged-store.ts';
import type { Form } from './wire/form.ts';
import type { XmlFields } from './wire/xml.ts';

interface Selection<T> {
  kind: KindName;
  /** The parameter that lists ids: `InstanceId`. */
  idParameter: string;
  filters: FilterTable<T>;
  store: (account: Account) => {
    get(id: string): T | undefined;
    candidates(filters: Filter[]): Iterable<T>;
  };
}

/** What every Describe does: named by id (all must be there) or found by filters, then page by page. */
export function readSelection<T extends Tagged & { visibleAt?: number }>(
  form: Form,
  { kind, idParameter, filters: table, store }: Selection<T>,
): (account: Account) => { items: T[]; rest: XmlFields } {
  const ids = form.list(idParameter);
  const filters = readFilters(form);
  const page = readPage(form);
  refusePagedIds(ids, form, `${idParameter}s`);
  const matches = matcher(filters, table);
  return (account) => {
    const all = store(account);
    const candidates = ids.length > 0 ? findAll(kind, ids, visibleIn(account, all)) : all.candidates(filters);
    const found: T[] = [];
    for (const item of candidates) if (account.isVisible(item) && matches(item)) found.push(item);
    return cutPage(found, page);
  };
}

/** Things that a Region has from the start, by id. */
export function fixed<T extends Tagged>(items: ReadonlyMap<string, T>): ReturnType<Selection<T>['store']> {
  return { get: (id) => items.get(id), candidates: () => items.values() };
}
