import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import dynalite, { type BatchWrite, type Store } from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';

interface Operation {
  writes: boolean;
  run: (store: Store, data: unknown, callback: (error: unknown, answer: unknown) => void) => void;
  rules: { types: unknown; custom: unknown };
}

const require = createRequire(import.meta.url);

/** DynamoDB's operations that Slipway uses, as dynalite implements them. */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['CreateTable', operation('createTable', true)],
  ['DescribeTable', operation('describeTable', false)],
  ['PutItem', operation('putItem', true)],
  ['UpdateItem', operation('updateItem', true)],
  ['DeleteItem', operation('deleteItem', true)],
  ['BatchWriteItem', operation('batchWriteItem', true)],
  ['GetItem', operation('getItem', false)],
  ['BatchGetItem', operation('batchGetItem', false)],
  ['Query', operation('query', false)],
]);

function operation(file: string, writes: boolean): Operation {
  return {
    writes,
    run: require(`dynalite/actions/${file}`) as Operation['run'],
    rules: require(`dynalite/validations/${file}`) as Operation['rules'],
  };
}

/** Answers DynamoDB's operations, by their names. */
export interface DynamoBackend {
  answer(target: string, body: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** What DynamoDB itself would answer with: a status and an error body. */
export interface Refusal {
  statusCode: number;
  body: Record<string, unknown>;
}

export function isRefusal(error: unknown): error is Refusal {
  return typeof error === 'object' && error !== null && 'statusCode' in error && 'body' in error;
}

export function isWrite(target: string): boolean {
  return OPERATIONS.get(target)?.writes === true;
}

/**
 * One open dynalite database, without its HTTP server: that one throws a failed disk as an uncaught exception, which
 * ends the process, and opens a port that any local user may write to. Writes go one at a time and each becomes one
 * atomic LevelDB batch: dynalite itself writes an item's indexes before the item, and a kill in between would lose a
 * lab from the due index for good.
 */
export class DynaliteStore implements DynamoBackend {
  readonly #store: Store;
  readonly #batch: (writes: BatchWrite[]) => Promise<unknown>;
  #gathered: BatchWrite[] | undefined;
  /** The first write that the disk refused: LevelDB's log may end in a torn record, so nothing may follow it. */
  #failure: { error: unknown } | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(store: Store) {
    this.#store = store;
    const { db } = store;
    this.#batch = promisify(
      db.batch.bind(db) as (writes: BatchWrite[], done: (error: unknown) => void) => void,
    );
    db.put = (key, value, callback) => this.#write({ type: 'put', key, value }, callback);
    db.del = (key, callback) => this.#write({ type: 'del', key }, callback);
  }

  /** @param path of the LevelDB directory; without it, in memory. Throws LevelDB's own error. */
  static async open(path: string | undefined): Promise<DynaliteStore> {
    const store = dynalite.create({
      ...(path === undefined ? {} : { path }),
      createTableMs: 0,
      deleteTableMs: 0,
      updateTableMs: 0,
    });
    await store.db.open();
    return new DynaliteStore(store);
  }

  /** Throws a `Refusal` for what DynamoDB refuses, and LevelDB's own error for a disk that does not work. */
  async answer(target: string, body: unknown): Promise<unknown> {
    const operation = OPERATIONS.get(target);
    if (operation === undefined) throw unknownOperation(target);
    const data = validations.checkTypes(body, operation.rules.types);
    validations.checkValidations(data, operation.rules.types, operation.rules.custom, this.#store);
    if (!operation.writes) return await this.#run(operation, data);
    return await this.#inTurn(() => this.#runAtomically(operation, data));
  }

  async close(): Promise<void> {
    await this.#lastWrite;
    await this.#store.db.close();
  }

  /** Gathers a running operation's write; one outside (a new table becoming active) takes its turn by itself. */
  #write(write: BatchWrite, callback: ((error: unknown) => void) | undefined): void {
    if (this.#gathered === undefined) {
      this.#inTurn(() => this.#commit([write])).then(() => callback?.(null), callback);
      return;
    }
    this.#gathered.push(write);
    if (callback) queueMicrotask(() => callback(null));
  }

  async #inTurn<Answer>(write: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#lastWrite.then(write);
    this.#lastWrite = turn.catch(() => undefined);
    return await turn;
  }

  async #runAtomically(operation: Operation, data: unknown): Promise<unknown> {
    const writes: BatchWrite[] = [];
    this.#gathered = writes;
    // A refusal comes before the first write of its own, so what is gathered beside one is a new table's state.
    const answer = this.#run(operation, data).finally(async () => {
      this.#gathered = undefined;
      if (writes.length > 0) await this.#commit(writes);
    });
    return await answer;
  }

  async #commit(writes: BatchWrite[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      await this.#batch(writes);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  async #run(operation: Operation, data: unknown): Promise<unknown> {
    return await new Promise((resolve, reject) => {
      operation.run(this.#store, data, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }
}

function unknownOperation(target: string): Refusal {
  return {
    statusCode: 400,
    body: { __type: 'com.amazon.coral.service#UnknownOperationException', message: `no operation ${target}` },
  };
}
