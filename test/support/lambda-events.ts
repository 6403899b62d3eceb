import type { APIGatewayProxyEventV2, Context, SQSEvent } from 'aws-lambda';

/** A request as API Gateway's HTTP API hands it over, payload format 2.0. */
export function requestEvent(
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string | Buffer; sourceIp?: string } = {},
): APIGatewayProxyEventV2 {
  const { headers = {}, body, sourceIp = '203.0.113.7' } = options;
  const [rawPath = path, rawQueryString = ''] = path.split('?');
  const isBase64Encoded = Buffer.isBuffer(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: { host: 'abc.execute-api.us-east-1.amazonaws.com', ...headers },
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc',
      domainName: 'abc.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'abc',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp, userAgent: 'curl/8' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: '$default',
      stage: '$default',
      time: '02/Mar/2026:12:00:00 +0000',
      timeEpoch: 1772452800000,
    },
    ...(body === undefined ? {} : { body: isBase64Encoded ? body.toString('base64') : String(body) }),
    isBase64Encoded,
  };
}

/** Messages as Lambda's poller of SQS hands them over. */
export function queueEvent(...bodies: string[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1772452800000',
        SenderId: 'AIDAEXAMPLE',
        ApproximateFirstReceiveTimestamp: '1772452800001',
      },
      messageAttributes: {},
      md5OfBody: 'not looked at',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:slipway',
      awsRegion: 'us-east-1',
    })),
  };
}

/** EventBridge's rate(1 minute). */
export function scheduledEvent(time: string) {
  return {
    version: '0',
    id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '123456789012',
    time,
    region: 'us-east-1',
    resources: ['arn:aws:events:us-east-1:123456789012:rule/slipway-tick'],
    detail: {},
  };
}

/** What the runtime hands over beside the event; `left` tells the time that remains. */
export function lambdaContext(left: () => number = () => 30_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'slipway-test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:slipway-test',
    memoryLimitInMB: '512',
    awsRequestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
    logGroupName: '/aws/lambda/slipway-test',
    logStreamName: '2026/03/02/[$LATEST]1',
    getRemainingTimeInMillis: left,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
