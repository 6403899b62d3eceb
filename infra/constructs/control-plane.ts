import { Duration, Stack } from 'aws-cdk-lib';
import { EventField, Match, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { ReconcileConfig, TickConfig } from '../../shared/core/function-config.ts';
import type { Settings } from '../settings.ts';
import type { Api } from './api.ts';
import type { Data } from './data.ts';
import { LabFunction } from './lab-function.ts';
import { labMachinesStatements } from './lab-machines-policy.ts';
import type { LabNetwork } from './lab-network.ts';
import { issuerEnvironment, machinesEnvironment, sharedEnvironment } from './shared-environment.ts';
import type { WorkQueue } from './work-queue.ts';

/** Of `reconcile`; the queue's visibility follows from it. */
export const RECONCILE_SECONDS = 30;

export interface ControlPlaneProps {
  settings: Settings;
  bundles: string;
  data: Data;
  work: WorkQueue;
  network: LabNetwork;
  api: Api;
}

/** What keeps labs as they should be: `reconcile`, the minute's `tick`, and the events that wake them. */
export class ControlPlane extends Construct {
  readonly reconcile: LabFunction<typeof ReconcileConfig>;
  readonly tick: LabFunction<typeof TickConfig>;
  readonly operatorKeyParameter: string;

  constructor(scope: Construct, id: string, props: ControlPlaneProps) {
    super(scope, id);
    this.operatorKeyParameter = `/slipway/${props.settings.deployment}/operator-key`;
    this.reconcile = this.#makeReconcile(props);
    this.tick = this.#makeTick(props);
    this.#makeRules(props);
  }

  #makeReconcile({ settings, bundles, data, work, network, api }: ControlPlaneProps) {
    const { mirrorUrl } = settings;
    const reconcile = new LabFunction(this, 'Reconcile', {
      name: 'reconcile',
      deployment: settings.deployment,
      bundles,
      schema: ReconcileConfig,
      environment: {
        ...sharedEnvironment(settings, data, work),
        ...machinesEnvironment(settings, network),
        SLIPWAY_VPC_ID: network.vpc.vpcId,
        SLIPWAY_RANGE: network.range,
        SLIPWAY_SUBNETS: network.hosts
          .map(({ subnetId, availabilityZone }) => `${subnetId}@${availabilityZone}`)
          .join(','),
        SLIPWAY_CONTROL_RANGES: network.functions.map(({ ipv4CidrBlock }) => ipv4CidrBlock).join(','),
        SLIPWAY_SPOT: String(settings.spot),
        SLIPWAY_API_URL: api.url,
        ...(mirrorUrl === undefined ? {} : { SLIPWAY_MIRROR_URL: mirrorUrl }),
      },
      memoryMb: 512,
      timeoutSeconds: RECONCILE_SECONDS,
      deadLetters: work.deadLetters,
      network,
    });
    data.letUse(reconcile.role);
    work.letSend(reconcile.role);
    for (const statement of labMachinesStatements(this, network, settings.deployment)) {
      reconcile.role.addToPolicy(statement);
    }
    reconcile.lambda.addEventSource(
      new SqsEventSource(work.queue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        // Not reserved concurrency: what is over that is thrown back at the queue, and counts as a try.
        maxConcurrency: settings.reconcilers,
      }),
    );
    return reconcile;
  }

  #makeTick({ settings, bundles, data, work }: ControlPlaneProps) {
    const images = { x86: settings.imageX86, arm64: settings.imageArm64 };
    const tick = new LabFunction(this, 'Tick', {
      name: 'tick',
      deployment: settings.deployment,
      bundles,
      schema: TickConfig,
      environment: {
        ...sharedEnvironment(settings, data, work),
        ...issuerEnvironment(settings),
        SLIPWAY_OPERATOR_KEY_PARAMETER: this.operatorKeyParameter,
        SLIPWAY_IMAGE_X86_64: images.x86,
        SLIPWAY_IMAGE_ARM64: images.arm64,
      },
      memoryMb: 256,
      timeoutSeconds: 60,
      deadLetters: work.deadLetters,
    });
    data.letUse(tick.role);
    work.letSend(tick.role);
    const imageParameters = Object.values(images).filter((image) => image.startsWith('/'));
    tick.role.addToPolicy(
      new PolicyStatement({
        actions: ['ssm:GetParameter', 'ssm:PutParameter'],
        resources: [this.#parameterArn(this.operatorKeyParameter)],
      }),
    );
    if (imageParameters.length > 0) {
      tick.role.addToPolicy(
        new PolicyStatement({
          actions: ['ssm:GetParameter'],
          resources: imageParameters.map((name) => this.#parameterArn(name)),
        }),
      );
    }
    tick.role.addToPolicy(
      new PolicyStatement({ actions: ['servicequotas:GetServiceQuota'], resources: ['*'] }),
    );
    return tick;
  }

  #parameterArn(name: string): string {
    return Stack.of(this).formatArn({
      service: 'ssm',
      // Parameters of AWS and its partners are no account's.
      ...(name.startsWith('/aws/service/') ? { account: '' } : {}),
      resource: 'parameter',
      resourceName: name.slice(1),
    });
  }

  #makeRules({ work, api }: ControlPlaneProps): void {
    const onFailure = { deadLetterQueue: work.deadLetters, retryAttempts: 1 };
    new Rule(this, 'EveryMinute', {
      description: 'tick',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(this.tick.lambda, { ...onFailure, maxEventAge: Duration.minutes(2) })],
    });
    const heartbeat = { ...onFailure, event: RuleTargetInput.fromObject({ task: 'heartbeat' }) };
    new Rule(this, 'EveryDay', {
      description: 'A function in a VPC that nobody calls for weeks goes inactive',
      schedule: Schedule.rate(Duration.days(1)),
      targets: [
        new LambdaFunction(api.function.lambda, heartbeat),
        new LambdaFunction(this.reconcile.lambda, heartbeat),
      ],
    });
    const instance = RuleTargetInput.fromObject({
      instanceId: EventField.fromPath('$.detail.instance-id'),
    });
    const toQueue = new SqsQueue(work.queue, { ...onFailure, message: instance });
    new Rule(this, 'InstanceChanges', {
      description: 'An instance of the account changed its state',
      eventPattern: {
        source: ['aws.ec2'],
        detailType: ['EC2 Instance State-change Notification'],
        // Pending follows at once from our own launch, and tells nothing new.
        detail: { state: Match.anythingBut('pending') },
      },
      targets: [toQueue],
    });
    new Rule(this, 'SpotWarnings', {
      description: 'A spot instance of the account ends in two minutes',
      eventPattern: { source: ['aws.ec2'], detailType: ['EC2 Spot Instance Interruption Warning'] },
      targets: [toQueue],
    });
  }
}
