import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { messageOf } from '../../shared/core/errors.ts';
import type { Log } from '../../shared/core/log.ts';
import { isHeartbeat } from '../heartbeat.ts';
import { readMessage } from './read-message.ts';

/** What the messages ask for. Each may throw what the queue should bring again. */
export interface ReconcileWork {
  log: Log;
  /** @param wakeId a lab's id, or a class's wake id. */
  reconcile(wakeId: string): Promise<void>;
  /** The lab of an instance of ours; undefined for all others of the account. */
  labOfInstance(instanceId: string): Promise<string | undefined>;
  sweep(): Promise<void>;
  /** Fails where something that the function needs is not there. */
  checkHealth(): Promise<void>;
}

export type ReconcileHandler = (event: unknown, context: Context) => Promise<SQSBatchResponse>;

/** With less left, a record is not begun but comes again: what is cut in its middle has cost money and told nothing. */
const LEAST_MILLISECONDS = 10_000;
/** A run that is still at work this long before its end is named in the log, and then cut. */
const LAST_WORDS_MILLISECONDS = 1_000;

/** Works off a batch, one record after the other, and a daily heartbeat. */
export function createReconcileHandler(work: ReconcileWork): ReconcileHandler {
  return async (event, context) => {
    if (isHeartbeat(event)) {
      await work.checkHealth();
      return { batchItemFailures: [] };
    }
    const { Records = [] } = (event ?? {}) as Partial<SQSEvent>;
    const failures: unknown[] = [];
    const again: SQSRecord[] = [];
    for (const [index, record] of Records.entries()) {
      // The first is begun in any case, or none would ever be done.
      if (index > 0 && isLate(context)) {
        again.push(record);
        continue;
      }
      try {
        await withLastWords(work.log, context, record, () => carryOut(work, record.body));
      } catch (error) {
        work.log.error({ message: record.messageId, reason: messageOf(error) }, 'comes again');
        failures.push(error);
        again.push(record);
      }
    }
    // All of them failed: an error of the function, which its alarm counts, and the queue brings them again all the same.
    if (failures.length > 0 && failures.length === Records.length) throw failures[0];
    return { batchItemFailures: again.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

async function carryOut(work: ReconcileWork, body: string): Promise<void> {
  const message = readMessage(body);
  if (message === undefined) {
    work.log.warn({ length: body.length }, 'a message that is none of ours: dropped');
  } else if ('labId' in message) {
    await work.reconcile(message.labId);
  } else if ('instanceId' in message) {
    const labId = await work.labOfInstance(message.instanceId);
    if (labId === undefined) work.log.debug({ instance: message.instanceId }, 'no instance of ours');
    else await work.reconcile(labId);
  } else {
    await work.sweep();
  }
}

function isLate(context: Context): boolean {
  return context.getRemainingTimeInMillis() < LEAST_MILLISECONDS;
}

/** The runtime cuts a run that takes too long without a word of what it was at. */
async function withLastWords(
  log: Log,
  context: Context,
  { body }: SQSRecord,
  act: () => Promise<void>,
): Promise<void> {
  const left = context.getRemainingTimeInMillis() - LAST_WORDS_MILLISECONDS;
  const timer = setTimeout(
    () => log.error({ body: body.slice(0, 200) }, 'not done in time: cut here, comes again'),
    Math.max(0, left),
  );
  try {
    await act();
  } finally {
    clearTimeout(timer);
  }
}
