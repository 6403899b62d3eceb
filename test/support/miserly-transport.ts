import type { DynamoTransport } from '../../shared/adapters/dynamo/client.ts';

interface Handler {
  handle(request: { headers: Record<string, string>; body: unknown }): Promise<{
    response: { statusCode: number; headers: Record<string, string>; body: Uint8Array };
  }>;
}

/** How many entries of a batch are taken at once. */
const TAKEN = 7;

/**
 * DynamoDB in its meanest legal mood: every query ends its page after one item, and of every batch the first seven
 * entries are taken and the rest handed back.
 */
export function miserly(transport: DynamoTransport): DynamoTransport {
  const inner = transport as unknown as Handler;
  const handle: Handler['handle'] = async (request) => {
    const operation = request.headers['x-amz-target']?.split('.')[1];
    const asked = JSON.parse(
      typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body as Uint8Array),
    );
    const pass = async (body: unknown) => await inner.handle({ ...request, body: JSON.stringify(body) });
    if (operation === 'Query') return await pass({ ...asked, Limit: 1 });
    if (operation === 'BatchWriteItem') {
      const [[table, entries]] = Object.entries(asked.RequestItems) as [[string, unknown[]]];
      const answer = await pass({ ...asked, RequestItems: { [table]: entries.slice(0, TAKEN) } });
      const rest = entries.slice(TAKEN);
      return rest.length === 0 ? answer : withField(answer, { UnprocessedItems: { [table]: rest } });
    }
    if (operation === 'BatchGetItem') {
      const [[table, wanted]] = Object.entries(asked.RequestItems) as [[string, { Keys: unknown[] }]];
      const part = { ...wanted, Keys: wanted.Keys.slice(0, TAKEN) };
      const answer = await pass({ ...asked, RequestItems: { [table]: part } });
      const rest = { ...wanted, Keys: wanted.Keys.slice(TAKEN) };
      return rest.Keys.length === 0 ? answer : withField(answer, { UnprocessedKeys: { [table]: rest } });
    }
    return await inner.handle(request);
  };
  return { ...inner, handle } as unknown as DynamoTransport;
}

type Answer = Awaited<ReturnType<Handler['handle']>>;

function withField({ response }: Answer, fields: Record<string, unknown>): Answer {
  const body = { ...JSON.parse(new TextDecoder().decode(response.body)), ...fields };
  return { response: { ...response, body: Buffer.from(JSON.stringify(body)) } };
}
