import type { Account } from './account.ts';
import type { Action } from './action.ts';
import { type FilterTable, matcher, readFilters } from './filters.ts';
import { findOne, type KindName } from './find-by-id.ts';
import { cutPage, readPage } from './pages.ts';
import type { Tagged, TaggedStore } from './tagged-store.ts';
import { readTags, requireRoomForTags } from './tags.ts';
import { Ec2Refusal } from './wire/refusal.ts';

/** What a lag may still hide. */
type Young = Tagged & { visibleAt?: number };

interface Store {
  prefix: string;
  kind: KindName;
  type: string;
  items: TaggedStore<Tagged>;
}

/** All of the resources or, where one is not known, none. */
export const createTags: Action = (form) => {
  const ids = form.requiredList('ResourceId');
  const tags = readTags(form);
  if (tags.size === 0)
    throw new Ec2Refusal('MissingParameter', 'The request must contain the parameter Tags');
  return (account) => {
    const found = ids.map((id) => findTagged(account, id));
    for (const { item } of found) requireRoomForTags(item.tags, tags);
    for (const { item, items } of found) for (const [key, value] of tags) items.tag(item, key, value);
    return { return: true };
  };
};

/** A tag given with a value goes only where it has that value; without tags all go. */
export const deleteTags: Action = (form) => {
  const ids = form.requiredList('ResourceId');
  const wishes = form.parts('Tag').map((part) => ({ key: part.required('Key'), value: part.text('Value') }));
  return (account) => {
    for (const { item, items } of ids.map((id) => findTagged(account, id))) {
      const gone =
        wishes.length > 0 ? wishes : [...item.tags.keys()].map((key) => ({ key, value: undefined }));
      for (const { key, value } of gone) {
        if (value === undefined || item.tags.get(key) === value) items.untag(item, key);
      }
    }
    return { return: true };
  };
};

interface OneTag extends Tagged {
  key: string;
  value: string;
  resourceType: string;
}

const FILTERS: FilterTable<OneTag> = {
  key: ({ key }) => key,
  'resource-id': ({ id }) => id,
  'resource-type': ({ resourceType }) => resourceType,
  value: ({ value }) => value,
};

export const describeTags: Action = (form) => {
  const filters = readFilters(form);
  const page = readPage(form);
  const matches = matcher(filters, FILTERS);
  return (account) => {
    const all: OneTag[] = [];
    for (const { type, items } of storesOf(account)) {
      for (const item of items.candidates(filters)) {
        if (!account.isVisible(item as Young)) continue;
        let index = 0;
        for (const [key, value] of item.tags) {
          index += 1;
          // A page may end between two tags of one resource.
          all.push({
            id: item.id,
            sequence: item.sequence * 100 + index,
            tags: item.tags,
            key,
            value,
            resourceType: type,
          });
        }
      }
    }
    const { items, rest } = cutPage(all.filter(matches), page);
    return {
      tagSet: items.map(({ id, resourceType, key, value }) => ({ resourceId: id, resourceType, key, value })),
      ...rest,
    };
  };
};

function storesOf(account: Account): Store[] {
  const store = <T extends Tagged>(prefix: string, kind: KindName, type: string, items: TaggedStore<T>) => ({
    prefix,
    kind,
    type,
    items: items as unknown as TaggedStore<Tagged>,
  });
  return [
    store('i-', 'instance', 'instance', account.instances),
    store('vol-', 'volume', 'volume', account.volumes),
    store('eni-', 'interface', 'network-interface', account.interfaces),
    store('sg-', 'group', 'security-group', account.groups),
  ];
}

function findTagged(account: Account, id: string): { item: Tagged; items: TaggedStore<Tagged> } {
  const store = storesOf(account).find(({ prefix }) => id.startsWith(prefix));
  if (store === undefined) throw new Ec2Refusal('InvalidID', `The ID '${id}' is not valid`);
  const { kind, items } = store;
  const item = findOne(kind, id, (one) => {
    const found: Young | undefined = items.get(one);
    return found !== undefined && account.isVisible(found) ? found : undefined;
  });
  return { item, items };
}
