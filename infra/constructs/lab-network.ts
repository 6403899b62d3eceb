import { Fn } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  IpProtocol,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** 4,091 addresses in each zone: one zone alone holds a thousand labs of three and what they need to be replaced. */
const HOSTS_MASK = 20;
const FUNCTIONS_MASK = 24;
/** The first four and the last; docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html. */
const RESERVED_ADDRESSES = 5;

export interface LabNetworkProps {
  zones: number;
  /** IPv4 CIDR, a /16. */
  range: string;
}

/**
 * Where hosts are, and the functions that talk to them. Hosts have public IPv4 addresses and each lab its own security
 * group; functions have no way to the internet but over IPv6, outward, and to DynamoDB.
 */
export class LabNetwork extends Construct {
  readonly vpc: IVpc;
  readonly range: string;
  readonly hosts: ISubnet[];
  /** IPv4 addresses that hosts can have, in all zones together. */
  readonly hostAddresses: number;
  readonly functions: ISubnet[];
  readonly functionGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { zones, range }: LabNetworkProps) {
    super(scope, id);
    this.range = range;
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(range),
      ipProtocol: IpProtocol.DUAL_STACK,
      // By number, so that synth asks no account which zones it has.
      availabilityZones: Array.from({ length: zones }, (_, index) => Fn.select(index, Fn.getAzs())),
      natGateways: 0,
      // It would take a Lambda function of its own; nothing is in the default group.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        {
          name: 'hosts',
          subnetType: SubnetType.PUBLIC,
          cidrMask: HOSTS_MASK,
          // Each launch asks for an address; and a lab's rules are for IPv4 alone, so it must have no IPv6.
          mapPublicIpOnLaunch: false,
          ipv6AssignAddressOnCreation: false,
        },
        // Any other kind gets no ::/0 route, and a function in a public subnet is refused.
        { name: 'fn', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: FUNCTIONS_MASK },
      ],
      gatewayEndpoints: {
        DynamoDb: {
          service: GatewayVpcEndpointAwsService.DYNAMODB,
          subnets: [{ subnetGroupName: 'fn' }],
        },
      },
    });
    // CDK's own types do not agree here under exactOptionalPropertyTypes.
    this.vpc = vpc as IVpc;
    this.hosts = this.vpc.selectSubnets({ subnetGroupName: 'hosts' }).subnets;
    this.hostAddresses = this.hosts.length * (2 ** (32 - HOSTS_MASK) - RESERVED_ADDRESSES);
    this.functions = this.vpc.selectSubnets({ subnetGroupName: 'fn' }).subnets;
    this.functionGroup = new SecurityGroup(this, 'Functions', {
      vpc: this.vpc,
      description: 'Slipway functions: out to AWS over IPv6, to DynamoDB and to the engines; in, nothing',
      allowAllOutbound: false,
      // CDK lets out IPv4 alone, and AWS is reached over IPv6.
      allowAllIpv6Outbound: true,
    });
    this.functionGroup.addEgressRule(Peer.ipv4(range), Port.tcp(2376), 'Engines of the hosts');
    this.functionGroup.addEgressRule(
      Peer.anyIpv4(),
      Port.tcp(443),
      'DynamoDB by its gateway endpoint; no other route',
    );
  }
}
