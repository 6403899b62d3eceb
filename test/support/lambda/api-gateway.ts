import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { z } from 'zod';
import { FunctionError } from './environment.ts';
import type { LambdaFunction } from './lambda-function.ts';

const Answer = z.looseObject({
  statusCode: z.number().int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

const HOST = 'abcdefghij.execute-api.us-east-1.amazonaws.com';

/**
 * An HTTP API of API Gateway with one route, `$default`, to a function; payload format 2.0, on all of this machine's
 * addresses. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export async function openApiGateway(api: LambdaFunction): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    try {
      const result = await api.invoke(await eventOf(request));
      send(response, Answer.parse(result));
    } catch (error) {
      const isTimeout = error instanceof FunctionError && error.kind === 'timeout';
      const message = isTimeout ? 'Service Unavailable' : 'Internal Server Error';
      response.writeHead(isTimeout ? 503 : 500, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ message }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function eventOf(request: IncomingMessage): Promise<APIGatewayProxyEventV2> {
  const { method = 'GET', url = '/', headersDistinct, socket } = request;
  const [rawPath = '/', rawQueryString = ''] = splitOnce(url, '?');
  const { cookie, ...others } = headersDistinct;
  const headers = Object.fromEntries(
    Object.entries(others).map(([name, values = []]) => [name, values.join(',')]),
  );
  const bytes = await buffer(request);
  // API Gateway leaves text alone and encodes all else.
  const isText = /^(text\/|application\/(json|javascript|xml))/.test(headers['content-type'] ?? '');
  const now = new Date();
  const query = queryOf(rawQueryString);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.flatMap((value) => value.split(/; */)) }),
    headers: { ...headers, host: HOST },
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'abcdefghij',
      domainName: HOST,
      domainPrefix: 'abcdefghij',
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: socket.remoteAddress?.replace('::ffff:', '') ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(bytes.length === 0 ? {} : { body: bytes.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: bytes.length > 0 && !isText,
  };
}

/** Values of one name are joined by commas. */
function queryOf(raw: string): Record<string, string> | undefined {
  const parameters = new URLSearchParams(raw);
  const names = [...new Set(parameters.keys())];
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, parameters.getAll(name).join(',')]));
}

function send(response: ServerResponse, answer: z.infer<typeof Answer>): void {
  const { statusCode, headers, cookies, body, isBase64Encoded } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies.length > 0) response.setHeader('Set-Cookie', cookies);
  response.writeHead(statusCode);
  response.end(isBase64Encoded ? Buffer.from(body, 'base64') : body);
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
