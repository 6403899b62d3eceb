import { canonicalIpv4, canonicalIpv6 } from '../cidr.ts';
import type { Form } from '../wire/form.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import { type Peer, ruleKey, type SecurityGroupRule } from './security-group.ts';

/** A rule as it is asked for: one per peer. */
export type RuleWish = Pick<
  SecurityGroupRule,
  'egress' | 'protocol' | 'fromPort' | 'toPort' | 'peer' | 'description'
>;

const NAMED: Record<string, string> = { '6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'icmpv6' };
const WITH_PORTS = ['tcp', 'udp'];
const WITHOUT_PORTS = ['icmp', 'icmpv6'];

/** `IpPermissions.N`, or the short form of one rule (`IpProtocol`, `FromPort`, `ToPort`, `CidrIp`). */
export function readPermissions(form: Form, egress: boolean): RuleWish[] {
  const permissions = form.parts('IpPermissions');
  const short = form.text('IpProtocol') === undefined ? [] : readPermission(form, egress);
  const rules = [...short, ...permissions.flatMap((permission) => readPermission(permission, egress))];
  const keys = rules.map(ruleKey);
  if (new Set(keys).size < keys.length) {
    throw new Ec2Refusal('InvalidParameterValue', 'The same permission must not appear multiple times');
  }
  return rules;
}

function readPermission(form: Form, egress: boolean): RuleWish[] {
  const said = form.required('IpProtocol').toLowerCase();
  const protocol = NAMED[said] ?? said;
  const known = WITH_PORTS.includes(protocol) || WITHOUT_PORTS.includes(protocol);
  if (!known && protocol !== '-1' && !/^\d{1,3}$/.test(protocol)) {
    throw new Ec2Refusal('InvalidPermission.Malformed', `Invalid protocol '${said}'`);
  }
  const ports = portsOf(form, protocol, known);
  const peers = readPeers(form);
  if (peers.length === 0) {
    throw new Ec2Refusal(
      'MissingParameter',
      'The request must contain a source or destination: ipRanges, ipv6Ranges, groups or prefixListIds',
    );
  }
  return peers.map(({ peer, description }) => ({ egress, protocol, ...ports, peer, description }));
}

function portsOf(form: Form, protocol: string, known: boolean): { fromPort: number; toPort: number } {
  const fromPort = form.integer('FromPort');
  const toPort = form.integer('ToPort');
  // With all protocols or an unnamed one EC2 opens all ports, whatever ports are said.
  if (!known) return { fromPort: -1, toPort: -1 };
  if (fromPort === undefined || toPort === undefined) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `Invalid value 'Must specify both from and to ports with ${protocol.toUpperCase()}.' for portRange.`,
    );
  }
  const isRange = fromPort >= 0 && toPort <= 65_535 && fromPort <= toPort;
  if (WITH_PORTS.includes(protocol) && !isRange) {
    throw new Ec2Refusal('InvalidParameterValue', `Invalid TCP/UDP port range (${fromPort}:${toPort})`);
  }
  return { fromPort, toPort };
}

function readPeers(form: Form): { peer: Peer; description: string | undefined }[] {
  const described = (part: Form, peer: Peer) => ({ peer, description: readDescription(part) });
  const short = form.text('CidrIp');
  return [
    ...(short === undefined ? [] : [{ peer: { cidrIpv4: ipv4(short) }, description: undefined }]),
    ...form.parts('IpRanges').map((part) => described(part, { cidrIpv4: ipv4(part.required('CidrIp')) })),
    ...form.parts('Ipv6Ranges').map((part) => described(part, { cidrIpv6: ipv6(part.required('CidrIpv6')) })),
    ...form
      .parts('PrefixListIds')
      .map((part) => described(part, { prefixListId: part.required('PrefixListId') })),
    ...form.parts('Groups').map((part) => {
      part.text('UserId');
      part.text('VpcId');
      return described(part, { groupId: part.required('GroupId') });
    }),
  ];
}

function readDescription(form: Form): string | undefined {
  const description = form.text('Description');
  if (description !== undefined && !/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(description)) {
    throw new Ec2Refusal(
      'InvalidParameterValue',
      `Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*`,
    );
  }
  return description;
}

function ipv4(cidr: string): string {
  const canonical = canonicalIpv4(cidr);
  if (canonical === undefined) throw malformed(cidr);
  return canonical;
}

function ipv6(cidr: string): string {
  const canonical = canonicalIpv6(cidr);
  if (canonical === undefined) throw malformed(cidr);
  return canonical;
}

function malformed(cidr: string): Ec2Refusal {
  return new Ec2Refusal('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
}
