import { z } from 'zod';
import { ClassCost, classCost } from '../../../shared/service/classes/class-cost.ts';
import {
  classRecords,
  LabRecord,
  MOST_RECORDS,
  recordsCsv,
} from '../../../shared/service/classes/class-records.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { prefers } from '../prefers.ts';
import { ClassPath, json, pageOf, TEACHERS } from './parameters.ts';

const CSV = 'text/csv';

export function addClassRecordRoutes(api: Api): void {
  const { deps } = api;
  operate(
    api,
    {
      method: 'get',
      path: '/v1/classes/{class}/cost',
      id: 'getClassCost',
      tag: 'Classes',
      summary: 'What the class has cost, by student, from what really ran',
      access: TEACHERS,
      params: ClassPath,
      answers: { 200: { description: 'Up to now', content: json(ClassCost) } },
      refuses: ['not_found'],
    },
    async ({ caller, params, context }) => context.json(await classCost(deps, caller, params.class)),
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/classes/{class}/records',
      id: 'getClassRecords',
      tag: 'Classes',
      summary: 'Who had which lab, when, and what it cost; oldest first',
      description:
        'They stay after the class’s end, names and addresses for a stated time. Where there are more, `Link` names the next page.',
      access: TEACHERS,
      params: ClassPath,
      query: z.strictObject({
        limit: z.coerce.number().int().min(1).max(MOST_RECORDS).default(MOST_RECORDS),
        cursor: z.string().max(1024).optional().describe('Of the page before'),
      }),
      answers: {
        200: {
          description: 'A page; cells are safe to open in a spreadsheet',
          content: { [CSV]: z.string(), ...json(pageOf(LabRecord)) },
        },
      },
      refuses: ['not_found'],
    },
    async ({ caller, params, query, context }) => {
      const page = await classRecords(deps, caller, params.class, query);
      if (page.cursor !== undefined) {
        const next = new URLSearchParams({ limit: String(query.limit), cursor: page.cursor });
        context.header('Link', `<${context.req.path}?${next}>; rel="next"`);
      }
      if (prefers(context, [CSV, 'application/json']) !== CSV) return context.json(page);
      context.header('Content-Type', `${CSV}; charset=utf-8`);
      context.header('Content-Disposition', `attachment; filename="${params.class}-records.csv"`);
      return context.body(recordsCsv(page.items));
    },
  );
}
