import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { quietSdk } from '../../../shared/core/config.ts';
import { eventually } from '../../support/eventually.ts';
import { startFakeSqs } from '../../support/fake-aws/fake-sqs.ts';
import { openApiGateway } from '../../support/lambda/api-gateway.ts';
import { openEventSource } from '../../support/lambda/event-source.ts';
import { LambdaFunction } from '../../support/lambda/lambda-function.ts';

quietSdk();

describe('a function in a process of its own', () => {
  let folder: string;
  const closing: (() => unknown)[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-lambda-'));
    closing.push(() => rm(folder, { recursive: true }));
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  /** @param code a module that exports `handler`. */
  async function open(code: string, over: { timeoutSeconds?: number; concurrency?: number } = {}) {
    const bundle = join(folder, 'index.mjs');
    await writeFile(bundle, code);
    const env = () => ({ PATH: process.env.PATH ?? '', COLOUR: 'green' });
    const made = new LambdaFunction({ name: 'made', bundle, env, concurrency: 1, ...over });
    closing.push(() => made.close());
    return made;
  }

  test('answers by its handler, with the environment it was given and no other', async () => {
    const made = await open(
      'export const handler = async (event, context) => ({ ...event, env: process.env.COLOUR, home: process.env.HOME ?? null, left: context.getRemainingTimeInMillis() > 29_000 })',
    );
    expect(await made.invoke({ a: 1 })).toEqual({ a: 1, env: 'green', home: null, left: true });
    expect(made.coldStarts).toBe(1);
  });

  test('keeps its process for the next invocation, in which nothing went on meanwhile', async () => {
    const made = await open(
      'let beats = 0; setInterval(() => { beats += 1 }, 5); export const handler = async () => beats',
    );
    await made.invoke({});
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await made.invoke({})).toBeLessThan(100);
    expect(made.coldStarts).toBe(1);
  });

  test('is cut at its timeout, told as such, and another process takes the next', async () => {
    const made = await open(
      'export const handler = (event) => event.hang ? new Promise(() => {}) : Promise.resolve(process.pid)',
      { timeoutSeconds: 0.5 },
    );
    const first = await made.invoke({});
    await expect(made.invoke({ hang: true })).rejects.toMatchObject({ kind: 'timeout' });
    expect(await made.invoke({})).not.toBe(first);
    expect(made.errors).toEqual(['made: timeout: Task timed out after 0.5 seconds']);
  });

  test('that throws, dies or cannot be loaded fails that invocation alone', async () => {
    const made = await open(
      'export const handler = async (event) => { if (event.die) process.exit(7); if (event.fail) throw new Error("no"); return "yes" }',
    );
    await expect(made.invoke({ fail: true })).rejects.toMatchObject({ kind: 'thrown' });
    await expect(made.invoke({ die: true })).rejects.toMatchObject({ kind: 'died' });
    expect(await made.invoke({})).toBe('yes');
    const broken = await open('export const handler = 1; throw new Error("settings")');
    await expect(broken.invoke({})).rejects.toMatchObject({ kind: 'died' });
    expect(broken.log.join('\n')).toContain('settings');
  });

  test('behind API Gateway gets events of format 2.0, bodies in base64 unless they are text', async () => {
    const made = await open(
      'export const handler = async (event) => ({ statusCode: 201, headers: { "content-type": "application/json", "x-mark": "1" }, body: Buffer.from(JSON.stringify(event)).toString("base64"), isBase64Encoded: true })',
    );
    const gateway = await openApiGateway(made);
    closing.push(() => gateway.close());
    const url = `http://127.0.0.1:${gateway.port}/v1/labs%20x?a=1&a=2&b=`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/pkcs10', 'X-Own': 'yes' },
      body: 'request',
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-mark')).toBe('1');
    expect(await answer.json()).toMatchObject({
      version: '2.0',
      rawPath: '/v1/labs%20x',
      rawQueryString: 'a=1&a=2&b=',
      queryStringParameters: { a: '1,2', b: '' },
      headers: { 'x-own': 'yes' },
      requestContext: { http: { method: 'POST', sourceIp: '127.0.0.1' } },
      body: Buffer.from('request').toString('base64'),
      isBase64Encoded: true,
    });
    const text = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'é' });
    expect(await text.json()).toMatchObject({ body: 'é', isBase64Encoded: false });
  });

  test('behind API Gateway is a 500 where it fails and a 503 where it takes too long', async () => {
    const made = await open(
      'export const handler = (event) => event.rawPath === "/late" ? new Promise(() => {}) : Promise.reject(new Error("no"))',
      { timeoutSeconds: 0.5 },
    );
    const gateway = await openApiGateway(made);
    closing.push(() => gateway.close());
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${gateway.port}${path}`)).status;
    expect(await status('/')).toBe(500);
    expect(await status('/late')).toBe(503);
  });

  test('behind a queue gets a message again that it could not do, after its visibility timeout', async () => {
    const made = await open(
      `const seen = []; export const handler = async ({ Records: [{ body, messageId }] }) => {
        seen.push(body); const times = seen.filter((one) => one === body).length;
        if (body === 'throws' && times === 1) throw new Error('no');
        return { batchItemFailures: body === 'fails' && times === 1 ? [{ itemIdentifier: messageId }] : [] };
      }`,
    );
    let now = 0;
    const queue = await startFakeSqs(() => now, 180);
    closing.push(() => queue.close());
    const sqs = new SQSClient({
      ...{ region: 'us-east-1', endpoint: queue.endpoint },
      credentials: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' },
    });
    for (const MessageBody of ['does', 'fails', 'throws']) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queue.queueUrl, MessageBody }));
    }
    const { queueUrl } = queue;
    closing.push(openEventSource({ sqs, queueUrl, reconcile: made, maximumConcurrency: 1 }));
    await eventually(async () => made.invocations === 3 && queue.messages().length === 2, 10);
    expect(queue.messages()).toMatchObject([
      { body: 'fails', visibleAt: 180_000 },
      { body: 'throws', visibleAt: 180_000 },
    ]);
    now = 180_000;
    await eventually(async () => queue.messages().length === 0, 10);
    expect(made.invocations).toBe(5);
  });
});
