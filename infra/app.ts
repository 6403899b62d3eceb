import { App } from 'aws-cdk-lib';
import { SlipwayStack } from './slipway-stack.ts';

const app = new App();
new SlipwayStack(app, 'Slipway');
app.synth();
