import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledgeFindings } from './acknowledged.ts';
import { readSettings } from './settings.ts';
import { SlipwayStack } from './slipway-stack.ts';

/** Where `npm run bundle` puts the functions; cdk.json has it run first. */
const BUNDLES = 'dist';

const app = new App();
const settings = readSettings(app.node.getAllContext());
const stack = new SlipwayStack(app, nameOf(settings.deployment), {
  settings,
  bundles: BUNDLES,
});
acknowledgeFindings(stack);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();

function nameOf(deployment: string): string {
  return deployment === 'slipway' ? 'Slipway' : `Slipway-${deployment}`;
}
