import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Alarm, Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { type AlarmPlan, planAlarms } from './alarms.ts';
import type { ControlPlane } from './control-plane.ts';
import type { WorkQueue } from './work-queue.ts';

export interface ObservabilityProps {
  settings: Settings;
  work: WorkQueue;
  control: ControlPlane;
}

/** Alarms and the month's budget, all to one topic. */
export class Observability extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { settings, work, control }: ObservabilityProps) {
    super(scope, id);
    this.topic = this.#makeTopic(settings);
    const plans = planAlarms({
      deployment: settings.deployment,
      deadLetters: work.deadLetters,
      reconcile: control.reconcile.lambda,
      tick: control.tick.lambda,
    });
    for (const plan of plans) this.#makeAlarm(plan, settings.deployment);
    this.#makeBudget(settings);
    if (settings.dashboard) this.#makeDashboard(plans, settings.deployment);
  }

  #makeTopic({ deployment, alarmEmail }: Settings): Topic {
    const { account } = Stack.of(this);
    const topic = new Topic(this, 'Alarms', {
      topicName: `slipway-${deployment}-alarms`,
      enforceSSL: true,
    });
    // A policy of one's own takes the place of the one by which the account's alarms may publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsAndBudgets',
        principals: [
          new ServicePrincipal('cloudwatch.amazonaws.com'),
          new ServicePrincipal('budgets.amazonaws.com'),
        ],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }

  #makeAlarm({ name, datapointsToAlarm, metric, ...plan }: AlarmPlan, deployment: string): void {
    const alarm = new Alarm(this, name, {
      alarmName: `slipway-${deployment}-${name}`,
      alarmDescription: `${plan.description}. docs/operations.md, "Alarms"`,
      metric,
      threshold: plan.threshold,
      comparisonOperator: plan.comparisonOperator,
      treatMissingData: plan.treatMissingData,
      evaluationPeriods: datapointsToAlarm === undefined ? 1 : 3,
      ...(datapointsToAlarm === undefined ? {} : { datapointsToAlarm }),
    });
    const tell = new SnsAction(this.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
  }

  /** Of the whole account: a budget by tag counts nothing until someone activates the tag for billing. */
  #makeBudget({ deployment, monthlyBudgetUsd }: Settings): void {
    const subscribers = [{ subscriptionType: 'SNS', address: this.topic.topicArn }];
    const notification = (notificationType: string, threshold: number) => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers,
    });
    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `slipway-${deployment}-${Stack.of(this).region}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyBudgetUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: [notification('ACTUAL', 80), notification('FORECASTED', 100)],
    });
    // Budgets tries the topic when it is told of it.
    budget.node.addDependency(this.topic);
  }

  #makeDashboard(plans: AlarmPlan[], deployment: string): void {
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: `slipway-${deployment}` });
    dashboard.addWidgets(
      ...plans.map(({ name, metric }) => new GraphWidget({ title: name, left: [metric], width: 8 })),
    );
  }
}
