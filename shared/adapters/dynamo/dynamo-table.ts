import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { SlipwayError } from '../../core/errors.ts';
import { storeErrorOf } from './dynamo-errors.ts';
import type { ItemKey } from './keys.ts';
import { TABLE, type TableIndex } from './table.ts';

export type Item = Record<string, unknown>;

export interface Condition {
  expression: string;
  /** `:name` -> value. */
  values?: Item;
}

export interface RangeQuery {
  index?: TableIndex;
  partition: string;
  /** On the sort key; both ends inclusive. */
  from?: string;
  to?: string;
  /** On the sort key; exclusive, and alone. */
  before?: string;
  descending?: boolean;
  /** At most this many items; without it, all there are. */
  limit?: number;
}

/** A batch that the table keeps handing back is given up after this many tries. */
const BATCH_TRIES = 8;
/** DynamoDB's own limits. */
const WRITES_PER_BATCH = 25;
const GETS_PER_BATCH = 100;

/**
 * The table's calls in the few shapes the stores need: pages are read to the end, what a batch hands back is tried
 * again, and every error is ours. Reads of the table itself are strongly consistent; an index cannot be.
 */
export class DynamoTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #name: string;

  constructor(client: DynamoDBDocumentClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  async get(key: ItemKey): Promise<Item | undefined> {
    const answer = await asked(
      this.#client.send(new GetCommand({ TableName: this.#name, Key: key, ConsistentRead: true })),
    );
    return answer.Item;
  }

  /** @returns false where the condition failed. */
  async put(item: Item & ItemKey, condition?: Condition): Promise<boolean> {
    return await conditionHeld(
      this.#client.send(new PutCommand({ TableName: this.#name, Item: item, ...conditionOf(condition) })),
    );
  }

  /**
   * Sets attributes; those given as undefined are removed.
   * @returns the item as written, or undefined where the condition failed.
   */
  async update(key: ItemKey, changes: Item, condition?: Condition): Promise<Item | undefined> {
    const set = Object.entries(changes).filter(([, value]) => value !== undefined);
    const removed = Object.keys(changes).filter((name) => changes[name] === undefined);
    const names = Object.fromEntries(Object.keys(changes).map((name) => [`#${name}`, name]));
    const expression = [
      set.length > 0 ? `SET ${set.map(([name]) => `#${name} = :new_${name}`).join(', ')}` : '',
      removed.length > 0 ? `REMOVE ${removed.map((name) => `#${name}`).join(', ')}` : '',
    ];
    const command = new UpdateCommand({
      TableName: this.#name,
      Key: key,
      UpdateExpression: expression.join(' ').trim(),
      ...(condition === undefined ? {} : { ConditionExpression: condition.expression }),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ...Object.fromEntries(set.map(([name, value]) => [`:new_${name}`, value])),
        ...condition?.values,
      },
      ReturnValues: 'ALL_NEW',
    });
    let written: Item | undefined;
    const held = await conditionHeld(
      this.#client.send(command).then(({ Attributes }) => {
        written = Attributes;
      }),
    );
    return held ? written : undefined;
  }

  /**
   * An update in DynamoDB's own words, for what is counted there.
   * @returns the item as written, or undefined where the condition failed.
   */
  async change(
    key: ItemKey,
    expression: string,
    { expression: condition, values = {} }: Partial<Condition>,
  ): Promise<Item | undefined> {
    const command = new UpdateCommand({
      TableName: this.#name,
      Key: key,
      UpdateExpression: expression,
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ExpressionAttributeValues: values,
      ReturnValues: 'ALL_NEW',
    });
    let written: Item | undefined;
    const held = await conditionHeld(
      this.#client.send(command).then(({ Attributes }) => {
        written = Attributes;
      }),
    );
    return held ? written : undefined;
  }

  /** @returns false where the condition failed. */
  async delete(key: ItemKey, condition?: Condition): Promise<boolean> {
    return await conditionHeld(
      this.#client.send(new DeleteCommand({ TableName: this.#name, Key: key, ...conditionOf(condition) })),
    );
  }

  async query(query: RangeQuery): Promise<Item[]> {
    const items: Item[] = [];
    const { names, values, expression } = keyCondition(query);
    let start: Item | undefined;
    do {
      const answer = await asked(
        this.#client.send(
          new QueryCommand({
            TableName: this.#name,
            ...(query.index === undefined ? { ConsistentRead: true } : { IndexName: query.index }),
            KeyConditionExpression: expression,
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: values,
            ScanIndexForward: query.descending !== true,
            ...(query.limit === undefined ? {} : { Limit: query.limit - items.length }),
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        ),
      );
      items.push(...(answer.Items ?? []));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined && items.length < (query.limit ?? Number.POSITIVE_INFINITY));
    return items;
  }

  /** In no order; keys that have no item are left out. */
  async getAll(keys: ItemKey[]): Promise<Item[]> {
    const items: Item[] = [];
    await inBatches(keys, GETS_PER_BATCH, async (batch) => {
      const answer = await asked(
        this.#client.send(
          new BatchGetCommand({ RequestItems: { [this.#name]: { Keys: batch, ConsistentRead: true } } }),
        ),
      );
      items.push(...(answer.Responses?.[this.#name] ?? []));
      return (answer.UnprocessedKeys?.[this.#name]?.Keys ?? []) as ItemKey[];
    });
    return items;
  }

  async putAll(items: (Item & ItemKey)[]): Promise<void> {
    await this.#writeAll(items.map((item) => ({ PutRequest: { Item: item } })));
  }

  async deleteAll(keys: ItemKey[]): Promise<void> {
    await this.#writeAll(keys.map((key) => ({ DeleteRequest: { Key: key } })));
  }

  async #writeAll(requests: WriteRequest[]): Promise<void> {
    await inBatches(requests, WRITES_PER_BATCH, async (batch) => {
      const answer = await asked(
        this.#client.send(new BatchWriteCommand({ RequestItems: { [this.#name]: batch } })),
      );
      return (answer.UnprocessedItems?.[this.#name] ?? []) as WriteRequest[];
    });
  }
}

type WriteRequest = { PutRequest: { Item: Item } } | { DeleteRequest: { Key: ItemKey } };

async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return await answer.catch((error: unknown) => {
    throw storeErrorOf(error);
  });
}

async function conditionHeld(answer: Promise<unknown>): Promise<boolean> {
  try {
    await asked(answer);
    return true;
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'version_conflict') return false;
    throw error;
  }
}

function conditionOf(condition: Condition | undefined) {
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition.expression,
    ...(condition.values === undefined ? {} : { ExpressionAttributeValues: condition.values }),
  };
}

function keyCondition({ index, partition, from, to, before }: RangeQuery) {
  const keys = index === undefined ? TABLE : indexNamed(index);
  const bounds = [
    from !== undefined && to !== undefined ? '#sort BETWEEN :from AND :to' : undefined,
    from !== undefined && to === undefined ? '#sort >= :from' : undefined,
    before !== undefined ? '#sort < :before' : undefined,
  ].filter((bound) => bound !== undefined);
  const given = Object.entries({ ':from': from, ':to': to, ':before': before });
  return {
    expression: ['#partition = :partition', ...bounds].join(' AND '),
    names: {
      '#partition': keys.partitionKey,
      ...(bounds.length > 0 ? { '#sort': keys.sortKey } : {}),
    },
    values: {
      ':partition': partition,
      ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    },
  };
}

function indexNamed(name: TableIndex) {
  const index = TABLE.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) throw new SlipwayError('internal', `the table has no index ${name}`);
  return index;
}

/** Sends all in batches; what a batch hands back as unprocessed is sent again, a bounded number of times. */
async function inBatches<Entry>(
  entries: Entry[],
  size: number,
  send: (batch: Entry[]) => Promise<Entry[]>,
): Promise<void> {
  for (let start = 0; start < entries.length; start += size) {
    let rest = entries.slice(start, start + size);
    for (let attempt = 1; rest.length > 0; attempt += 1) {
      rest = await send(rest);
      if (rest.length === 0) break;
      if (attempt === BATCH_TRIES) {
        throw new SlipwayError(
          'store_unavailable',
          `the table is throttled: ${rest.length} of a batch of ${size} were handed back ${BATCH_TRIES} times`,
        );
      }
      // 20 ms … 2.5 s with full jitter: AWS asks for exponential back-off on unprocessed items.
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}
