import type { Context } from 'hono';
import { z } from 'zod';
import { ClassPlan } from '../../../shared/class/class-plan.ts';
import { readRosterCsv } from '../../../shared/class/read-roster.ts';
import { findClass } from '../../../shared/service/classes/find-class.ts';
import { JoinLink, linksCsv, makeLinks } from '../../../shared/service/classes/make-links.ts';
import { planRoster } from '../../../shared/service/classes/plan-class-request.ts';
import { putRoster, RosterChange } from '../../../shared/service/classes/put-roster.ts';
import { RosterStudent, readRoster, rosterCsv } from '../../../shared/service/classes/read-roster.ts';
import { revokeLinks } from '../../../shared/service/classes/revoke-links.ts';
import { entriesOf, RosterRequest } from '../../../shared/service/classes/roster-request.ts';
import { StudentChoice } from '../../../shared/service/classes/student-choice.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { prefers } from '../prefers.ts';
import { MOST_CLASS_BYTES, PlanQuery } from './classes.ts';
import { ClassPath, json, TEACHERS } from './parameters.ts';

const tag = 'Classes';
const CSV = 'text/csv';
const JSON_TYPE = 'application/json';
/** Twice what JSON may hold: a spreadsheet has columns that are none of ours. */
const MOST_CSV_BYTES = 2 * 1024 * 1024;

const Choice = z.strictObject({ students: StudentChoice });

export function addClassRosterRoutes(api: Api): void {
  const { deps } = api;
  operate(
    api,
    {
      method: 'put',
      path: '/v1/classes/{class}/roster',
      id: 'putRoster',
      tag,
      summary: 'Another roster in the place of the class’s',
      description:
        'Those added get labs, those removed lose theirs after the class’s grace, the others are not touched. A CSV’s first line names its columns: email, and perhaps name and group. Nothing is taken of a roster in which anything is wrong. `plan=true` writes nothing.',
      access: TEACHERS,
      params: ClassPath,
      query: PlanQuery,
      body: RosterRequest,
      bodyLimitBytes: MOST_CLASS_BYTES,
      rawBody: { types: [CSV], limitBytes: MOST_CSV_BYTES },
      repeatable: true,
      answers: {
        200: { description: 'The plan', content: json(ClassPlan) },
        202: { description: 'The class follows', content: json(RosterChange) },
      },
      refuses: ['not_found', 'conflict', 'version_conflict'],
    },
    async ({ caller, params, query, body, raw, key, context }) => {
      const entries = raw === undefined ? entriesOf(body) : readRosterCsv(raw.bytes);
      if (query.plan) return context.json(await planRoster(deps, caller, params.class, entries), 200);
      const write = { caller, classId: params.class, method: 'PUT', path: context.req.path, key };
      const change = await putRoster(deps, write, entries);
      context.header('Location', `/v1/classes/${change.class}`);
      return context.json(change, 202);
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/classes/{class}/roster',
      id: 'getRoster',
      tag,
      summary: 'The roster, with who has joined and when they were last seen; no codes',
      description: `As CSV that may be put again; \`Accept: ${JSON_TYPE}\` gives the same as JSON.`,
      access: TEACHERS,
      params: ClassPath,
      answers: {
        200: {
          description: 'In the order in which it was given',
          content: { [CSV]: z.string(), ...json(z.object({ items: z.array(RosterStudent) })) },
        },
      },
      refuses: ['not_found'],
    },
    async ({ caller, params, context }) => {
      const students = await readRoster(deps, await findClass(deps, caller, params.class));
      if (prefers(context, [CSV, JSON_TYPE]) === JSON_TYPE) return context.json({ items: students });
      return csvFile(context, `${params.class}-roster`, rosterCsv(students));
    },
  );

  operate(
    api,
    {
      method: 'post',
      path: '/v1/classes/{class}/roster/links',
      id: 'createLinks',
      tag,
      summary: 'New join links, shown this once; the old ones open nothing from then on',
      description: `For all students, or some. \`Accept: ${CSV}\` gives a file to mail from. Nobody keeps a code: one that is lost is replaced. A repeat under the same Idempotency-Key tells for whom links were made, and not the links.`,
      access: TEACHERS,
      params: ClassPath,
      body: Choice,
      repeatable: true,
      answers: {
        200: {
          description: 'The links',
          content: { ...json(z.object({ items: z.array(JoinLink) })), [CSV]: z.string() },
        },
      },
      refuses: ['not_found', 'conflict', 'version_conflict'],
    },
    async ({ caller, params, body, key, context }) => {
      const write = { caller, classId: params.class, method: 'POST', path: context.req.path, key };
      // As the server was called: API Gateway's domain, or the host of the request.
      const base = new URL(context.req.url).origin;
      const links = await makeLinks(deps, write, { students: body.students, base });
      context.header('Cache-Control', 'no-store');
      if (prefers(context, [JSON_TYPE, CSV]) !== CSV) return context.json({ items: links });
      return csvFile(context, `${params.class}-links`, linksCsv(links));
    },
  );

  operate(
    api,
    {
      method: 'post',
      path: '/v1/classes/{class}/roster/links/revoke',
      id: 'revokeLinks',
      tag,
      summary: 'Make join links open nothing, those of all students or of some',
      description: 'Tokens that were got with them live on until they expire, twelve hours at the longest.',
      access: TEACHERS,
      params: ClassPath,
      body: Choice,
      repeatable: true,
      answers: {
        200: { description: 'How many there were', content: json(z.object({ revoked: z.int() })) },
      },
      refuses: ['not_found', 'version_conflict'],
    },
    async ({ caller, params, body, key, context }) => {
      const write = { caller, classId: params.class, method: 'POST', path: context.req.path, key };
      return context.json({ revoked: await revokeLinks(deps, write, body.students) });
    },
  );
}

function csvFile(context: Context, name: string, text: string): Response {
  return context.body(text, 200, {
    'Content-Type': `${CSV}; charset=UTF-8`,
    'Content-Disposition': `attachment; filename="${name}.csv"`,
  });
}
