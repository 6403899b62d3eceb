import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Data } from './constructs/data.ts';

/** One deployment of Slipway in one region of one account. */
export class SlipwayStack extends Stack {
  readonly data: Data;

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);
    this.data = new Data(this, 'Data');
  }
}
