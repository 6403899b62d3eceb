import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './wire/answer.ts';

export type Handler = (headers: IncomingHttpHeaders, body: string) => Promise<Answer | undefined>;

/** A server on loopback that gives each request's head and body to the handler; without an answer it cuts. */
export async function startHttpServer(
  handle: Handler,
): Promise<{ endpoint: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // The caller hung up.
      return;
    }
    const answer = await handle(request.headers, Buffer.concat(chunks).toString('utf8'));
    if (answer === undefined) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  // Clients keep connections alive for longer than Node's five seconds; a race there looks like a fault.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
