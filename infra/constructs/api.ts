import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, IpAddressType, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ApiConfig } from '../../shared/core/function-config.ts';
import type { Settings } from '../settings.ts';
import type { Data } from './data.ts';
import { LabFunction } from './lab-function.ts';
import type { LabNetwork } from './lab-network.ts';
import { issuerEnvironment, machinesEnvironment, sharedEnvironment } from './shared-environment.ts';
import type { WorkQueue } from './work-queue.ts';

/** A class of a thousand that fetches its labs' state every ten seconds, and its hosts that enrol meanwhile. */
const THROTTLE = { rateLimit: 200, burstLimit: 400 };

/** Neither headers nor query: they may hold tokens. */
const ACCESS_LOG = JSON.stringify({
  at: '$context.requestTime',
  request: '$context.requestId',
  from: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
});

export interface ApiProps {
  settings: Settings;
  bundles: string;
  data: Data;
  work: WorkQueue;
  network: LabNetwork;
}

/** The HTTP API: one function behind every path, which checks tokens itself. */
export class Api extends Construct {
  /** Without `/v1`. */
  readonly url: string;
  readonly function: LabFunction<typeof ApiConfig>;
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, { settings, bundles, data, work, network }: ApiProps) {
    super(scope, id);
    const { deployment } = settings;
    this.function = new LabFunction(this, 'Handler', {
      name: 'api',
      deployment,
      bundles,
      schema: ApiConfig,
      environment: {
        ...sharedEnvironment(settings, data, work),
        ...machinesEnvironment(settings, network),
        ...issuerEnvironment(settings),
      },
      memoryMb: 1024,
      timeoutSeconds: 30,
      deadLetters: work.deadLetters,
      network,
    });
    data.letUse(this.function.role);
    work.letSend(this.function.role);

    const http = new HttpApi(this, 'Http', {
      apiName: `slipway-${deployment}`,
      // A lab's rules are for IPv4: so the address that a caller comes from must be.
      ipAddressType: IpAddressType.IPV4,
      createDefaultStage: false,
      defaultIntegration: new HttpLambdaIntegration('Function', this.function.lambda),
    });
    this.accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/vendedlogs/slipway/${deployment}/access`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: http,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
    this.url = http.apiEndpoint;
  }
}
