import type { Context } from 'hono';
import { z } from 'zod';
import type { Lab } from '../../../shared/lab/lab.ts';
import { Phase } from '../../../shared/lab/phase.ts';
import { changeLab, LabChange } from '../../../shared/service/change-lab.ts';
import { createLab } from '../../../shared/service/create-lab.ts';
import { deleteLab } from '../../../shared/service/delete-lab.ts';
import { findLab } from '../../../shared/service/find-lab.ts';
import { createLabRequest } from '../../../shared/service/lab-request.ts';
import { LabView, viewLab } from '../../../shared/service/lab-view.ts';
import { listLabs } from '../../../shared/service/list-labs.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, json, LabPath, limit } from './parameters.ts';

export function addLabRoutes(api: Api): void {
  const { deps, options } = api;
  const view = async (context: Context, lab: Lab, status: 200 | 202): Promise<Response> => {
    const enrolments = (await deps.labs.load(lab.id))?.enrolments;
    if (status === 202) context.header('Location', `/v1/labs/${lab.id}`);
    return context.json(viewLab(deps, lab, enrolments), status);
  };

  operate(
    api,
    {
      method: 'post',
      path: '/v1/labs',
      id: 'createLab',
      tag: 'Labs',
      summary: 'Ask for a lab; with a class’s token, for the class’s lab',
      description: 'It is made while you read the answer: follow it at its Location, or by its events.',
      access: EVERYBODY,
      body: createLabRequest(deps),
      repeatable: true,
      answers: { 202: { description: 'It is being made', content: json(LabView) } },
      refuses: ['quota', 'conflict', 'in_progress', 'version_conflict'],
    },
    async ({ caller, body, key, context }) => {
      const address = options.remoteAddress(context);
      const lab = await createLab(deps, caller, body, {
        ...(key === undefined ? {} : { key }),
        ...(address === undefined ? {} : { address }),
      });
      return await view(context, lab, 202);
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs',
      id: 'listLabs',
      tag: 'Labs',
      summary: 'Your labs, newest first; an operator sees everybody’s',
      description:
        'With `class` an instructor sees those that the class’s students have now. Deleted labs are shown by `phase=deleted` only. A page may hold fewer than `limit`; only a missing `cursor` ends the list.',
      access: EVERYBODY,
      query: z.strictObject({
        phase: Phase.optional(),
        template: z.string().max(63).optional(),
        class: z.string().max(63).optional().describe('Only of this class'),
        limit,
        cursor: z.string().max(1024).optional().describe('Of the page before'),
      }),
      answers: {
        200: {
          description: 'A page',
          content: json(z.object({ items: z.array(LabView), cursor: z.string().optional() })),
        },
      },
      refuses: ['not_found'],
    },
    async ({ caller, query, context }) => {
      const { items, cursor } = await listLabs(deps, caller, query);
      const views = items.map((lab) => viewLab(deps, lab));
      return context.json({ items: views, ...(cursor === undefined ? {} : { cursor }) });
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}',
      id: 'getLab',
      tag: 'Labs',
      summary: 'A lab: how far it is, what it has, until when',
      access: EVERYBODY,
      params: LabPath,
      answers: { 200: { description: 'The lab', content: json(LabView) } },
      refuses: ['not_found'],
    },
    async ({ caller, params, context }) => {
      const { lab, enrolments } = await findLab(deps, caller, params.lab);
      return context.json(viewLab(deps, lab, enrolments));
    },
  );

  operate(
    api,
    {
      method: 'patch',
      path: '/v1/labs/{lab}',
      id: 'changeLab',
      tag: 'Labs',
      summary: 'Extend, shorten, stop, start, scale, or move the addresses that may reach it',
      access: EVERYBODY,
      params: LabPath,
      body: LabChange,
      repeatable: true,
      answers: { 202: { description: 'It follows', content: json(LabView) } },
      refuses: ['not_found', 'conflict', 'quota', 'quorum', 'version_conflict'],
    },
    async ({ caller, params, body, key, context }) => {
      const write = { caller, labId: params.lab, method: 'PATCH', path: context.req.path, key };
      return await view(context, await changeLab(deps, write, body), 202);
    },
  );

  operate(
    api,
    {
      method: 'delete',
      path: '/v1/labs/{lab}',
      id: 'deleteLab',
      tag: 'Labs',
      summary: 'Tear it down: machines, disks, network, keys',
      description: 'Asked again while it goes down, the same; once it is gone, 404.',
      access: EVERYBODY,
      params: LabPath,
      repeatable: true,
      answers: { 202: { description: 'It goes down', content: json(LabView) } },
      refuses: ['not_found', 'version_conflict'],
    },
    async ({ caller, params, key, context }) => {
      const write = { caller, labId: params.lab, method: 'DELETE', path: context.req.path, key };
      return await view(context, await deleteLab(deps, write), 202);
    },
  );
}
