import { z } from 'zod';
import { ClassProgress, classProgress } from '../../../shared/service/classes/class-progress.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { ClassPath, json, TEACHERS } from './parameters.ts';

export function addClassLabRoutes(api: Api): void {
  operate(
    api,
    {
      method: 'get',
      path: '/v1/classes/{class}/labs',
      id: 'listClassLabs',
      tag: 'Classes',
      summary: 'How far each student’s lab is, all students in one answer',
      description:
        'By address. Who has no lab is `absent`, with the reason; the whole of a lab is at `GET /v1/labs/{lab}`.',
      access: TEACHERS,
      params: ClassPath,
      query: z.strictObject({
        group: z.string().max(200).optional().describe('Only these'),
        student: z.string().max(254).optional().describe('Only this one, by address'),
      }),
      answers: { 200: { description: 'As it is now', content: json(ClassProgress) } },
      refuses: ['not_found'],
    },
    async ({ caller, params, query, context }) =>
      context.json(await classProgress(api.deps, caller, params.class, query)),
  );
}
