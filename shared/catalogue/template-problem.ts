import type { Catalogue, Template } from '../lab/template.ts';
import { stackContents } from './stack-contents.ts';

/** Why a template could never become a lab, or undefined. */
export function templateProblem(template: Template, stacks: Catalogue['stacks']): string | undefined {
  return machineProblem(template) ?? stackProblem(template, stacks);
}

function machineProblem({ swarm, machines }: Template): string | undefined {
  const twice = repeated(machines.map(({ name }) => name.toLowerCase()));
  if (twice !== undefined) return `two machines are named ${twice}`;
  const roles = new Set(machines.map(({ role }) => role));
  if (swarm === 'none') {
    return roles.size === 1 && roles.has('none') ? undefined : 'without a swarm every role is none';
  }
  if (roles.has('none')) return 'in a formed swarm every machine is manager or worker';
  return roles.has('manager') ? undefined : 'a formed swarm needs a manager';
}

function stackProblem(template: Template, stacks: Catalogue['stacks']): string | undefined {
  if (template.stacks.length > 0 && template.swarm === 'none') return 'stacks need a formed swarm';
  const missing = template.stacks.find(({ from }) => !stacks.has(from));
  if (missing) return `there is no stack ${missing.from}`;
  const named = repeated(template.stacks.map(({ from, as }) => as ?? from));
  if (named !== undefined) return `two stacks are named ${named}`;
  const entries = template.stacks.flatMap(({ from }) => stacks.get(from) ?? []);
  const asking = entries.find(({ parameters }) =>
    parameters.some((parameter) => parameter.required && parameter.default === undefined),
  );
  if (asking) return `the stack ${asking.name} asks for a parameter, and nobody is there to give it`;
  const port = repeated(entries.flatMap((entry) => stackContents(entry).ports));
  return port === undefined ? undefined : `two stacks publish port ${port}`;
}

function repeated<T>(items: T[]): T | undefined {
  return items.find((item, index) => items.indexOf(item) < index);
}
