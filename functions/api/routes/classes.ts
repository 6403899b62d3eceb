import type { Context } from 'hono';
import { z } from 'zod';
import type { Class } from '../../../shared/class/class.ts';
import { ClassPlan } from '../../../shared/class/class-plan.ts';
import { changeClass } from '../../../shared/service/classes/change-class.ts';
import { createClassChange, createClassRequest } from '../../../shared/service/classes/class-request.ts';
import { ClassView, viewClass } from '../../../shared/service/classes/class-view.ts';
import { createClass } from '../../../shared/service/classes/create-class.ts';
import { deleteClass } from '../../../shared/service/classes/delete-class.ts';
import { findClass } from '../../../shared/service/classes/find-class.ts';
import { listClasses } from '../../../shared/service/classes/list-classes.ts';
import { planChange, planNew } from '../../../shared/service/classes/plan-class-request.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { ClassPath, EVERYBODY, flag, json, pageOf, paging, TEACHERS } from './parameters.ts';

const tag = 'Classes';
/** A thousand students, and their names. */
export const MOST_CLASS_BYTES = 1024 * 1024;

export const PlanQuery = z.strictObject({ plan: flag.describe('Only tell what would come of it') });

export function addClassRoutes(api: Api): void {
  const { deps } = api;
  const accepted = (context: Context, found: Class): Response => {
    context.header('Location', `/v1/classes/${found.id}`);
    return context.json(viewClass(deps, found), 202);
  };

  operate(
    api,
    {
      method: 'post',
      path: '/v1/classes',
      id: 'createClass',
      tag,
      summary: 'A class: a roster, a template, sessions',
      description:
        'Before each session every student’s lab is made so that it is ready at the bell; after it they go, or stop. `plan=true` tells what that takes and costs, and writes nothing.',
      access: TEACHERS,
      query: PlanQuery,
      body: createClassRequest(deps),
      bodyLimitBytes: MOST_CLASS_BYTES,
      repeatable: true,
      answers: {
        200: { description: 'The plan', content: json(ClassPlan) },
        202: { description: 'Its labs follow', content: json(ClassView) },
      },
      refuses: ['conflict'],
    },
    async ({ caller, query, body, key, context }) => {
      if (query.plan) return context.json(await planNew(deps, body), 200);
      return accepted(context, await createClass(deps, caller, body, key));
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/classes',
      id: 'listClasses',
      tag,
      summary: 'Your classes, newest first, those that are over among them; an operator sees everybody’s',
      access: TEACHERS,
      query: paging,
      answers: { 200: { description: 'A page', content: json(pageOf(ClassView)) } },
    },
    async ({ caller, query, context }) => {
      const { items, cursor } = await listClasses(deps, caller, query);
      const views = items.map((found) => viewClass(deps, found));
      return context.json({ items: views, ...(cursor === undefined ? {} : { cursor }) });
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/classes/{class}',
      id: 'getClass',
      tag,
      summary: 'A class: what was asked of it, its next sessions, its budget, its timeline',
      access: EVERYBODY,
      params: ClassPath,
      answers: { 200: { description: 'The class', content: json(ClassView) } },
      refuses: ['not_found'],
    },
    async ({ caller, params, context }) =>
      context.json(viewClass(deps, await findClass(deps, caller, params.class))),
  );

  operate(
    api,
    {
      method: 'patch',
      path: '/v1/classes/{class}',
      id: 'changeClass',
      tag,
      summary: 'Change its template, sessions, quotas, budget',
      description:
        'Labs that live keep what they have, but for when they go; the next session’s are as you say. `plan=true` writes nothing.',
      access: TEACHERS,
      params: ClassPath,
      query: PlanQuery,
      body: createClassChange(deps),
      repeatable: true,
      answers: {
        200: { description: 'The plan', content: json(ClassPlan) },
        202: { description: 'It follows', content: json(ClassView) },
      },
      refuses: ['not_found', 'conflict', 'version_conflict'],
    },
    async ({ caller, params, query, body, key, context }) => {
      if (query.plan) return context.json(await planChange(deps, caller, params.class, body), 200);
      const write = { caller, classId: params.class, method: 'PATCH', path: context.req.path, key };
      return accepted(context, await changeClass(deps, write, body));
    },
  );

  operate(
    api,
    {
      method: 'delete',
      path: '/v1/classes/{class}',
      id: 'deleteClass',
      tag,
      summary: 'End it: its labs go, its records stay for a while',
      access: TEACHERS,
      params: ClassPath,
      repeatable: true,
      answers: { 202: { description: 'Its labs go', content: json(ClassView) } },
      refuses: ['not_found', 'version_conflict'],
    },
    async ({ caller, params, key, context }) => {
      const write = { caller, classId: params.class, method: 'DELETE', path: context.req.path, key };
      return accepted(context, await deleteClass(deps, write));
    },
  );
}
