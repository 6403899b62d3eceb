import * as sdk from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { ACTION_NAMES } from '../../../support/fake-ec2/actions.ts';
import { openDesk, tagged, VPC } from './ec2-desk.ts';

/** The SDK's own account of an answer: `[3, …, members, schemas]` a structure, `[1, …, schema]` a list. */
type Schema = unknown;

function resolved(schema: Schema): { schema: Schema; wireName: string | undefined } {
  if (typeof schema === 'function') return resolved(schema());
  if (Array.isArray(schema) && schema.length === 2) {
    const [inner, traits] = schema as [Schema, { xmlName?: string }];
    return { schema: resolved(inner).schema, wireName: traits.xmlName };
  }
  return { schema, wireName: undefined };
}

interface Element {
  name: string;
  children: Element[];
}

/** Enough of a parser for what the fake writes: elements without a mind for their text. */
function parse(xml: string): Element {
  const root: Element = { name: '', children: [] };
  const open = [root];
  for (const [, closing, name = ''] of xml.matchAll(/<(\/?)([A-Za-z]\w*)[^>]*>/g)) {
    if (closing === '/') {
      expect(open.pop()?.name).toBe(name);
      continue;
    }
    const element = { name, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  }
  expect(open).toHaveLength(1);
  return root;
}

/** @returns names of elements that the SDK would pass over. */
function unknownIn(element: Element, given: Schema, path = element.name): string[] {
  const { schema } = resolved(given);
  if (!Array.isArray(schema)) {
    // A list of scalars is a number with the list's bit; there `item` is known, below it nothing.
    const isList = typeof schema === 'number' && schema >= 64;
    return element.children
      .filter(({ name }) => !(isList && name === 'item'))
      .map(({ name }) => `${path}.${name}`);
  }
  if (schema[0] === 1) {
    const member = resolved(schema[4]);
    return element.children.flatMap((child) =>
      child.name === (member.wireName ?? 'item')
        ? unknownIn(child, member.schema, path)
        : [`${path}.${child.name}`],
    );
  }
  const names = schema[4] as string[];
  const members = new Map(
    (schema[5] as Schema[]).map((member, index) => {
      const { wireName, schema: inner } = resolved(member);
      return [wireName ?? names[index], inner];
    }),
  );
  return element.children.flatMap((child) =>
    members.has(child.name)
      ? unknownIn(child, members.get(child.name), `${path}.${child.name}`)
      : [`${path}.${child.name}`],
  );
}

test('every element of every answer is one that the SDK reads', async () => {
  const { fake, run, clock } = await openDesk({ requestLimits: { start: 'off' } });
  const everywhere = [{ CidrIp: '0.0.0.0/0', Description: 'all' }];
  const seen = new Map<string, string[]>();
  const ask = async (action: string, parameters: Record<string, string> = {}) => {
    const answer = await fetch(fake.endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=AKID/20261101/us-east-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
        'x-amz-date': '20261101T100000Z',
      },
      body: new URLSearchParams({ Action: action, Version: '2016-11-15', ...parameters }),
    });
    const text = await answer.text();
    expect(`${answer.status} ${text.slice(0, 300)}`).toMatch(/^200 /);
    const operation = (sdk as unknown as Record<string, unknown[]>)[`${action}$`];
    const [, body] = /^<\?xml[^>]*>\n([\s\S]*)$/.exec(text) ?? [];
    const [root] = parse(body ?? '').children;
    const known = root?.children.filter(({ name }) => name !== 'requestId') ?? [];
    const unit = operation?.[5] === undefined || resolved(operation[5]).schema === undefined;
    const unknown = unit ? [] : unknownIn({ name: action, children: known }, operation?.[5]);
    seen.set(action, [...(seen.get(action) ?? []), ...unknown]);
    return text;
  };

  await run({
    MinCount: 1,
    MaxCount: 1,
    InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { SpotInstanceType: 'persistent' } },
    IamInstanceProfile: { Name: 'p' },
    TagSpecifications: [
      tagged('instance', { a: 'b' }),
      tagged('volume', { a: 'b' }),
      tagged('network-interface', { a: 'b' }),
    ],
  });
  clock.advance(20);
  const id = fake.instances()[0]?.id ?? '';
  const launch = {
    ImageId: 'ami-0a120000000000001',
    InstanceType: 't3.small',
    MinCount: '1',
    MaxCount: '1',
    'NetworkInterface.1.DeviceIndex': '0',
    'NetworkInterface.1.SubnetId': 'subnet-0f0000000000000a1',
    'NetworkInterface.1.AssociatePublicIpAddress': 'true',
  };
  await ask('RunInstances', launch);
  clock.advance(20);
  const created = await ask('CreateSecurityGroup', {
    GroupName: 'g',
    GroupDescription: 'd',
    VpcId: VPC,
    'TagSpecification.1.ResourceType': 'security-group',
    'TagSpecification.1.Tag.1.Key': 'a',
  });
  const GroupId = /<groupId>(.*?)</.exec(created)?.[1] ?? '';
  const permission = {
    GroupId,
    'IpPermissions.1.IpProtocol': 'tcp',
    'IpPermissions.1.FromPort': '22',
    'IpPermissions.1.ToPort': '22',
    'IpPermissions.1.IpRanges.1.CidrIp': everywhere[0]?.CidrIp ?? '',
    'IpPermissions.1.IpRanges.1.Description': 'all',
    'IpPermissions.1.Ipv6Ranges.1.CidrIpv6': '::/0',
    'IpPermissions.1.Groups.1.GroupId': GroupId,
    'IpPermissions.1.PrefixListIds.1.PrefixListId': 'pl-1',
  };
  await ask('AuthorizeSecurityGroupIngress', permission);
  await ask('AuthorizeSecurityGroupEgress', permission);
  for (const action of ACTION_NAMES.filter((name) => name.startsWith('Describe'))) {
    await ask(
      action,
      action === 'DescribeInstanceAttribute' ? { InstanceId: id, Attribute: 'instanceType' } : {},
    );
  }
  await ask('DescribeInstances', { MaxResults: '5' });
  await ask('DescribeInstanceTypes', { MaxResults: '5' });
  await ask('RevokeSecurityGroupIngress', permission);
  await ask('RevokeSecurityGroupEgress', permission);
  await ask('DeleteSecurityGroup', { GroupId });
  await ask('CreateTags', { 'ResourceId.1': id, 'Tag.1.Key': 'c' });
  await ask('DeleteTags', { 'ResourceId.1': id, 'Tag.1.Key': 'c' });
  await ask('ModifyInstanceCreditSpecification', {
    'InstanceCreditSpecification.1.InstanceId': id,
    'InstanceCreditSpecification.1.CpuCredits': 'standard',
    'InstanceCreditSpecification.2.InstanceId': 'i-00000000',
    'InstanceCreditSpecification.2.CpuCredits': 'standard',
  });
  await ask('RebootInstances', { 'InstanceId.1': id });
  await ask('StopInstances', { 'InstanceId.1': id, Force: 'true' });
  clock.advance(20);
  await ask('StartInstances', { 'InstanceId.1': id });
  await ask('TerminateInstances', { 'InstanceId.1': id });
  await ask('DescribeInstances');

  expect([...seen.keys()].sort()).toEqual([...ACTION_NAMES].sort());
  // `return` stands in many answers of EC2 that the SDK takes for empty.
  const unread = [...seen.values()].flat().filter((name) => !name.endsWith('.return'));
  expect(unread).toEqual([]);
});
