import type { Log } from '../../core/log.ts';
import type { DynamoTransport } from '../dynamo/client.ts';
import { DynaliteStore, type DynamoBackend, isRefusal } from './dynalite-store.ts';
import { RecordsOnDisk } from './records-on-disk.ts';

export interface EmbeddedDynamo {
  /** For `createEmbeddedClient`: DynamoDB in this process, with no port that other users could reach. */
  transport: DynamoTransport;
  /** Finishes what is being written and gives the directory free. */
  close(): Promise<void>;
}

/**
 * DynamoDB on this machine, by dynalite over LevelDB. What was acknowledged survives the process being killed, because
 * the kernel has it; a power cut may lose the last moments, never their order.
 * @param options.path directory of the records, made with mode 0700 where absent; without it, in memory.
 * @throws SlipwayError `store_unavailable` where the directory cannot be used: who has it, or what is wrong with it.
 */
export async function openEmbeddedDynamo(options: { path?: string; log: Log }): Promise<EmbeddedDynamo> {
  const { path, log } = options;
  const backend =
    path === undefined ? await DynaliteStore.open(undefined) : await RecordsOnDisk.open(path, log);
  const transport = {
    metadata: { handlerProtocol: 'embedded' },
    handle: async (request: WireRequest) => ({ response: await respond(backend, request) }),
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
  return { transport, close: () => backend.close() };
}

interface WireRequest {
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** Answers as DynamoDB's endpoint would; a disk that does not work is thrown as what it is, not dressed up as a 500. */
async function respond(backend: DynamoBackend, { headers, body = '{}' }: WireRequest) {
  const target = headers['x-amz-target']?.split('.')[1] ?? '';
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  try {
    return answerWith(200, await backend.answer(target, JSON.parse(text)));
  } catch (error) {
    if (isRefusal(error)) return answerWith(error.statusCode, error.body);
    throw error;
  }
}

function answerWith(statusCode: number, answer: unknown) {
  return {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(answer)),
  };
}
