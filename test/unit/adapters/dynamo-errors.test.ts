import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { createAwsClient, createEmbeddedClient } from '../../../shared/adapters/dynamo/client.ts';
import { storeErrorOf } from '../../../shared/adapters/dynamo/dynamo-errors.ts';
import { DynamoLabStore } from '../../../shared/adapters/dynamo/dynamo-lab-store.ts';
import { DynamoSecretStore } from '../../../shared/adapters/dynamo/dynamo-secret-store.ts';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { aLab } from '../../support/builders.ts';
import { openEmbedded } from '../../support/embedded-stores.ts';
import { dynamoError, type ScriptedAnswer, scriptedTransport } from '../../support/scripted-transport.ts';

function secretsOver(answer: (operation: string) => ScriptedAnswer | Error) {
  const { transport, asked } = scriptedTransport(answer);
  return { secrets: new DynamoSecretStore(createEmbeddedClient(transport), 'slipway'), asked };
}

describe('what DynamoDB refuses', () => {
  test.each([
    ['ResourceNotFoundException', 'store_unavailable', /deploy the stack/],
    ['AccessDeniedException', 'store_unavailable', /compare its policy/],
    ['ExpiredTokenException', 'store_unavailable', /credentials have expired/],
    ['SomethingNewException', 'store_unavailable', /SomethingNewException/],
    ['ValidationException', 'internal', /asked what it cannot do/],
  ])('%s is our %s, in words', async (name, code, words) => {
    const { secrets } = secretsOver(() => dynamoError(name, 'the value hush was refused'));
    const refusal = await secrets.get('a', 'ca').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code, message: expect.stringMatching(words) });
    expect((refusal as Error).message).not.toContain('hush');
  });

  test('an item beyond DynamoDB’s own limit is too large, not a bug', async () => {
    const { secrets } = secretsOver(() =>
      dynamoError('ValidationException', 'Item size has exceeded the maximum allowed size'),
    );
    await expect(secrets.putIfAbsent('a', 'ca', 'x')).rejects.toMatchObject({ code: 'too_large' });
  });

  test('a throttled call is tried three times and is then unavailable, to be tried again', async () => {
    const { secrets, asked } = secretsOver(() => dynamoError('ThrottlingException', 'slow down'));
    await expect(secrets.get('a', 'ca')).rejects.toMatchObject({
      code: 'store_unavailable',
      retryable: true,
    });
    expect(asked).toHaveLength(3);
  });

  test('a network that fails is unavailable, to be tried again', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const { secrets } = secretsOver(() => refused);
    await expect(secrets.get('a', 'ca')).rejects.toMatchObject({
      code: 'store_unavailable',
      retryable: true,
    });
  });

  test('an endpoint that does not exist is unavailable within the client’s bounds', async () => {
    const client = createAwsClient('eu-central-1');
    client.config.endpoint = async () => ({
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: 9,
      path: '/',
    });
    client.config.credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 'b' });
    await expect(new DynamoSecretStore(client, 'slipway').get('a', 'ca')).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect(await client.config.useDualstackEndpoint()).toBe(false);
    expect(await client.config.maxAttempts()).toBe(3);
  });

  test('our own errors pass as they are, and a failed condition is a version conflict', () => {
    const own = new SlipwayError('quota', 'used up');
    expect(storeErrorOf(own)).toBe(own);
    const condition = Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' });
    expect(storeErrorOf(condition).code).toBe('version_conflict');
    expect(storeErrorOf('a string').code).toBe('internal');
  });

  test('a batch that is handed back again and again is given up', async () => {
    const key = { PK: { S: 'SECRET#a' }, SK: { S: 'ca' } };
    const { secrets, asked } = secretsOver((operation) => ({
      status: 200,
      body:
        operation === 'Query'
          ? { Items: [key] }
          : { UnprocessedItems: { slipway: [{ DeleteRequest: { Key: key } }] } },
    }));
    await expect(secrets.remove('a')).rejects.toThrow(/handed back 8 times/);
    expect(asked).toHaveLength(9);
  });
});

describe('what is read from the table', () => {
  test('must fit the model: the fields that do not are named, their values are not', async () => {
    const { client, table } = await openEmbedded();
    await client.send(
      new PutCommand({
        TableName: table,
        Item: { PK: 'LAB#a', SK: 'LAB', ...aLab({ id: 'a' }), name: 666 },
      }),
    );
    const refusal = await new DynamoLabStore(client, table).load('a').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'internal', message: expect.stringMatching(/lab a .* at name/) });
    expect(String(refusal)).not.toContain('666');
  });

  test.each(['nonsense!', '', Buffer.from('tab\there').toString('base64url'), 'eHh4'.repeat(100)])(
    'a cursor that was never given out (%.12s) is refused as input',
    async (cursor) => {
      const { client, table } = await openEmbedded();
      const labs = new DynamoLabStore(client, table);
      const refusal = {
        code: 'invalid_input',
        issues: [{ pointer: '/cursor', message: expect.any(String) }],
      };
      await expect(labs.list({ limit: 1, cursor })).rejects.toMatchObject(refusal);
      await expect(labs.listDue({ until: 1, limit: 1, cursor })).rejects.toMatchObject(refusal);
    },
  );
});
