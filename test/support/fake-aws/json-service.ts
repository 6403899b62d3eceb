import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A refusal in the words of AWS's JSON protocols. */
export class JsonRefusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the wire's own shapes, checked by each action
export type Action = (input: any) => unknown;

export interface JsonService {
  endpoint: string;
  /** Names of the actions that were asked for, in order. */
  calls: string[];
  close(): Promise<void>;
}

/** An AWS service that speaks JSON 1.0 or 1.1: the action in X-Amz-Target, a signature that must be there. */
export async function startJsonService(
  target: string,
  actions: Record<string, Action>,
): Promise<JsonService> {
  const calls: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0', ...headers });
      response.end(JSON.stringify(body));
    };
    try {
      const [service, name = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
      if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
        throw new JsonRefusal('MissingAuthenticationTokenException', 'the request is not signed', 403);
      }
      const action = service === target ? actions[name] : undefined;
      if (action === undefined) throw new JsonRefusal('UnknownOperationException', `${service}.${name}`);
      calls.push(name);
      send(200, action(JSON.parse(await textOf(request))) ?? {});
    } catch (error) {
      if (!(error instanceof JsonRefusal)) throw error;
      const { code, status, message } = error;
      send(status, { __type: code, message }, { 'x-amzn-errortype': code });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
