import { CatalogueStack, listCatalogue } from '../../../shared/service/stacks/list-catalogue.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, json, pageOf, paging } from './parameters.ts';

export function addCatalogueRoutes(api: Api): void {
  operate(
    api,
    {
      method: 'get',
      path: '/v1/stacks',
      id: 'listCatalogue',
      tag: 'Stacks',
      summary: 'The catalogue: every stack of the course, with what it asks for and what it needs',
      access: EVERYBODY,
      query: paging,
      answers: { 200: { description: 'By name', content: json(pageOf(CatalogueStack)) } },
    },
    async ({ query, context }) => context.json(listCatalogue(api.deps, query)),
  );
}
