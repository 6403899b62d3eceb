import { constants } from 'node:fs';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SlipwayError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import { DynaliteStore, type DynamoBackend, isRefusal, isWrite } from './dynalite-store.ts';

/** What must fit before a failed database is opened again; its log grows by pages of 32 KiB. */
const PROBE_BYTES = 64 * 1024;
/** A directory that failed is tried again at most this often. */
const RETRY_MILLISECONDS = 250;

/**
 * The database in a directory whose disk may fail and come back: filled, remounted read-only. Reads go on from the
 * database as it was opened; writes are refused, and once the directory takes a file again the database is opened
 * anew, because LevelDB does not forget a failed write by itself.
 */
export class RecordsOnDisk implements DynamoBackend {
  readonly #path: string;
  readonly #log: Log;
  /** Absent while it could not be opened again. */
  #store: DynaliteStore | undefined;
  #failure: SlipwayError | undefined;
  #triedAt = 0;
  #recovery: Promise<void> | undefined;
  readonly #inFlight = new Set<Promise<unknown>>();
  #closed = false;

  private constructor(path: string, log: Log, store: DynaliteStore) {
    this.#path = path;
    this.#log = log;
    this.#store = store;
  }

  static async open(path: string, log: Log): Promise<RecordsOnDisk> {
    return new RecordsOnDisk(path, log, await openAt(path));
  }

  async answer(target: string, body: unknown): Promise<unknown> {
    const writes = isWrite(target);
    if (writes) await this.#requireWritable();
    else await this.#recovery;
    const store = this.#store ?? (await this.#reopened());
    const answer = store.answer(target, body);
    this.#inFlight.add(answer);
    try {
      return await answer;
    } catch (error) {
      if (isRefusal(error)) throw error;
      throw this.#failed(error);
    } finally {
      this.#inFlight.delete(answer);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#recovery?.catch(() => undefined);
    await this.#store?.close();
  }

  async #requireWritable(): Promise<void> {
    if (this.#failure !== undefined) await this.#recover();
    // LevelDB's open log can still be written where the path no longer can; what a restart could not read is refused.
    await access(this.#path, constants.W_OK).catch((error: unknown) => {
      throw unavailable(this.#path, error);
    });
  }

  async #reopened(): Promise<DynaliteStore> {
    await this.#recover();
    if (this.#store === undefined) throw this.#failure ?? unavailable(this.#path, 'it is closed');
    return this.#store;
  }

  /** One at a time; throws the failure while the directory does not take a file, or was tried a moment ago. */
  async #recover(): Promise<void> {
    if (this.#recovery === undefined && this.#failure !== undefined) {
      if (this.#closed || Date.now() - this.#triedAt < RETRY_MILLISECONDS) throw this.#failure;
      this.#triedAt = Date.now();
      this.#recovery = this.#openAgain().finally(() => {
        this.#recovery = undefined;
      });
    }
    await this.#recovery;
  }

  async #openAgain(): Promise<void> {
    try {
      await probe(this.#path);
      await Promise.allSettled(this.#inFlight);
      await this.#store?.close();
      this.#store = undefined;
      this.#store = await openAt(this.#path);
    } catch (error) {
      this.#failure = unavailable(this.#path, error);
      throw this.#failure;
    }
    this.#failure = undefined;
    this.#log.info({ path: this.#path }, 'records can be written again');
  }

  #failed(error: unknown): SlipwayError {
    if (this.#failure === undefined) {
      this.#failure = unavailable(this.#path, error);
      this.#log.error({ path: this.#path, reason: messageOf(error) }, 'records cannot be written');
    }
    return this.#failure;
  }
}

async function probe(path: string): Promise<void> {
  const file = join(path, 'probe.tmp');
  try {
    await writeFile(file, Buffer.alloc(PROBE_BYTES), { mode: 0o600 });
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}

async function openAt(path: string): Promise<DynaliteStore> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return await DynaliteStore.open(path);
  } catch (error) {
    throw isLocked(error) ? inUse(path, error) : unavailable(path, error);
  }
}

/** LevelDB keeps a lock file; classic-level says so in the cause. */
function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED';
}

function inUse(path: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    'store_unavailable',
    `the records in ${path} are in use by another process: stop it, or set SLIPWAY_DATA to another directory`,
    { cause, retryable: false },
  );
}

function unavailable(path: string, cause: unknown): SlipwayError {
  if (cause instanceof SlipwayError) return cause;
  const reason = reasonOf(cause);
  return new SlipwayError(
    'store_unavailable',
    `the records in ${path} cannot be used now (${reason}): make the directory writable or free space on its disk; ` +
      'no restart is needed',
    { cause },
  );
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return messageOf(inner);
}
