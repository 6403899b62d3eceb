import { z } from 'zod';
import { Outcomes } from '../../../shared/service/classes/act-on-each.ts';
import { putClassStack } from '../../../shared/service/classes/put-class-stack.ts';
import { StudentChoice } from '../../../shared/service/classes/student-choice.ts';
import { catalogueRequest, StackName } from '../../../shared/service/stacks/stack-request.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { ClassPath, flag, json, TEACHERS } from './parameters.ts';
import { FORM, MOST_BYTES, requestOf, YAML } from './stacks.ts';

export function addClassStackRoutes(api: Api): void {
  const { deps } = api;
  operate(
    api,
    {
      method: 'put',
      path: '/v1/classes/{class}/stacks/{stack}',
      id: 'putClassStack',
      tag: 'Classes',
      summary: 'Deploy a stack to the labs of the class, or update it there',
      description:
        'As to one lab, each after its own pre-flight, and answered for each student. What 20 s do not reach is `not_reached`: ask the same again, under the same Idempotency-Key.',
      access: TEACHERS,
      params: ClassPath.extend({ stack: StackName }),
      query: z.strictObject({
        prune: flag.describe('Remove services that have gone from the file'),
        students: z
          .string()
          .max(64_000)
          .transform((text) => text.split(','))
          .pipe(StudentChoice.unwrap())
          .optional()
          .describe('Addresses, with commas between them; all if left out'),
      }),
      body: catalogueRequest(deps.catalogue),
      rawBody: { types: [...YAML, FORM], limitBytes: MOST_BYTES },
      repeatable: true,
      answers: { 200: { description: 'What became of each', content: json(Outcomes) } },
      refuses: ['not_found', 'conflict'],
    },
    async ({ caller, params, query, body, raw, key, context }) => {
      const request = raw === undefined ? body : await requestOf(raw);
      const { students, prune } = query;
      const ask = { caller, classId: params.class, method: 'PUT', path: context.req.path, key, students };
      return context.json(await putClassStack(deps, ask, { name: params.stack, request, prune }), 200);
    },
  );
}
