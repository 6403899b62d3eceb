import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Api } from './constructs/api.ts';
import { ControlPlane, RECONCILE_SECONDS } from './constructs/control-plane.ts';
import { Data } from './constructs/data.ts';
import { LabNetwork } from './constructs/lab-network.ts';
import { Observability } from './constructs/observability.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import type { Settings } from './settings.ts';

export interface SlipwayStackProps extends StackProps {
  settings: Settings;
  /** Directory that holds a bundle for each function; `npm run bundle` fills it. */
  bundles: string;
}

/** One deployment of Slipway in one Region of one account. */
export class SlipwayStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundles, ...props }: SlipwayStackProps) {
    super(scope, id, { ...props, env: { region: settings.region, ...props.env } });
    const { deployment, zones, range } = settings;
    const data = new Data(this, 'Data', { deployment });
    const network = new LabNetwork(this, 'Network', { zones, range });
    const work = new WorkQueue(this, 'Work', { timeoutSeconds: RECONCILE_SECONDS });
    const api = new Api(this, 'Api', { settings, bundles, data, work, network });
    const control = new ControlPlane(this, 'Control', { settings, bundles, data, work, network, api });
    const watch = new Observability(this, 'Watch', { settings, work, control });
    this.#tell({
      ApiUrl: ['The API, without /v1', api.url],
      OperatorKeyParameter: [
        "Name of the SSM parameter (a SecureString) in which tick keeps the operator's key",
        control.operatorKeyParameter,
      ],
      QueueUrl: ['What is to be worked on', work.queue.queueUrl],
      DeadLettersUrl: ['What was given up', work.deadLetters.queueUrl],
      TableName: ['The records; they outlive the stack', data.table.tableName],
      KeyArn: ['Seals the secrets in them; it outlives the stack', data.key.keyArn],
      AlarmTopicArn: ['Where alarms are told', watch.topic.topicArn],
      ApiLog: ['', api.function.log.logGroupName],
      ReconcileLog: ['', control.reconcile.log.logGroupName],
      TickLog: ['', control.tick.log.logGroupName],
      AccessLog: ['', api.accessLog.logGroupName],
    });
    if (settings.alarmEmail === undefined) {
      Annotations.of(this).addInfo('Nobody is told of alarms: set -c alarmEmail=you@example.org');
    }
  }

  #tell(outputs: Record<string, [description: string, value: string]>): void {
    for (const [name, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value, ...(description === '' ? {} : { description }) });
    }
  }
}
