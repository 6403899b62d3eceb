import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { describeOperation } from './describe-operation.ts';
import type { AnyOperation } from './operation.ts';

/** The API as OpenAPI 3.1, made from the very schemas that check its input. */
export function createDocument(operations: AnyOperation[]) {
  const registry = new OpenAPIRegistry();
  for (const operation of operations) describeOperation(registry, operation);
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of this deployment; its role is student, instructor or operator',
  });
  registry.registerComponent('securitySchemes', 'machine', {
    type: 'http',
    scheme: 'bearer',
    description: 'A host’s own token, which it got when it was launched',
  });
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Slipway',
      version: '1',
      description:
        'Times are ISO 8601 with an offset, durations ISO 8601 such as PT4H. Errors are application/problem+json. `x-roles` of an operation names who may call it.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Labs', description: 'A lab is a cluster of Docker hosts with an end' },
      { name: 'Machines', description: 'In docker-machine’s words' },
      { name: 'Stacks', description: 'Compose files of version 3, deployed as docker stack deploy would' },
      { name: 'Services', description: 'The swarm’s own, whoever made them' },
      { name: 'Secrets and configs', description: 'A secret’s value goes in and never comes out' },
      { name: 'Keys', description: 'What opens a lab' },
      { name: 'Classes', description: 'A roster in, every student’s lab ready before the lesson' },
      { name: 'Tokens', description: 'Who may call' },
      { name: 'Hosts', description: 'What hosts call' },
      { name: 'System', description: 'Open to all' },
    ],
  });
}
