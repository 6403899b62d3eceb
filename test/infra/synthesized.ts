import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readSettings } from '../../infra/settings.ts';
import { SlipwayStack } from '../../infra/slipway-stack.ts';

/** Of a resource in a template, what the checks look at. */
export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties have no type here.
  Properties: any;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
export type Resources = Record<string, Resource>;

/**
 * Stands for the bundles, which take seconds to build and of which the template knows only where they are. One place for all
 * runs: test processes are killed, so nobody would remove it.
 */
const BUNDLES = join(tmpdir(), 'slipway-template-bundles');
for (const name of ['api', 'reconcile', 'tick']) {
  mkdirSync(join(BUNDLES, name), { recursive: true });
  writeFileSync(join(BUNDLES, name, 'index.mjs'), 'export const handler = () => undefined;\n');
}

/** One for each of vitest's workers, used again and again: the CDK never removes the folders that it chooses itself. */
const OUTPUT = join(tmpdir(), `slipway-synth-${process.env.VITEST_POOL_ID ?? 0}`);

/** @param context as an operator gives it by `-c name=value`. */
export function makeStack(context: Record<string, unknown> = {}): SlipwayStack {
  const settings = readSettings(context);
  return new SlipwayStack(new App({ outdir: OUTPUT }), 'Test', { settings, bundles: BUNDLES });
}

export function synthesize(context: Record<string, unknown> = {}): Template {
  return Template.fromStack(makeStack(context));
}

export function resourcesOf(template: Template): Resources {
  return template.toJSON().Resources;
}

export function ofType(resources: Resources, type: string): [name: string, resource: Resource][] {
  return Object.entries(resources).filter(([, { Type }]) => Type === type);
}

/** What a CloudFormation value reads as, with names in place of what only an account knows. */
export function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[kind, argument] = ['', undefined]] = Object.entries(value);
  if (kind === 'Fn::Join') return (argument as [string, unknown[]])[1].map(textOf).join(argument[0]);
  if (kind === 'Ref') return `<${argument}>`;
  if (kind === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (kind === 'Fn::Select') return `<zone-${argument[0]}>`;
  return JSON.stringify(value);
}
