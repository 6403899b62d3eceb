import type { DynamoTransport } from '../../shared/adapters/dynamo/client.ts';

export interface ScriptedAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** DynamoDB that answers what the test says, or throws it; counts what it was asked. */
export function scriptedTransport(answer: (operation: string) => ScriptedAnswer | Error): {
  transport: DynamoTransport;
  asked: string[];
} {
  const asked: string[] = [];
  const handle = async (request: { headers: Record<string, string> }) => {
    const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
    asked.push(operation);
    const scripted = answer(operation);
    if (scripted instanceof Error) throw scripted;
    const { status, body } = scripted;
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    return { response: { statusCode: status, headers, body: Buffer.from(JSON.stringify(body)) } };
  };
  const transport = { handle, updateHttpClientConfig: () => undefined, httpHandlerConfigs: () => ({}) };
  return { transport: transport as unknown as DynamoTransport, asked };
}

/** An error as DynamoDB words it. */
export function dynamoError(name: string, message: string): ScriptedAnswer {
  return { status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message } };
}
