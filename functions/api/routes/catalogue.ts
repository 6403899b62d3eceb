import { z } from 'zod';
import { CatalogueStack, listCatalogue } from '../../../shared/service/list-stacks.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY } from './parameters.ts';

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
      answers: {
        200: {
          description: 'By name',
          content: { 'application/json': z.object({ items: z.array(CatalogueStack) }) },
        },
      },
    },
    async ({ context }) => context.json({ items: listCatalogue(api.deps) }),
  );
}
