import { listTemplates, TemplateView } from '../../../shared/service/templates.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, json, pageOf, paging } from './parameters.ts';

export function addTemplateRoutes(api: Api): void {
  operate(
    api,
    {
      method: 'get',
      path: '/v1/templates',
      id: 'listTemplates',
      tag: 'Labs',
      summary: 'What a lab can be made from: each chapter of the course, with its machines and stacks',
      access: EVERYBODY,
      query: paging,
      answers: { 200: { description: 'By name', content: json(pageOf(TemplateView)) } },
    },
    async ({ query, context }) => context.json(listTemplates(api.deps, query)),
  );
}
