import { join } from 'node:path';
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { LabNetwork } from './lab-network.ts';
import { interfaceStatements } from './network-interface-policy.ts';

/** A function's environment by its schema: one that is missing or misspelt does not compile. */
type EnvironmentOf<Schema extends z.ZodObject> = { [Name in keyof z.input<Schema>]: string };

export interface LabFunctionProps<Schema extends z.ZodObject> {
  /** Of its folder in functions/ and in the bundles' directory. */
  name: 'api' | 'reconcile' | 'tick';
  deployment: string;
  /** Directory of the bundles. */
  bundles: string;
  schema: Schema;
  environment: EnvironmentOf<Schema>;
  memoryMb: number;
  timeoutSeconds: number;
  /** Where an event goes that it could not deal with. */
  deadLetters: IQueue;
  /** Unset: outside of it, where the internet is. */
  network?: LabNetwork;
}

/** One Lambda function, with a role that may do nothing yet but write its own log. */
export class LabFunction<Schema extends z.ZodObject> extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly log: LogGroup;

  constructor(scope: Construct, id: string, props: LabFunctionProps<Schema>) {
    super(scope, id);
    const { name, deployment, network } = props;
    const functionName = `slipway-${deployment}-${name}`;
    this.log = new LogGroup(this, 'Log', {
      logGroupName: `/slipway/${deployment}/${name}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.log.logGroupArn],
      }),
    );
    if (network !== undefined) {
      const { region, account } = Stack.of(this);
      const arn = Stack.of(this).formatArn({
        service: 'lambda',
        region,
        account,
        resource: 'function',
        resourceName: functionName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
      for (const statement of interfaceStatements(this, network, arn)) this.role.addToPolicy(statement);
    }
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName,
      description: `Slipway deployment ${deployment}: functions/${name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(join(props.bundles, name)),
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      role: this.role,
      logGroup: this.log,
      deadLetterQueue: props.deadLetters,
      retryAttempts: 1,
      environment: {
        ...given(props.environment),
        ...(network === undefined ? {} : OVER_IPV6),
      },
      ...(network === undefined ? {} : placedIn(network)),
    });
  }
}

/** IPv4 packets to AWS are dropped, not refused: one that is tried first costs its whole timeout; aws-facts.md, "Network". */
const OVER_IPV6 = { NODE_OPTIONS: '--dns-result-order=ipv6first', AWS_USE_DUALSTACK_ENDPOINT: 'true' };

function placedIn({ vpc, functions, functionGroup }: LabNetwork) {
  return {
    vpc,
    vpcSubnets: { subnets: functions },
    securityGroups: [functionGroup],
    ipv6AllowedForDualStack: true,
  };
}

function given(environment: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
