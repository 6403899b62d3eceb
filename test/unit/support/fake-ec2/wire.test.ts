import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { AL2023, openDesk, outcome, tagged } from './ec2-desk.ts';

const SIGNED = {
  authorization: `AWS4-HMAC-SHA256 Credential=AKID/20261101/us-east-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  'x-amz-date': '20261101T100000Z',
  'content-type': 'application/x-www-form-urlencoded',
};

async function ask(endpoint: string, body: string, headers: Record<string, string> = SIGNED) {
  const answer = await fetch(endpoint, { method: 'POST', headers, body });
  const text = await answer.text();
  return { status: answer.status, code: /<Code>(.*?)<\/Code>/.exec(text)?.[1], text };
}

describe('the EC2 Query protocol on the wire', () => {
  test('an error is the XML that EC2 sends', async () => {
    const { fake } = await openDesk();
    const { status, text } = await ask(fake.endpoint, 'Action=FlyAway&Version=2016-11-15');
    expect(status).toBe(400);
    expect(text).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Response><Errors><Error><Code>InvalidAction<\/Code><Message>The action FlyAway is not valid for this web service\.<\/Message><\/Error><\/Errors><RequestID>[0-9a-f-]{36}<\/RequestID><\/Response>$/,
    );
  });

  test('without a signature nothing is answered, nothing done and nothing counted', async () => {
    const { fake } = await openDesk();
    const { authorization: _, ...unsigned } = SIGNED;
    const answer = await ask(fake.endpoint, 'Action=DescribeSubnets&Version=2016-11-15', unsigned);
    expect(answer).toMatchObject({ status: 403, code: 'MissingAuthenticationToken' });
    expect(fake.calls()).toEqual([]);
  });

  test('a signature for another Region is refused', async () => {
    const { fake } = await openDesk({ region: 'eu-central-1' });
    const ec2 = new EC2Client({
      endpoint: fake.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
    expect(await outcome(ec2.send(new DescribeSubnetsCommand({})))).toBe('AuthFailure 401');
    ec2.destroy();
  });

  test.each([
    ['another version', 'Action=DescribeSubnets&Version=2010-01-01', 'NoSuchVersion', 400],
    ['an unknown parameter', 'Action=DescribeSubnets&Version=2016-11-15&Colour=red', 'UnknownParameter', 400],
    [
      'an unknown part of a known one',
      'Action=DescribeSubnets&Version=2016-11-15&Filter.1.Name=vpc-id&Filter.1.Value.1=a&Filter.1.Colour=red',
      'UnknownParameter',
      400,
    ],
    ['no number', 'Action=DescribeSubnets&Version=2016-11-15&MaxResults=many', 'InvalidParameterValue', 400],
    ['a missing parameter', 'Action=TerminateInstances&Version=2016-11-15', 'MissingParameter', 400],
    [
      'a dry run',
      'Action=CreateTags&Version=2016-11-15&ResourceId.1=i-1&Tag.1.Key=a&DryRun=true',
      'DryRunOperation',
      412,
    ],
  ])('refused as EC2 does: %s', async (_, body, code, status) => {
    const { fake } = await openDesk();
    expect(await ask(fake.endpoint, body)).toMatchObject({ code, status });
    expect(fake.calls()).toMatchObject([{ code, status: status, carriedOut: false }]);
  });

  test('any text comes back through XML as it went in', async () => {
    const { run, describe: look } = await openDesk();
    const value = `<a href="x">&amp; 'Ünïcödé' 🐳\r\n\t ]]> %41+`;
    const [instance] = await run({ TagSpecifications: [tagged('instance', { '<&> key': value })] });
    expect(instance?.Tags).toEqual([{ Key: '<&> key', Value: value }]);
    expect((await look([instance?.InstanceId ?? '']))[0]?.Tags).toEqual([{ Key: '<&> key', Value: value }]);
  });

  test('each answer carries its request id where the SDK looks for it', async () => {
    const { ec2 } = await openDesk();
    const { $metadata } = await ec2.send(new DescribeSubnetsCommand({}));
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('what is recorded of a call tells its moment, parameters and outcome, and of user data only the length', async () => {
    const { fake, run, clock } = await openDesk();
    clock.advance(5);
    await run({ UserData: Buffer.from('a token').toString('base64') });
    expect(fake.calls('RunInstances')).toMatchObject([
      {
        at: clock.now(),
        service: 'ec2',
        status: 200,
        code: undefined,
        carriedOut: true,
        parameters: { ImageId: AL2023, UserData: '(12 characters)' },
      },
    ]);
  });
});
