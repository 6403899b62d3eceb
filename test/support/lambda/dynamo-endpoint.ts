import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { openEmbeddedDynamo } from '../../../shared/adapters/local/embedded-dynamo.ts';
import { createLog } from '../../../shared/core/log.ts';

/** The embedded store's own, which the SDK calls in place of HTTP. */
interface Transport {
  handle(request: { headers: IncomingHttpHeaders; body: string }): Promise<{
    response: { statusCode: number; headers: Record<string, string>; body: Buffer };
  }>;
}

/** DynamoDB by dynalite in memory, over HTTP on loopback, for other processes. */
export async function openDynamoEndpoint(): Promise<{ endpoint: string; close(): Promise<void> }> {
  const { transport, close } = await openEmbeddedDynamo({ log: createLog('silent') });
  const { handle } = transport as Transport;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { response: answer } = await handle({ headers: request.headers, body });
    response.writeHead(answer.statusCode, answer.headers).end(answer.body);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
    },
  };
}
